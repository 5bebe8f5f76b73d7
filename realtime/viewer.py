"""One viewer of `/live` as a state machine: messages in, effects out, and one frame at a time to send.

Pure: no socket, no task, no clock; `now` is monotonic seconds, `wall` an aware instant, both passed in. A viewer holds
one cursor per topic, never a queue of messages, so a slow one gets fewer and newer frames.
"""

from __future__ import annotations

from collections.abc import KeysView
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from realtime.encoding import encode
from realtime.registry import Registry, Topic, UnknownPanel
from realtime.scope import Permission, Scope
from realtime.stream import NOWHERE, Stream
from realtime.topic import BadParams
from realtime.wire import (
    CLOSE_NO_HELLO,
    CLOSE_NOT_ALLOWED,
    CLOSE_PROTOCOL,
    CLOSE_SLOW,
    CLOSE_TOO_MANY,
    VERSION,
    Bye,
    ByeCode,
    ClientMessage,
    Error,
    ErrorCode,
    Hello,
    Pong,
    Since,
    Unwatch,
    Watch,
    Welcome,
)

_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)


class Identity(Protocol):
    """Who is watching. `key` is unique per login or token; rights end at `expires_at` at the latest."""

    @property
    def key(self) -> str: ...
    @property
    def user_id(self) -> int: ...
    @property
    def expires_at(self) -> datetime: ...
    def scope(self, permission: Permission) -> Scope: ...


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Of one viewer. Lengths in characters, times in seconds. `burst` lets a page with all its watches come back."""

    message_length: int = 32 * 1024
    messages_per_s: float = 20.0
    burst: int = 250
    watches: int = 200
    hello_s: float = 10.0
    beat_s: int = 15
    blocked_s: float = 10.0
    warning_s: float = 25.0
    frame_length: int = 1024 * 1024
    retry_ms: tuple[int, int] = (1000, 8000)


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Find out who this is, then call `Viewer.identified`."""

    token: str | None


@dataclass(frozen=True, slots=True)
class Open:
    """Have this topic kept up to date for this scope, then call `Viewer.attach` with its stream, or `refuse`."""

    topic: Topic
    scope: Scope
    since: Since | None


@dataclass(frozen=True, slots=True)
class Release:
    """This viewer no longer needs the stream."""

    stream: Stream


Effect = Authenticate | Open | Release


class _Cursor:
    __slots__ = ("offset", "scope", "stream", "topic", "trouble", "version")

    def __init__(self, topic: Topic, scope: Scope, stream: Stream) -> None:
        self.topic = topic
        self.scope = scope
        self.stream = stream
        self.offset = NOWHERE
        self.version = -1
        self.trouble: str | None = None


State = Literal["new", "asking", "welcome", "ended"]


