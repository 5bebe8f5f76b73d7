"""Facts from two sides: the bus is fast and may lose some, the tail of `event` is sure. Each is handed on once.

Ids are not in order of commit, so the tail looks back over a window longer than any action's transaction.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import structlog

from realtime.facts import Recorded

log = structlog.get_logger(__name__)

REMEMBERED = 100_000
"""Ids kept to tell a fact that was already handed on. Beyond it one may be handed on twice, which is harmless."""


@dataclass
class FeedCounters:
    """`from_tail` above zero while the bus hears everything means that facts are lost on the way."""

    from_bus: int = 0
    from_tail: int = 0
    repeated: int = 0
    reads: int = 0
    failures: int = 0


class FactFeed:
    """`async with FactFeed(...) as feed`, and `feed.heard` as the bus's `on_facts`.

    `tail` returns the facts recorded at or after an instant, in any order. It is asked every `every`, from `window`
    before the last read that succeeded, so an outage of the database is caught up with when it ends. Facts from before
    the start do not matter: topics start with a snapshot.
    """

    def __init__(
        self,
        *,
        tail: Callable[[datetime], Awaitable[list[Recorded]]],
        deliver: Callable[[list[Recorded]], None],
        clock: Callable[[], datetime],
        every: timedelta = timedelta(seconds=2),
        window: timedelta = timedelta(seconds=15),
        deadline: timedelta = timedelta(seconds=10),
        remembered: int = REMEMBERED,
    ) -> None:
        self.counters = FeedCounters()
        self.last_read = clock()
        self._tail = tail
        self._deliver = deliver
        self._clock = clock
        self._every = every.total_seconds()
        self._window = window
        self._deadline = deadline.total_seconds()
        self._remembered = remembered
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._tasks = asyncio.TaskGroup()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._reader = self._tasks.create_task(self._read_for_ever(), name="fact-feed")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._reader is not None
        self._reader.cancel()
        await self._tasks.__aexit__(kind, error, trace)

    def heard(self, facts: list[Recorded]) -> None:
        """Facts from the bus."""
        self.counters.from_bus += self._hand_on(facts)

    async def read(self) -> None:
        """Reads the tail once. Raises what `tail` raises."""
        began = self._clock()
        async with asyncio.timeout(self._deadline):
            facts = await self._tail(self.last_read - self._window)
        self.counters.reads += 1
        self.last_read = began
        self.counters.from_tail += self._hand_on(facts)

    async def _read_for_ever(self) -> None:
        away = False
        while True:
            try:
                await self.read()
                if away:
                    log.info("fact_tail_back")
                away = False
            except Exception as error:  # the database fails in many ways; each is counted, the first logged
                self.counters.failures += 1
                if not away:
                    log.warning("fact_tail_away", reason=f"{type(error).__name__}: {error}"[:200])
                away = True
            await asyncio.sleep(self._every)

    def _hand_on(self, facts: list[Recorded]) -> int:
        fresh = []
        for recorded in facts:
            if recorded.id in self._seen:
                self.counters.repeated += 1
                continue
            self._seen[recorded.id] = None
            fresh.append(recorded)
        while len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
        if fresh:
            self._deliver(fresh)
        return len(fresh)
