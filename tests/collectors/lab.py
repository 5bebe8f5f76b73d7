"""A provider with devices to poll, and collectors to poll them: everything real but the hurry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from collectors.inventory import application_name
from collectors.metrics import Metrics
from collectors.poller import Pace
from collectors.snmp import Patience
from db.engine import create_engine
from db.models import Device, DeviceState, Event, Port, TrafficSample
from db.partitions import ensure
from db.vault import Vault
from farol.collect import Collector, wire
from realtime.facts import Recorded
from realtime.readings import Reading
from tests.waiting import until
from tests.world import World, build_world

SECRET = b"a secret of the tests, long enough"
HURRY = Pace(lease=timedelta(seconds=1.5), look_every=timedelta(seconds=0.1))
QUICK = Patience(timeout_s=0.25, attempts=2)


class Sample(NamedTuple):
    at: datetime
    port_id: int
    in_bps: float | None
    out_bps: float | None
    interval_s: float
    flags: int


@dataclass
class Lab:
    """`heard` and `rung` are what collectors announced when no bus was given them, in order."""

    url: str
    engine: AsyncEngine
    world: World
    vault: Vault = field(default_factory=lambda: Vault(SECRET))
    heard: list[Reading] = field(default_factory=list)
    rung: list[Recorded] = field(default_factory=list)
    metrics: dict[str, Metrics] = field(default_factory=dict)

    async def add(self, port: int, *, interval_s: int = 1, version: str = "2c", **secrets: str) -> int:
        """A device as `POST /devices` leaves it, credentials sealed the same way."""
        async with AsyncSession(self.engine) as session, session.begin():
            device = Device(
                company_id=self.world.north,
                business_unit_id=self.world.unit,
                city_id=self.world.alto,
                name=f"Agent {port}",
                address="127.0.0.1",
                port=port,
                kind="router",
                snmp_version=version,
                snmp_credentials=b"",
                poll_interval_s=interval_s,
                enabled=True,
            )
            session.add(device)
            await session.flush()
            sealed = msgspec.json.encode(secrets or {"community": "public"})
            device.snmp_credentials = self.vault.seal(sealed, purpose="snmp", record=f"device:{device.id}")
            return device.id

    async def ask_discovery(self, device_id: int) -> None:
        async with self.engine.begin() as db:
            await db.execute(
                update(DeviceState)
                .where(DeviceState.device_id == device_id)
                .values(discover_requested_at=datetime.now(UTC))
            )

    async def change(self, model: type[Device | Port], record: int, **values: Any) -> None:
        async with self.engine.begin() as db:
            await db.execute(update(model).where(model.id == record).values(**values))

    async def state(self, device_id: int) -> DeviceState | None:
        async with AsyncSession(self.engine) as session:
            return await session.get(DeviceState, device_id)

    async def ports(self, device_id: int) -> dict[str, Port]:
        """By name."""
        async with AsyncSession(self.engine) as session:
            rows = await session.scalars(select(Port).where(Port.device_id == device_id).order_by(Port.id))
            return {port.name: port for port in rows}

    async def samples(self, *port_ids: int) -> Sequence[Sample]:
        """In the order of time."""
        columns = [getattr(TrafficSample, name) for name in Sample._fields]
        async with self.engine.connect() as db:
            query = select(*columns).order_by(TrafficSample.at)
            if port_ids:
                query = query.where(TrafficSample.port_id.in_(port_ids))
            return [Sample(*row) for row in await db.execute(query)]

    async def rates(self, *port_ids: int) -> list[Sample]:
        return [sample for sample in await self.samples(*port_ids) if sample.in_bps is not None]

    async def facts(self, kind: str) -> list[dict[str, Any]]:
        async with self.engine.connect() as db:
            rows = await db.execute(select(Event.body).where(Event.kind == kind).order_by(Event.id))
            return list(rows.scalars())

    async def owners(self) -> dict[int, str | None]:
        async with self.engine.connect() as db:
            rows = await db.execute(select(DeviceState.device_id, DeviceState.lease_owner))
            return {row[0]: row[1] for row in rows}

    async def discovered(self, device_id: int) -> dict[str, Port]:
        """Waits for the first walk; the ports by name."""
        await until(lambda: self.ports(device_id), what="a walk")
        return await self.ports(device_id)

    @asynccontextmanager
    async def collector(
        self,
        owner: str = "one",
        *,
        announce: Callable[[list[Reading]], Awaitable[None]] | None = None,
        pace: Pace = HURRY,
        patience: Patience = QUICK,
        url: str | None = None,
        radius_port: int | None = None,
    ) -> AsyncIterator[Collector]:
        """A collector that polls until the block ends, in its own engine as in its own process."""
        engine = create_engine(url or self.url, pool_size=3, application_name=application_name(owner))
        metrics = self.metrics[owner] = Metrics()

        async def hear(readings: list[Reading]) -> None:
            self.heard.extend(readings)

        async def ring(facts: list[Recorded]) -> None:
            self.rung.extend(facts)

        made = wire(
            engine=engine,
            vault=self.vault,
            owner=owner,
            announce=announce or hear,
            ring=ring,
            clock=lambda: datetime.now(UTC),
            metrics=metrics,
            pace=pace,
            patience=patience,
            radius_port=radius_port,
        )
        stop = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(made.run(stop), name=owner)
                try:
                    yield made
                finally:
                    stop.set()
        finally:
            await engine.dispose()


async def build_lab(url: str, engine: AsyncEngine) -> Lab:
    await ensure(engine, datetime.now(UTC))
    return Lab(url, engine, await build_world(engine))
