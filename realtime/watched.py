"""One watched topic: its stream, who watches it, and the task that keeps it true."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from realtime.facts import Fact
from realtime.panel import Answer, Panel
from realtime.readings import Reading
from realtime.registry import Topic
from realtime.scope import Scope
from realtime.shapes import Log, Ring
from realtime.stream import Stream

log = structlog.get_logger(__name__)

TROUBLE = "This panel cannot be read right now. It shows its last values and is tried again by itself."


@dataclass
class HubCounters:
    """Since the start of the process. `opened` counts topics; `asked` queries; `pushed` appends without a query."""

    opened: int = 0
    dropped: int = 0
    asked: int = 0
    failed: int = 0
    changed: int = 0
    pushed: int = 0
    gaps: int = 0
    bugs: int = 0


@dataclass(frozen=True, kw_only=True)
class HubSettings:
    """`concurrency` is how many panel queries run at once, so that they cannot use up the connections of the rest.
    Topics whose last query took longer than `slow_after` wait in a lane of `slow_concurrency`, out of the others' way.

    `deadline` bounds one query; a failed one is tried again after `retry_first`, doubling up to `retry_longest`.
    `linger` is how long a topic stays after its last viewer, so that a reload or a reconnect finds it.
    """

    concurrency: int = 4
    slow_concurrency: int = 2
    slow_after: timedelta = timedelta(seconds=1)
    deadline: timedelta = timedelta(seconds=10)
    retry_first: timedelta = timedelta(milliseconds=500)
    retry_longest: timedelta = timedelta(seconds=15)
    linger: timedelta = timedelta(seconds=30)
    most_topics: int = 5000
    most_steps: int = 256
    most_bytes: int = 512 * 1024


class Ask:
    """How panel queries are run: a few at a time, each within a deadline, slow ones in a lane of their own."""

    def __init__(self, *, query: Callable[[Panel[Any], Any, Scope], Awaitable[Answer]], settings: HubSettings) -> None:
        self.query = query
        self.deadline = settings.deadline.total_seconds()
        self.slow_after = settings.slow_after.total_seconds()
        self._quick = asyncio.Semaphore(settings.concurrency)
        self._slow = asyncio.Semaphore(settings.slow_concurrency)

    def lane(self, *, slow: bool) -> asyncio.Semaphore:
        return self._slow if slow else self._quick


class Watched:
    """A topic in the hub. Viewers are opaque here; the gateway knows how to wake them."""

    def __init__(
        self,
        *,
        topic: Topic,
        scope: Scope,
        epoch: str,
        settings: HubSettings,
        counters: HubCounters,
        moved: Callable[[set[Any]], None],
    ) -> None:
        self.panel = topic.panel
        self.scope = scope
        self.stream = Stream(
            key=topic.key, panel=topic.panel, epoch=epoch, max_steps=settings.most_steps, max_bytes=settings.most_bytes
        )
        self.viewers: set[Any] = set()
        self.gone = False
        self.task: asyncio.Task[None] | None = None
        self.about = topic.panel.about(topic.params) if topic.panel.about else None
        self._params = topic.params
        self._settings = settings
        self._counters = counters
        self._moved = moved
        self._dirty = asyncio.Event()
        self._asking = False
        self._slow = False
        self._arrived: deque[tuple[Any, datetime]] = deque(maxlen=_capacity(topic.panel))
        self._lingering: asyncio.TimerHandle | None = None

    def hear(self, announcement: Fact | Reading, at: datetime) -> None:
        """An announcement of a type this panel lists, inside the scope."""
        panel = self.panel
        try:
            if not panel.concerns(self._params, announcement):
                return
            if panel.append is not None:
                items = panel.append(self._params, announcement)
                if items is not None:
                    self._take_in(items, at)
                return
        except Exception:
            # The panel's own code: a bug there must cost a query, not an update and not the other topics.
            self._counters.bugs += 1
            log.exception("panel_function_failed", panel=panel.name)
        self._dirty.set()

    def disturb(self) -> None:
        """Something may have been missed: ask again."""
        self._dirty.set()

    def stay(self) -> None:
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None

    def linger(self, seconds: float, then: Callable[[Watched], None]) -> None:
        self.stay()
        self._lingering = asyncio.get_running_loop().call_later(seconds, then, self)

    def end(self) -> None:
        self.gone = True
        self.stay()
        if self.task is not None:
            self.task.cancel()

    def _take_in(self, items: Any, at: datetime) -> None:
        """Position first, then state: while the query runs, what arrives is kept, and joined to its answer."""
        if self._asking:
            self._arrived.append((items, at))
        if self.stream.offset and self.stream.append(items, at):
            self._counters.pushed += 1
            self._moved(self.viewers)

    async def keep_true(self, ask: Ask, jitter: Callable[[], float]) -> None:
        """Asks now, and again when dirty or when the clock says so, until cancelled."""
        wait = 0.0
        while True:
            if wait:
                await asyncio.sleep(wait)
            try:
                changed = self._accept(await self._query(ask))
                wait = 0.0
            except Exception as error:
                self._counters.failed += 1
                if self.stream.trouble is None:
                    log.warning("panel_failed", topic=self.stream.key, exc_info=not isinstance(error, TimeoutError))
                changed = self.stream.fail(TROUBLE)
                first, longest = (self._settings.retry_first, self._settings.retry_longest)
                wait = min(wait * 2 or first.total_seconds(), longest.total_seconds()) * (1 + jitter() / 2)
            finally:
                self._asking = False
            if changed:
                self._counters.changed += 1
                self._moved(self.viewers)
            if not wait:
                await self._until_due(jitter)

    async def _query(self, ask: Ask) -> Answer:
        loop = asyncio.get_running_loop()
        async with ask.lane(slow=self._slow):
            self._dirty.clear()
            self._asking = True
            self._arrived.clear()
            self._counters.asked += 1
            began = loop.time()
            try:
                async with asyncio.timeout(ask.deadline):
                    return await ask.query(self.panel, self._params, self.scope)
            finally:
                self._slow = loop.time() - began > ask.slow_after

    async def _until_due(self, jitter: Callable[[], float]) -> None:
        every = self.panel.refresh_every
        try:
            async with asyncio.timeout(every.total_seconds() * (0.9 + jitter() / 5) if every else None):
                await self._dirty.wait()
        except TimeoutError:
            return
        await asyncio.sleep(self.panel.settle.total_seconds())

    def _accept(self, answer: Answer) -> bool:
        shape = self.panel.shape
        if self.panel.append is None or not isinstance(shape, Ring | Log):
            return self.stream.replace(answer.data, answer.as_of)
        data, as_of = answer.data, answer.as_of
        for items, at in self._arrived:
            data, as_of = shape.join(data, items), max(as_of, at)
        self._arrived.clear()
        if self.stream.offset:
            data = shape.repair(self.stream.data, data)
        return self.stream.replace(data, as_of)


def _capacity(panel: Panel[Any]) -> int:
    return panel.shape.capacity if isinstance(panel.shape, Ring | Log) else 1