class Viewer:
    """`close_code` is set once nothing but what `take` still returns may be sent.

    `more` says after a `take` that the frame was full and another waits.
    """

    def __init__(self, *, registry: Registry, build: str, limits: Limits, now: float) -> None:
        self.identity: Identity | None = None
        self.close_code: int | None = None
        self.state: State = "new"
        self.more = False
        self._registry = registry
        self._build = build
        self._limits = limits
        self._cursors: dict[str, _Cursor] = {}
        self._outbox: list[str] = []
        self._tokens = float(limits.burst)
        self._tokens_at = now
        self._hello_before = now + limits.hello_s
        self._beat_at = float("inf")
        self._beat_due = False
        self._warned = False

    # What the client says

    def receive(self, message: str | bytes, now: float) -> list[Effect]:
        """One WebSocket message. Binary, oversized, malformed or unknown ones end the viewer."""
        if self.state == "ended":
            return []
        if not self._may_speak(now):
            return self.end(CLOSE_TOO_MANY)
        if isinstance(message, bytes) or len(message) > self._limits.message_length:
            return self.end(CLOSE_PROTOCOL)
        try:
            read = _decoder.decode(message)
        except (ValueError, RecursionError):
            return self.end(CLOSE_PROTOCOL)
        match read:
            case Hello(v=version, token=token):
                if self.state != "new" or version != VERSION:
                    return self.end(CLOSE_PROTOCOL)
                self.state = "asking"
                return [Authenticate(token)]
            case _ if self.state != "welcome":
                return self.end(CLOSE_NO_HELLO)
            case Watch(t=key, since=since):
                return self._watch(key, since)
            case Unwatch(t=key):
                cursor = self._cursors.pop(key, None)
                return [Release(cursor.stream)] if cursor else []
            case Pong():
                return []

    def _may_speak(self, now: float) -> bool:
        limits = self._limits
        self._tokens = min(limits.burst, self._tokens + (now - self._tokens_at) * limits.messages_per_s)
        self._tokens_at = now
        self._tokens -= 1
        return self._tokens >= 0

    def _watch(self, key: str, since: Since | None) -> list[Effect]:
        try:
            topic = self._registry.topic(key)
        except UnknownPanel as error:
            return self.refuse(key, "unknown_topic", str(error))
        except BadParams as error:
            return self.refuse(key, "bad_params", str(error))
        held = self._cursors.get(key)
        if held is not None:
            self._place(held, since)
            return []
        if len(self._cursors) >= self._limits.watches:
            return self.refuse(key, "too_many", f"At most {self._limits.watches} topics can be watched at once.")
        assert self.identity is not None
        return self._open(topic, self.identity.scope(topic.panel.permission), since)

    def _open(self, topic: Topic, scope: Scope, since: Since | None) -> list[Effect]:
        if not scope:
            return self.refuse(topic.key, "forbidden", "You may not see this. Ask an administrator of Farol for it.")
        return [Open(topic, scope, since)]

    def _move(self, identity: Identity) -> list[Effect]:
        """Rights changed: topics go on where they may still be seen, each from a snapshot of its new scope."""
        effects: list[Effect] = []
        for key, cursor in list(self._cursors.items()):
            scope = identity.scope(cursor.topic.panel.permission)
            if scope != cursor.scope:
                del self._cursors[key]
                effects += [Release(cursor.stream), *self._open(cursor.topic, scope, None)]
        return effects

    # What the shell answers

    def identified(self, identity: Identity | None, *, now: float, wall: datetime) -> list[Effect]:
        """The answer to Authenticate, and to later checks that the rights still hold."""
        if self.state == "ended":
            return []
        if identity is None or identity.expires_at <= wall:
            if self.state == "welcome":
                self._say_bye("expired")
            return self.end(CLOSE_NOT_ALLOWED)
        before, self.identity = self.identity, identity
        if before is None:
            self.state = "welcome"
            self._beat_at = now + self._limits.beat_s
            self._outbox.append(encode(Welcome(v=VERSION, now=wall, beat=self._limits.beat_s, build=self._build)))
        else:
            return self._move(identity)
        return []

    def attach(self, opened: Open, stream: Stream) -> None:
        """The answer to Open. The snapshot and what follows it come from one cursor, so nothing can fall between."""
        cursor = self._cursors[stream.key] = _Cursor(opened.topic, opened.scope, stream)
        self._place(cursor, opened.since)

    def refuse(self, key: str, code: ErrorCode, message: str, *, retry: bool = False) -> list[Effect]:
        """Says in words why a topic is not shown."""
        self._outbox.append(encode(Error(t=key, code=code, message=message, retry=retry)))
        return []

    def _place(self, cursor: _Cursor, since: Since | None) -> None:
        stream = cursor.stream
        cursor.version = -1
        cursor.trouble = None
        if since is not None and stream.proves(since.e, since.o):
            cursor.offset = since.o
            if since.o == stream.offset:
                self._beat_due = True  # nothing is missing: the beat says so, and how old it is
        else:
            cursor.offset = NOWHERE

    # What the clock does

    def tick(self, now: float, wall: datetime) -> list[Effect]:
        """Called about once per second. Afterwards there may be something to take."""
        if self.state == "ended":
            return []
        if self.identity is None:
            return self.end(CLOSE_NO_HELLO) if self.state == "new" and now >= self._hello_before else []
        left = (self.identity.expires_at - wall).total_seconds()
        if left <= 0:
            return self.end(CLOSE_NOT_ALLOWED)
        if left > self._limits.warning_s:
            self._warned = False
        elif not self._warned:
            self._warned = True
            self._say_bye("expired")
        if now >= self._beat_at:
            self._beat_at = now + self._limits.beat_s
            self._beat_due = True
        return []

    # The end

    def end(self, close_code: int) -> list[Effect]:
        """Nothing is received or added from here on; the shell takes once more, sends, and closes."""
        if self.state == "ended":
            return []
        self.state = "ended"
        self.close_code = close_code
        released: list[Effect] = [Release(cursor.stream) for cursor in self._cursors.values()]
        self._cursors.clear()
        self._beat_due = False
        return released

    def leave(self, code: ByeCode, close_code: int) -> list[Effect]:
        """Ends with a word about when to come back."""
        if self.state == "welcome":
            self._say_bye(code)
        return self.end(close_code)

    def blocked(self) -> list[Effect]:
        """The socket took nothing for `blocked_s`: what waits in it is old, and a new connection is faster."""
        return self.leave("slow", CLOSE_SLOW)

    def _say_bye(self, code: ByeCode) -> None:
        self._outbox.append(encode(Bye(code=code, retry=self._limits.retry_ms)))

    # What to send

    def take(self, wall: datetime) -> str | None:
        """One frame with everything new since the cursors, or None. A long one is split: see `more`."""
        parts, self._outbox = self._outbox, []
        room = self._limits.frame_length
        self.more = False
        for cursor in self._cursors.values():
            if cursor.version != cursor.stream.version:
                room -= self._catch_up(cursor, parts)
                if room <= 0:
                    self.more = True
                    break
        else:
            if self._beat_due:
                parts.append(self._beat(wall))
        return f"[{','.join(parts)}]" if parts else None

    def _catch_up(self, cursor: _Cursor, parts: list[str]) -> int:
        stream = cursor.stream
        length = 0
        if cursor.offset != stream.offset and stream.offset:
            text = stream.after(cursor.offset)
            length = len(text)
            parts.append(text)
            cursor.offset = stream.offset
        if stream.trouble != cursor.trouble:
            cursor.trouble = stream.trouble
            if stream.trouble is not None:
                parts.append(encode(Error(t=stream.key, code="failed", message=stream.trouble, retry=True)))
            elif not length:
                self._beat_due = True  # it is read again and nothing changed: the beat says so
        cursor.version = stream.version
        return length

    def _beat(self, wall: datetime) -> str:
        self._beat_due = False
        streams = [cursor.stream for cursor in self._cursors.values()]
        marks = ",".join(stream.mark for stream in streams if stream.offset and stream.trouble is None)
        return f'{{"op":"beat","now":{encode(wall)},"at":{{{marks}}}}}'

    @property
    def watching(self) -> KeysView[str]:
        """The keys of the topics attached."""
        return self._cursors.keys()

    @property
    def waiting(self) -> bool:
        """Whether a message that belongs to no topic, or a beat, waits to be taken."""
        return self._beat_due or bool(self._outbox)
