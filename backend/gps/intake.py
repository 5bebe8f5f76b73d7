"""Takes reports from all phones and commits them together: an answer leaves only after its commit.

While one commit is under way the next batch gathers, so 200 phones cost a few transactions a second and not one each.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

import structlog

from backend.errors import NotSignedIn, Throttled, Unavailable
from backend.gps.belief import Outcome
from backend.gps.dialects import Dialect
from backend.gps.ledger import Heard, Written, write
from backend.gps.pace import Pace
from db.uow import UnitOfWork
from realtime.readings import PositionsMoved, Reading

log = structlog.get_logger(__name__)

GATHER_S = 0.01
MOST_REPORTS = 256
"""In one transaction."""

MOST_FIXES = 2000
"""In one transaction, but for a single report that holds more."""

WAITING = 2000
"""Reports that wait for their commit; one beyond them is asked to come back."""


@dataclass
class GpsCounters:
    """Since the start of the process: fixes by what became of them, reports by dialect, and requests not taken."""

    fixes: Counter[Outcome] = field(default_factory=Counter)
    reports: Counter[Dialect] = field(default_factory=Counter)
    unknown_tokens: int = 0
    busy: int = 0
    batches: int = 0
    failures: int = 0


@dataclass
class _Waiting:
    heard: Heard
    known: asyncio.Future[bool]


class Intake:
    """One per serving process: `async with Intake(...) as gps`. `monotonic` gives seconds that only go forward."""

    def __init__(
        self,
        *,
        work: Callable[[], UnitOfWork],
        announce: Callable[[list[Reading]], Awaitable[None]],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self.counters = GpsCounters()
        self._work = work
        self._announce = announce
        self._clock = clock
        self._monotonic = monotonic
        self._pace = Pace()
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(WAITING)
        self._held: _Waiting | None = None
        self._writer: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._writer = asyncio.create_task(self._write_for_ever(), name="gps")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._writer is not None
        self._writer.cancel()
        with suppress(asyncio.CancelledError):
            await self._writer
        while not self._queue.empty():
            self._queue.get_nowait().known.cancel()

    async def take(self, heard: Heard) -> None:
        """Returns when the report is committed. Raises NotSignedIn for a token that is not in use (whether it never
        was, or was dismissed, is not told), Throttled, and Unavailable; in these cases the phone keeps its fixes."""
        wait = self._pace.take(heard.digest, max(1, len(heard.fixes)), self._monotonic())
        if wait:
            await self._commit(Heard(digest=heard.digest, dialect=None, dropped="too_fast", evidence=f"{wait} s early"))
            raise Throttled("This phone sends more positions than can be of use. Send fewer.", retry_after_s=wait)
        await self._commit(heard)

    async def _commit(self, heard: Heard) -> None:
        waiting = _Waiting(heard, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            self.counters.busy += 1
            raise Unavailable("More positions arrive than can be stored. Keep yours and send them again.") from None
        if not await waiting.known:
            self.counters.unknown_tokens += 1
            raise NotSignedIn("This token is not in use. Ask the dispatcher for a new one.")
        if heard.dialect is not None:
            self.counters.reports[heard.dialect] += 1

    async def _write_for_ever(self) -> None:
        while True:
            batch = await self._gather()
            try:
                written = await self._store([waiting.heard for waiting in batch])
            except Exception as error:  # each phone is told, keeps its fixes, and the next batch is another matter
                self.counters.failures += 1
                log.warning("gps_batch_failed", reports=len(batch), reason=type(error).__name__)
                for waiting in batch:
                    if not waiting.known.done():
                        waiting.known.set_exception(error)
            else:
                for waiting, known in zip(batch, written.known, strict=True):
                    if not waiting.known.done():
                        waiting.known.set_result(known)

    async def _gather(self) -> list[_Waiting]:
        batch = [self._held or await self._queue.get()]
        self._held = None
        await asyncio.sleep(GATHER_S)
        fixes = len(batch[0].heard.fixes)
        while len(batch) < MOST_REPORTS and not self._queue.empty():
            waiting = self._queue.get_nowait()
            fixes += len(waiting.heard.fixes)
            if fixes > MOST_FIXES:
                self._held = waiting
                break
            batch.append(waiting)
        return batch

    async def _store(self, batch: list[Heard]) -> Written:
        now = self._clock()
        async with self._work() as uow:
            written = await write(await uow.connection(), batch, now)
        self.counters.batches += 1
        self.counters.fixes += written.outcomes
        if written.moved:
            await self._announce(
                [
                    PositionsMoved(place=place, at=now.timestamp(), technicians=sorted(technicians))
                    for place, technicians in written.moved.items()
                ]
            )
        return written
