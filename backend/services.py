"""What a request handler may use, wired once by the composition root and passed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.gps.intake import Intake
from backend.map.layers import Layers
from db.session import ReadSession, reading
from db.uow import UnitOfWork
from db.vault import Vault
from realtime.bus import Bus
from realtime.control import RightsChanged
from realtime.gateway import Gateway
from realtime.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Services:
    """`clock` answers the present instant (UTC, aware). `demo` says that the data was made up."""

    engine: AsyncEngine
    bus: Bus
    gateway: Gateway
    registry: Registry
    vault: Vault
    gps: Intake
    layers: Layers
    clock: Callable[[], datetime]
    build: str
    demo: bool

    def unit_of_work(self) -> UnitOfWork:
        return UnitOfWork(self.engine, ring=self.bus.ring, clock=self.clock)

    async def end_live(self, key: str) -> None:
        """Live sockets of a login or token that ended are told at once, in every process."""
        await self.bus.control(RightsChanged(key=key))


async def provide_db(services: NamedDependency[Services]) -> AsyncIterator[ReadSession]:
    """One read-only transaction for the request: all its queries see the same state."""
    async with reading(services.engine) as session:
        yield session
