"""One socket: carries the effects of its viewer out, and writes what the viewer has to say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog

from realtime.attendance import Attendance, Seat
from realtime.hub import Hub, TooManyTopics
from realtime.stream import Stream
from realtime.viewer import Authenticate, Effect, Identity, Open, Release, Viewer
from realtime.watched import Watched
from realtime.wire import CLOSE_NO_HELLO, CLOSE_NOT_ALLOWED, CLOSE_PROTOCOL, CLOSE_RESTART, CLOSE_SLOW, CLOSE_TOO_MANY

log = structlog.get_logger(__name__)

AUTHENTICATE_S = 10.0
CLOSE_S = 2.0

REASONS = {
    CLOSE_NO_HELLO: "send hello first, within 10 s",
    CLOSE_NOT_ALLOWED: "not allowed, or the session has ended",
    CLOSE_SLOW: "too slow, come back",
    CLOSE_TOO_MANY: "too many messages",
    CLOSE_PROTOCOL: "not a message of this protocol",
    CLOSE_RESTART: "restarting, come back",
}
"""Reasons that travel in the close frame; at most 123 bytes (RFC 6455, 5.5)."""


class Gone(Exception):
    """The socket is closed. `Socket.send` may raise it."""


class Direct(Protocol):
    """Writes a frame without waiting. Only while `ready`: the socket is open and takes what is written.

    `on_stop` names what to call when the server stops, instead of closing the socket without a word.
    """

    @property
    def ready(self) -> bool: ...
    def write(self, text: str, /) -> None: ...
    def on_stop(self, leave: Callable[[], None], /) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Socket:
    """What a web framework provides. `receive` answers None when the other side is gone; `direct` where it can."""

    receive: Callable[[], Awaitable[str | bytes | None]]
    send: Callable[[str], Awaitable[None]]
    close: Callable[[int, str], Awaitable[None]]
    direct: Direct | None = None


Authenticator = Callable[[str | None], Awaitable[Identity | None]]
"""From the token in `hello` (None: look at the cookie) to an identity, or None. Raises when it cannot tell."""


class Counters(Protocol):
    frames: int
    slow: int


class Connection:
    """`run` ends when the socket is gone or the viewer has been closed."""

    def __init__(
        self,
        *,
        viewer: Viewer,
        socket: Socket,
        authenticate: Authenticator,
        hub: Hub,
        clock: Callable[[], datetime],
        counters: Counters,
        attendance: Attendance,
    ) -> None:
        self.viewer = viewer
        self.ready_at = 0.0
        self._socket = socket
        self._authenticate = authenticate
        self._hub = hub
        self._clock = clock
        self._counters = counters
        self._attendance = attendance
        self._watched: dict[Stream, Watched] = {}
        self._seats: dict[Stream, Seat] = {}
        self._wake = asyncio.Event()
        self._check = asyncio.Event()
        self._token: str | None = None
        self._checked_at = 0.0
        self._sending_since: float | None = None
        self._parts: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """There may be something to take. Written at once where the socket allows, by the writer otherwise."""
        direct, viewer = self._socket.direct, self.viewer
        if direct is None or viewer.close_code is not None or self._sending_since is not None or not direct.ready:
            self._wake.set()
            return
        frame = viewer.take(self._clock())
        if frame is not None:
            direct.write(frame)
            self._counters.frames += 1
            if viewer.more:
                self._wake.set()

    def check(self) -> None:
        """Find out again who this is."""
        self._check.set()

    def leave(self) -> None:
        """This process stops; the viewer is told when to come back."""
        self._carry_out(self.viewer.leave("restart", CLOSE_RESTART))
        self.wake()

    def release(self) -> None:
        """Lets go of every topic."""
        self._carry_out(Release(stream) for stream in list(self._watched))

    def tick(self, now: float, wall: datetime, *, blocked_s: float, recheck_s: float) -> None:
        """What the passing of time does; about once per second."""
        if self._sending_since is not None and now - self._sending_since >= blocked_s:
            self._counters.slow += 1
            self._carry_out(self.viewer.blocked())
            for part in self._parts:
                part.cancel()
            return
        self._carry_out(self.viewer.tick(now, wall))
        if self.viewer.identity is not None and now - self._checked_at >= recheck_s:
            self._checked_at = now
            self.check()
        if self.viewer.waiting or self.viewer.close_code is not None:
            self.wake()

    async def run(self) -> None:
        if self._socket.direct is not None:
            self._socket.direct.on_stop(self.leave)
        async with asyncio.TaskGroup() as tasks:
            self._parts = [tasks.create_task(part()) for part in (self._read, self._write, self._recheck)]
            await asyncio.wait(self._parts, return_when=asyncio.FIRST_COMPLETED)
            for part in self._parts:
                part.cancel()
        if self.viewer.close_code is not None:
            await self._close(self.viewer.close_code)

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            message = await self._socket.receive()
            if message is None:
                return
            for effect in self.viewer.receive(message, loop.time()):
                if isinstance(effect, Authenticate):
                    self._token = effect.token
                    await self._identify()
                else:
                    self._carry_out([effect])
            self.wake()

    async def _write(self) -> None:
        viewer, send, wake, counters = (self.viewer, self._socket.send, self._wake, self._counters)
        loop = asyncio.get_running_loop()
        while True:
            await wake.wait()
            wake.clear()
            while (frame := viewer.take(self._clock())) is not None:
                self._sending_since = loop.time()
                try:
                    await send(frame)
                except (Gone, OSError):
                    return
                self._sending_since = None
                counters.frames += 1
                if not viewer.more:
                    break
            if viewer.close_code is not None:
                return

    async def _recheck(self) -> None:
        while True:
            await self._check.wait()
            self._check.clear()
            await self._identify()
            self.wake()

    async def _identify(self) -> None:
        loop = asyncio.get_running_loop()
        known = self.viewer.identity is not None
        try:
            async with asyncio.timeout(AUTHENTICATE_S):
                identity = await self._authenticate(self._token)
        except Exception:
            # Cannot tell (the database is away): a known viewer stays and is checked again, a new one comes back.
            log.exception("viewer_not_identified", known=known)
            if not known:
                self._carry_out(self.viewer.end(CLOSE_RESTART))
            return
        now = loop.time()
        self._checked_at = now
        self._carry_out(self.viewer.identified(identity, now=now, wall=self._clock()))

    def _carry_out(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Open(topic=topic, scope=scope):
                    try:
                        watched = self._hub.open(topic, scope, self)
                    except TooManyTopics:
                        self.viewer.refuse(
                            topic.key, "too_many", "The server keeps as many topics as it can.", retry=True
                        )
                        continue
                    self._watched[watched.stream] = watched
                    self.viewer.attach(effect, watched.stream)
                    self._sit_down(watched)
                case Release(stream=stream):
                    self._hub.release(self._watched.pop(stream), self)
                    if (seat := self._seats.pop(stream, None)) is not None:
                        self._attendance.left(seat)
                case Authenticate():
                    raise AssertionError("only the reader authenticates, because what follows hello waits for it")

    def _sit_down(self, watched: Watched) -> None:
        identity = self.viewer.identity
        if watched.panel.attended and watched.about is not None and identity is not None:
            seat = Seat(watched.about.id, identity.user_id, watched.scope)
            self._seats[watched.stream] = seat
            self._attendance.came(seat)

    async def _close(self, code: int) -> None:
        """Last words and the close code, as far as the socket takes them."""
        last_words = self.viewer.take(self._clock())
        parting = [partial(self._socket.send, last_words)] if last_words is not None else []
        for say in (*parting, partial(self._socket.close, code, REASONS[code])):
            try:
                async with asyncio.timeout(CLOSE_S):
                    await say()
            except (TimeoutError, Gone, OSError):
                log.debug("viewer_parting_not_sent", code=code)
