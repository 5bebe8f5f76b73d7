"""The other end of `/live` as a state machine: frames in, messages to send out, live data held.

Pure: no socket, no clock. Used by `farol watch`, by the tests and by the bench; the browser follows the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from realtime.encoding import encode
from realtime.shapes import Changes, log, ring, table
from realtime.wire import (
    VERSION,
    Beat,
    Bye,
    Diff,
    Error,
    Hello,
    Push,
    ServerMessage,
    Since,
    Snap,
    Unwatch,
    Watch,
    Welcome,
)

_decoder: msgspec.json.Decoder[list[ServerMessage]] = msgspec.json.Decoder(list[ServerMessage])


@dataclass(slots=True)
class Held:
    """A topic as it is held: the snapshot it began with, where it stands now, and its data as plain JSON values."""

    snap: Snap
    offset: int
    as_of: datetime
    data: Any


@dataclass(slots=True)
class Client:
    """`held` has an entry per topic that answered, `errors` one per topic that last answered with an error.

    Both stay when the connection is lost: call `connected` on the next one, and send what it returns.
    """

    token: str | None = None
    held: dict[str, Held] = field(default_factory=dict)
    errors: dict[str, Error] = field(default_factory=dict)
    wanted: dict[str, None] = field(default_factory=dict)
    welcome: Welcome | None = None
    bye: Bye | None = None

    def connected(self) -> list[str]:
        """What to say on a new connection: hello, and every topic from where it stands."""
        self.bye = None
        return [encode(Hello(v=VERSION, token=self.token)), *(self._watch(key) for key in self.wanted)]

    def watch(self, key: str) -> list[str]:
        self.wanted[key] = None
        return [self._watch(key)]

    def unwatch(self, key: str) -> list[str]:
        self.wanted.pop(key, None)
        self.held.pop(key, None)
        self.errors.pop(key, None)
        return [encode(Unwatch(t=key))]

    def receive(self, frame: str | bytes) -> list[str]:
        """Applies one frame; returns what to send. Raises msgspec.DecodeError for frames of another protocol."""
        lost: dict[str, None] = {}
        for message in _decoder.decode(frame):
            match message:
                case Snap():
                    self._begin(message)
                case Diff() | Push():
                    if not self._apply(message):
                        lost[message.t] = None
                case Error() if message.t in self.wanted:
                    self.errors[message.t] = message
                    if message.code == "forbidden":
                        self.held.pop(message.t, None)
                case Beat(at=at):
                    lost.update((key, None) for key, mark in at.items() if not self._proved(key, *mark))
                case Welcome():
                    self.welcome = message
                case Bye():
                    self.bye = message
        return [self._watch(key) for key in lost if key in self.wanted]

    def _watch(self, key: str) -> str:
        held = self.held.get(key)
        return encode(Watch(t=key, since=Since(held.snap.e, held.offset) if held else None))

    def _begin(self, snap: Snap) -> None:
        self.errors.pop(snap.t, None)
        held = self.held.get(snap.t)
        if snap.t not in self.wanted or (held and held.snap.e == snap.e and snap.o <= held.offset):
            return
        data = snap.data
        if snap.shape == "table":
            assert snap.key is not None
            data = table.in_order(data, snap.key, snap.order)
        self.held[snap.t] = Held(snap, snap.o, snap.as_of, data)

    def _apply(self, message: Diff | Push) -> bool:
        """False when it does not connect to what is held."""
        held = self.held.get(message.t)
        if held is None:
            return False
        if message.o <= held.offset:
            return True
        if message.p > held.offset:
            return False
        held.data = _patched(held.snap, held.data, message)
        held.offset, held.as_of = message.o, message.as_of
        self.errors.pop(message.t, None)
        return True

    def _proved(self, key: str, offset: int, as_of: datetime) -> bool:
        held = self.held.get(key)
        if held is None or offset > held.offset:
            return False
        if offset == held.offset:
            held.as_of = as_of
            self.errors.pop(key, None)
        return True


def _patched(snap: Snap, data: Any, message: Diff | Push) -> Any:
    match message:
        case Diff(set=changed, delete=gone) if snap.shape == "value":
            return {**data, **changed}
        case Diff(set=changed, delete=gone):
            assert snap.key is not None
            return table.apply(data, Changes(changed or {}, gone), snap.key, snap.order)
        case Push(rows=rows) if snap.shape == "ring":
            assert snap.capacity is not None
            return ring.apply(data, rows, snap.capacity)
        case Push(rows=rows):
            assert snap.capacity is not None and snap.key is not None
            return log.apply(data, rows, snap.key, snap.capacity)
