"""Keeps watched topics true: announcements make them dirty, each is asked again once, viewers get the difference.

The database sees work in proportion to topics watched and facts happening, never to the number of viewers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from realtime.facts import Fact, Recorded
from realtime.panel import Answer, Panel
from realtime.readings import Reading
from realtime.registry import Topic
from realtime.scope import Scope
from realtime.subject import Subject
from realtime.watched import Ask, HubCounters, HubSettings, Watched

__all__ = ["Hub", "HubCounters", "HubSettings", "TooManyTopics"]


class TooManyTopics(Exception):
    """This process keeps as many topics as it may."""


class Hub:
    """One per process: `async with Hub(...) as hub`. All methods are called on its event loop, and none waits.

    `ask(panel, params, scope)` runs the panel's query. `epoch()` gives a random text per stream. `jitter()` gives a
    number from 0 to 1, which spreads what the clock makes due. `moved(viewers)`, set by the gateway, is told of viewers
    that have something to take.
    """

    def __init__(
        self,
        *,
        ask: Callable[[Panel[Any], Any, Scope], Awaitable[Answer]],
        epoch: Callable[[], str],
        jitter: Callable[[], float],
        settings: HubSettings | None = None,
    ) -> None:
        self.counters = HubCounters()
        self.moved: Callable[[set[Any]], None] = lambda viewers: None
        self.settings = settings or HubSettings()
        self._ask = Ask(query=ask, settings=self.settings)
        self._epoch = epoch
        self._jitter = jitter
        self._topics: dict[tuple[str, Scope], Watched] = {}
        self._listeners: dict[tuple[type[Fact | Reading], Subject | None], dict[Watched, None]] = {}
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for watched in list(self._topics.values()):
            self._drop(watched)
        await self._tasks.__aexit__(kind, error, trace)

    @property
    def topics(self) -> int:
        return len(self._topics)

    def open(self, topic: Topic, scope: Scope, viewer: Any) -> Watched:
        """Keeps a topic up to date for this viewer, from now on. Raises TooManyTopics."""
        watched = self._topics.get((topic.key, scope))
        if watched is None:
            watched = self._start(topic, scope)
        watched.stay()
        watched.viewers.add(viewer)
        return watched

    def release(self, watched: Watched, viewer: Any) -> None:
        """This viewer no longer watches. After the last one the topic lingers, then goes."""
        watched.viewers.discard(viewer)
        if not watched.viewers and not watched.gone:
            watched.linger(self.settings.linger.total_seconds(), self._drop)

    def facts(self, facts: list[Recorded]) -> None:
        """Facts that committed, each at least once, in any order."""
        for recorded in facts:
            self._announce(recorded.fact, recorded.fact.at)

    def readings(self, readings: list[Reading]) -> None:
        """Readings that were stored."""
        for reading in readings:
            self._announce(reading, datetime.fromtimestamp(reading.at, UTC))

    def gap(self) -> None:
        """Announcements may have been lost: every topic asks again."""
        self.counters.gaps += 1
        for watched in self._topics.values():
            watched.disturb()

    def _announce(self, announcement: Fact | Reading, at: datetime) -> None:
        """Costs what the announcement names and who listens to that, not what is watched in all."""
        kind = type(announcement)
        for subject in (None, *announcement.subjects()):
            for watched in self._listeners.get((kind, subject), ()):
                if watched.scope.covers(announcement.place):
                    watched.hear(announcement, at)

    def _start(self, topic: Topic, scope: Scope) -> Watched:
        if len(self._topics) >= self.settings.most_topics:
            idle = next((watched for watched in self._topics.values() if not watched.viewers), None)
            if idle is None:
                raise TooManyTopics
            self._drop(idle)
        watched = Watched(
            topic=topic,
            scope=scope,
            epoch=self._epoch(),
            settings=self.settings,
            counters=self.counters,
            moved=self._tell,
        )
        self._topics[topic.key, scope] = watched
        for kind in topic.panel.refresh_on:
            self._listeners.setdefault((kind, watched.about), {})[watched] = None
        self.counters.opened += 1
        watched.task = self._tasks.create_task(watched.keep_true(self._ask, self._jitter), name=topic.key)
        return watched

    def _tell(self, viewers: set[Any]) -> None:
        self.moved(viewers)

    def _drop(self, watched: Watched) -> None:
        del self._topics[watched.stream.key, watched.scope]
        for kind in watched.panel.refresh_on:
            listeners = self._listeners[kind, watched.about]
            del listeners[watched]
            if not listeners:
                del self._listeners[kind, watched.about]
        watched.end()
        self.counters.dropped += 1
