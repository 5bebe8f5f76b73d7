"""The thin asynchronous shell around `realtime.viewer`: one reader and one writer per socket, one clock for all.

Knows nothing of any web framework: a handler passes `receive`, `send`, `close` and `authenticate`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import structlog

from realtime.attendance import Attendance, Nobody
from realtime.connection import Authenticator, Connection, Socket
from realtime.control import Control
from realtime.hub import Hub
from realtime.pacer import Pacer
from realtime.registry import Registry
from realtime.viewer import Limits, Viewer

log = structlog.get_logger(__name__)

TICK_S = 1.0


@dataclass
class GatewayCounters:
    """Since the start of the process. `slow` counts viewers closed because their socket stayed blocked."""

    accepted: int = 0
    ended: int = 0
    slow: int = 0
    frames: int = 0


class Gateway:
    """One per process: `async with Gateway(...) as gateway`, then `gateway.serve(...)` in each socket's handler.

    `pace` is the shortest time between two frames to one viewer. `recheck` is how often a viewer's rights are read
    again, so that a revocation ends it even when the bus lost the word of it. `attendance` is told who watches panels
    that show it.
    """

    def __init__(
        self,
        *,
        hub: Hub,
        registry: Registry,
        clock: Callable[[], datetime],
        build: str,
        limits: Limits | None = None,
        pace: timedelta = timedelta(milliseconds=100),
        recheck: timedelta = timedelta(minutes=1),
        attendance: Attendance | None = None,
    ) -> None:
        self.counters = GatewayCounters()
        self._hub = hub
        self._registry = registry
        self._clock = clock
        self._build = build
        self._attendance = attendance or Nobody()
        self._limits = limits or Limits()
        self._recheck = recheck.total_seconds()
        self._connections: set[Connection] = set()
        self._pacer: Pacer[Connection] = Pacer(pace.total_seconds())
        self._draining = False
        self._empty = asyncio.Event()
        self._empty.set()
        self._tasks = asyncio.TaskGroup()
        self._ticker: asyncio.Task[None] | None = None
        hub.moved = self._pacer.moved

    @property
    def viewers(self) -> int:
        return len(self._connections)

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._ticker = self._tasks.create_task(self._tick(), name="gateway")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._ticker is not None
        self._ticker.cancel()
        await self._tasks.__aexit__(kind, error, trace)

    async def serve(self, socket: Socket, authenticate: Authenticator) -> None:
        """One viewer, from the accepted socket to its close. Returns when it is gone or was closed."""
        now = asyncio.get_running_loop().time()
        connection = Connection(
            viewer=Viewer(registry=self._registry, build=self._build, limits=self._limits, now=now),
            socket=socket,
            authenticate=authenticate,
            hub=self._hub,
            clock=self._clock,
            counters=self.counters,
            attendance=self._attendance,
        )
        self.counters.accepted += 1
        self._connections.add(connection)
        self._empty.clear()
        if self._draining:
            connection.leave()
        try:
            await connection.run()
        finally:
            connection.release()
            self._pacer.forget(connection)
            self._connections.discard(connection)
            self.counters.ended += 1
            if not self._connections:
                self._empty.set()

    def control(self, message: Control) -> None:
        """Rights changed somewhere: the viewers it concerns are asked again who they are."""
        for connection in self._connections:
            identity = connection.viewer.identity
            if identity is not None and (identity.key == message.key or identity.user_id == message.user_id):
                connection.check()

    async def drain(self, deadline: timedelta) -> None:
        """Before a stop: tells every viewer when to come back, and waits until they are gone or the deadline is."""
        self._draining = True
        for connection in self._connections:
            connection.leave()
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                await self._empty.wait()
        except TimeoutError:
            log.warning("viewers_left_at_stop", viewers=self.viewers)

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(TICK_S)
            now, wall = loop.time(), self._clock()
            for connection in list(self._connections):
                connection.tick(now, wall, blocked_s=self._limits.blocked_s, recheck_s=self._recheck)
