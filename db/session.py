"""The two ways to talk to the database: reading, and (inside a unit of work) writing.

Neither offers commit: reads end with their block, writes are committed by `db.uow` alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession


class ReadSession:
    """Reads that all see the same state. The methods are SQLAlchemy's own."""

    __slots__ = ("execute", "scalar", "scalars", "stream")

    def __init__(self, session: AsyncSession) -> None:
        self.execute = session.execute
        self.scalar = session.scalar
        self.scalars = session.scalars
        self.stream = session.stream


class DbSession(ReadSession):
    """What an action writes with. Made by `UnitOfWork` only."""

    __slots__ = ("add", "add_all", "flush", "get", "refresh")

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self.add = session.add
        self.add_all = session.add_all
        self.flush = session.flush
        self.get = session.get
        self.refresh = session.refresh


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[ReadSession]:
    """One READ ONLY transaction, repeatable read: every query inside sees the database as at the first one."""
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    async with AsyncSession(snapshot, autoflush=False, expire_on_commit=False) as session:
        yield ReadSession(session)
