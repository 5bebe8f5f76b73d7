"""The unit of work: rows and the facts they make true, in one transaction. Nobody else commits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Literal, Self

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from db import events
from db.partitions import EVENTS, ensure_for, is_missing
from db.session import DbSession
from realtime.facts import AnyFact, Recorded

log = structlog.get_logger(__name__)

RING_DEADLINE = timedelta(seconds=2)

Ring = Callable[[list[Recorded]], Awaitable[None]]


@dataclass
class WorkCounters:
    """Of this process. `ring_failures` above zero means viewers hear of some facts by the tail, seconds later."""

    committed: int = 0
    rolled_back: int = 0
    ring_failures: int = 0


counters = WorkCounters()


class UnitOfWork:
    """`async with UnitOfWork(engine, ring=bus.ring, clock=clock) as uow:` and write with `uow.session`.

    Leaving the block commits and then rings; an exception in it rolls back, and nothing was emitted. `now` is the
    instant it began, for actions to date their rows with. Use one per request, once: a second use would write the
    facts of the first again.
    """

    def __init__(self, engine: AsyncEngine, *, ring: Ring, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._ring = ring
        self._clock = clock
        self._facts: list[AnyFact] = []
        self._orm = AsyncSession(engine, expire_on_commit=False)
        self._state: Literal["new", "open", "over"] = "new"
        self.session = DbSession(self._orm)
        self.now = clock()

    def emit(self, fact: AnyFact) -> None:
        """Say what this transaction makes true. It is written, in order, just before the commit."""
        if self._state != "open":
            raise RuntimeError(f"{type(fact).__name__} was emitted outside `async with UnitOfWork(...)`.")
        if type(fact) not in events.SUBJECTS:
            raise TypeError(f"{type(fact).__name__} has no line in db.events.SUBJECTS: add the record it belongs to.")
        self._facts.append(fact)

    async def connection(self) -> AsyncConnection:
        """The connection of this transaction, for what goes in by COPY."""
        return await self._orm.connection()

    async def __aenter__(self) -> Self:
        if self._state != "new":
            raise RuntimeError("A unit of work is used once: make another.")
        self._state = "open"
        self.now = self._clock()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._state = "over"
        try:
            recorded = await self._commit() if error is None else []
        finally:
            await self._orm.close()
        if error is not None:
            counters.rolled_back += 1
        elif recorded:
            await self._announce(recorded)

    async def _commit(self) -> list[Recorded]:
        try:
            await self._orm.flush()
            recorded = await self._write_facts() if self._facts else []
            await self._orm.commit()
        except BaseException:
            counters.rolled_back += 1
            raise
        counters.committed += 1
        return recorded

    async def _write_facts(self) -> list[Recorded]:
        """Behind a savepoint, so that a month without its partition costs a retry and not the whole transaction."""
        connection = await self._orm.connection()
        try:
            async with connection.begin_nested():
                return await events.write(connection, self._facts)
        except DBAPIError as error:
            if not is_missing(error):
                raise
        made = await ensure_for(self._engine, EVENTS, [(await connection.execute(events.database_clock)).scalar_one()])
        log.warning("partition_made_late", partitions=made)
        return await events.write(connection, self._facts)

    async def _announce(self, recorded: list[Recorded]) -> None:
        """The facts are committed: a deaf bus costs latency, and is no reason to fail the request."""
        try:
            async with asyncio.timeout(RING_DEADLINE.total_seconds()):
                await self._ring(recorded)
        except Exception as error:
            counters.ring_failures += 1
            log.warning("ring_failed", facts=len(recorded), reason=f"{type(error).__name__}: {error}"[:200])
