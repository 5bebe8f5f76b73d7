"""The frames of `/live`, version 1, as structs. The AsyncAPI document is generated from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

VERSION = 1


class Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A position in a stream: `e` epoch, `o` offset."""

    e: str
    o: int


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="hello"):
    v: int
    token: str | None = None


class Watch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="watch"):
    t: str
    since: Since | None = None


class Unwatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="unwatch"):
    t: str


class Pong(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="pong"):
    pass


ClientMessage = Hello | Watch | Unwatch | Pong


class Welcome(msgspec.Struct, frozen=True, tag_field="op", tag="welcome"):
    v: int
    now: datetime
    beat: int
    build: str


class Snap(msgspec.Struct, frozen=True, tag_field="op", tag="snap"):
    """A whole topic. `data` is what the shape holds; `period` in seconds tells when its age matters."""

    t: str
    e: str
    o: int
    as_of: datetime
    shape: Literal["value", "table", "ring", "log"]
    data: Any
    period: float
    key: str | None = None
    order: tuple[str, ...] = ()
    capacity: int | None = None


class Diff(msgspec.Struct, frozen=True, tag_field="op", tag="diff", omit_defaults=True):
    """Values and tables: absolute changes on offset `p` that lead to `o`.

    Value: `set` maps fields to values. Table: `set` maps keys (as text) to whole rows, `del` lists keys (as text).
    """

    t: str
    p: int
    o: int
    as_of: datetime
    set: Any = None
    delete: list[str] = msgspec.field(default_factory=list, name="del")


class Push(msgspec.Struct, frozen=True, tag_field="op", tag="push"):
    """Rings: columns to append. Logs: items to append."""

    t: str
    p: int
    o: int
    as_of: datetime
    rows: Any


ErrorCode = Literal["forbidden", "unknown_topic", "bad_params", "too_many", "failed"]


class Error(msgspec.Struct, frozen=True, tag_field="op", tag="error"):
    t: str
    code: ErrorCode
    message: str
    retry: bool


class Beat(msgspec.Struct, frozen=True, tag_field="op", tag="beat"):
    """Proves position and age of each watched topic: `at` maps topic to (offset, as_of)."""

    now: datetime
    at: dict[str, tuple[int, datetime]]


ByeCode = Literal["restart", "slow", "expired", "replaced"]


class Bye(msgspec.Struct, frozen=True, tag_field="op", tag="bye"):
    """The server closes; come back after a random wait inside `retry` (milliseconds)."""

    code: ByeCode
    retry: tuple[int, int]


ServerMessage = Welcome | Snap | Diff | Push | Error | Beat | Bye

CLOSE_NO_HELLO = 4001
CLOSE_NOT_ALLOWED = 4003
CLOSE_SLOW = 4008
CLOSE_TOO_MANY = 4009
CLOSE_PROTOCOL = 4010
CLOSE_RESTART = 1012
