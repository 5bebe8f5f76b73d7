"""Decides when viewers are woken: at once when they were quiet, otherwise at most once per interval on average.

One fact moves several panels, each after its own settle: a viewer that was quiet is woken for each of the first three,
or the second would wait an interval for nothing.

Viewers of the same wall are woken together, so they stand at the same cursors and share the texts made for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

BURST = 3
"""Times in a row that a viewer which was quiet is woken without waiting."""


class Paced(Protocol):
    """`ready_at` is loop time, written here only."""

    ready_at: float

    def wake(self) -> None: ...


class Pacer[T: Paced]:
    """`interval` in seconds. Must be used on one event loop; needs no task."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._slack = interval / 10
        self._credit = (BURST - 1) * interval
        self._waiting: set[T] = set()
        self._soon: asyncio.Handle | None = None
        self._later: asyncio.TimerHandle | None = None

    def moved(self, viewers: Iterable[T]) -> None:
        """These have something to take. What moves in one turn of the loop is flushed together."""
        self._waiting.update(viewers)
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_soon(self._flush)

    def forget(self, viewer: T) -> None:
        self._waiting.discard(viewer)

    def _flush(self) -> None:
        self._soon = None
        if self._later is not None:
            self._later.cancel()
            self._later = None
        loop = asyncio.get_running_loop()
        now = loop.time()
        due, earliest = now + self._slack, now - self._credit
        kept: set[T] = set()
        soonest = now + self._interval
        for viewer in self._waiting:
            if viewer.ready_at <= due:
                viewer.ready_at = max(viewer.ready_at, earliest) + self._interval
                viewer.wake()
            else:
                kept.add(viewer)
                soonest = min(soonest, viewer.ready_at)
        self._waiting = kept
        if kept:
            self._later = loop.call_at(soonest, self._flush)
