"""Items in the order they arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any, ClassVar, Literal

import msgspec

from realtime.shapes.patch import WHOLE, Items, Whole
from realtime.shapes.rows import check_row


def join(older: list[Any], newer: list[Any], key: Callable[[Any], Any], capacity: int) -> list[Any]:
    """Both, newest last, the last `capacity` of them. An item with a known key takes the place at the end."""
    renewed = {key(item): item for item in newer}
    kept = [item for item in older if key(item) not in renewed]
    return (kept + list(renewed.values()))[-capacity:]


def apply(data: list[dict[str, Any]], rows: list[dict[str, Any]], key: str, capacity: int) -> list[dict[str, Any]]:
    """Plain items after plain rows were appended."""
    return join(data, rows, itemgetter(key), capacity)


@dataclass(frozen=True)
class Log:
    """Every item, newest last, bounded. Data: a list of `row`, keyed so that an item is never shown twice."""

    row: type[msgspec.Struct]
    capacity: int
    key: str = "id"
    kind: ClassVar[Literal["log"]] = "log"

    def __post_init__(self) -> None:
        check_row(self.row, self.key)

    def bounded(self, data: list[Any]) -> list[Any]:
        return data[-self.capacity :]

    def join(self, older: list[Any], newer: list[Any]) -> list[Any]:
        return join(older, newer, attrgetter(self.key), self.capacity)

    def repair(self, held: list[Any], fresh: list[Any]) -> list[Any]:
        """A fresh answer reaches as far back as the log does."""
        return fresh

    def unseen(self, held: list[Any], offered: list[Any]) -> Items | None:
        """The offered items whose keys are new."""
        key = attrgetter(self.key)
        known = {key(item) for item in held}
        items = [item for item in offered if key(item) not in known]
        return Items(items[-self.capacity :]) if items else None

    def diff(self, before: list[Any], after: list[Any]) -> Items | Whole | None:
        items = self.unseen(before, after)
        reached = before if items is None else self.join(before, items.rows)
        return items if reached == after else WHOLE

    def compose(self, first: Items, second: Items) -> Items:
        return Items(self.join(first.rows, second.rows))

    def patch(self, data: list[dict[str, Any]], patch: Items) -> list[dict[str, Any]]:
        """Plain items after a plain patch."""
        return apply(data, patch.rows, self.key, self.capacity)
