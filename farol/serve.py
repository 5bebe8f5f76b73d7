"""The composition root of `farol serve`: reads the settings, wires the parts by hand, starts nothing on import."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Litestar
from litestar.handlers import asgi, route
from litestar.types import ASGIApp
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.app import create_api
from backend.gps.intake import Intake
from backend.gps.metrics import GpsMetrics
from backend.live.attendance import Attendances
from backend.map.layers import Layers
from backend.metrics import exposed, watch_live_path
from backend.services import Services
from db.engine import create_engine
from db.events import read_tail
from db.session import reading
from db.uow import UnitOfWork
from db.vault import Vault
from farol.settings import Settings
from realtime.bus import Bus
from realtime.control import Control
from realtime.facts import Recorded
from realtime.feed import FactFeed
from realtime.gateway import Gateway
from realtime.hub import Hub
from realtime.panel import Answer, Panel
from realtime.registry import Registry, discover
from realtime.scope import Scope
from realtime.viewer import Limits

DRAIN = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """The parts of one serving process."""

    services: Services
    hub: Hub
    feed: FactFeed
    attendance: Attendances

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start in the order of need, stop in reverse: viewers first, the database last."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.services.engine.dispose)
            await stack.enter_async_context(self.hub)
            await stack.enter_async_context(self.services.bus)
            await stack.enter_async_context(self.feed)
            await stack.enter_async_context(self.services.gps)
            await stack.enter_async_context(self.attendance)
            gateway = await stack.enter_async_context(self.services.gateway)
            stack.enter_context(watch_live_path(self.services, self.hub, self.feed))
            stack.enter_context(exposed(GpsMetrics(self.services.gps)))
            try:
                yield
            finally:
                await gateway.drain(DRAIN)

    def application(self, **options: Any) -> Litestar:
        return create_api(self.services, **options)


def wire(
    *,
    engine: AsyncEngine,
    redis_url: str,
    secret: bytes,
    clock: Callable[[], datetime],
    build: str,
    demo: bool,
    registry: Registry | None = None,
    limits: Limits | None = None,
    layers: Layers | None = None,
) -> Wiring:
    """Make the parts of a serving process, inert. `registry` and `limits` are given by tests and measurements.

    `layers` are what maps are drawn on; none without them.
    """
    panels = registry or discover()

    async def ask(panel: Panel[Any], params: Any, scope: Scope) -> Answer:
        async with reading(engine) as db:
            return await panels.answer(panel.name)(db, scope, params)

    async def tail(since: datetime) -> list[Recorded]:
        async with reading(engine) as db:
            return await read_tail(db, back=datetime.now(UTC) - since)

    hub = Hub(ask=ask, epoch=lambda: secrets.token_urlsafe(6), jitter=random.random)
    feed = FactFeed(tail=tail, deliver=hub.facts, clock=lambda: datetime.now(UTC))

    def control(said: Control) -> None:
        gateway.control(said)

    bus = Bus(redis_url, on_facts=feed.heard, on_readings=hub.readings, on_control=control, on_gap=hub.gap)
    attendance = Attendances(engine, bus=bus, clock=clock, process=secrets.token_urlsafe(9))
    gateway = Gateway(
        hub=hub,
        registry=panels,
        clock=lambda: datetime.now(UTC),
        build=build,
        limits=limits,
        attendance=attendance,
    )
    intake = Intake(
        work=lambda: UnitOfWork(engine, ring=bus.ring, clock=clock),
        announce=bus.announce,
        clock=clock,
        monotonic=time.monotonic,
    )
    services = Services(
        engine=engine,
        bus=bus,
        gateway=gateway,
        registry=panels,
        vault=Vault(secret),
        gps=intake,
        layers=layers or Layers(None),
        clock=clock,
        build=build,
        demo=demo,
    )
    return Wiring(services=services, hub=hub, feed=feed, attendance=attendance)


def _demo_layers() -> dict[str, bytes]:
    from demo.layers import layers

    return layers()


def create_app(settings: Settings) -> Litestar:
    """The application of one serving process, with the frontend."""
    from frontend.asgi import pages  # the face is looked for only where it is served

    face = pages(settings.home)
    wiring = wire(
        engine=create_engine(settings.database_url),
        redis_url=settings.redis_url,
        secret=settings.secret,
        clock=lambda: datetime.now(UTC),
        build=face.build,
        demo=settings.demo,
        layers=Layers(settings.home / "map", otherwise=_demo_layers if settings.demo else None),
    )

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with wiring.running(), face.running():
            yield

    event = asgi("/_event", is_mount=True, copy_scope=True)(face.event_app)

    # Not a mount: a mount at the root would swallow every address that another route only matches with parameters.
    @route(["/", "/{path:path}"], http_method=["GET", "HEAD"], include_in_schema=False)
    async def static() -> ASGIApp:
        return face.static_app

    return wiring.application(pages=(event, static), script_hashes=face.script_hashes, lifespan=lifespan)
