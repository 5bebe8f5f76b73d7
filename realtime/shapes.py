"""The four shapes of live data. See `docs/architecture.md`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True)
class Value:
    """One record. Data: an instance of `row`. A diff sets the top-level fields that changed."""

    row: type[msgspec.Struct]


@dataclass(frozen=True)
class Table:
    """Rows by key. Data: a list of `row`. `order` names fields, `-` first for descending; ties by key."""

    row: type[msgspec.Struct]
    key: str = "id"
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ring:
    """The last `capacity` points. Data: an instance of `columns`, whose fields are lists of equal length.

    The first field is `t`, epoch seconds, ascending. A point with a known `t` replaces the old one.
    """

    columns: type[msgspec.Struct]
    capacity: int


@dataclass(frozen=True)
class Log:
    """Every item, newest last, bounded. Data: a list of `row`, keyed so that an item is never shown twice."""

    row: type[msgspec.Struct]
    capacity: int
    key: str = "id"


Shape = Value | Table | Ring | Log
