"""Rows by key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, ClassVar, Literal

import msgspec

from realtime.shapes.patch import Changes
from realtime.shapes.rows import check_row


def in_order(rows: Iterable[dict[str, Any]], key: str, order: tuple[str, ...]) -> list[dict[str, Any]]:
    """Plain rows as a screen lists them: by the fields of `order`, None last in either direction, ties by key."""
    listed = sorted(rows, key=itemgetter(key))
    for name in reversed(order):
        field = itemgetter(name.removeprefix("-"))
        present = [row for row in listed if field(row) is not None]
        present.sort(key=field, reverse=name.startswith("-"))
        listed = present + [row for row in listed if field(row) is None]
    return listed


def apply(rows: list[dict[str, Any]], patch: Changes, key: str, order: tuple[str, ...]) -> list[dict[str, Any]]:
    """Plain rows after a plain patch, in order."""
    held = {str(row[key]): row for row in rows}
    for gone in patch.delete:
        held.pop(gone, None)
    held.update(patch.set)
    return in_order(held.values(), key, order)


@dataclass(frozen=True)
class Table:
    """Rows by key. Data: a list of `row`. `order` names fields, `-` first for descending; ties by key."""

    row: type[msgspec.Struct]
    key: str = "id"
    order: tuple[str, ...] = ()
    kind: ClassVar[Literal["table"]] = "table"

    def __post_init__(self) -> None:
        check_row(self.row, self.key, *(name.removeprefix("-") for name in self.order))

    def bounded(self, data: list[Any]) -> list[Any]:
        return data

    def _by_key(self, rows: list[Any]) -> dict[str, Any]:
        key = self.key
        held = {str(getattr(row, key)): row for row in rows}
        if len(held) != len(rows):
            raise ValueError(f"two rows of a {self.row.__qualname__} table have the same {key}")
        return held

    def diff(self, before: list[Any], after: list[Any]) -> Changes | None:
        """Whole rows to set, keys to delete. Raises ValueError when a key is there twice."""
        old, new = self._by_key(before), self._by_key(after)
        changed = {key: row for key, row in new.items() if key not in old or old[key] != row}
        gone = [key for key in old if key not in new]
        return Changes(changed, gone) if changed or gone else None

    def compose(self, first: Changes, second: Changes) -> Changes:
        gone = set(second.delete)
        changed = {key: row for key, row in first.set.items() if key not in gone} | second.set
        deleted = [key for key in first.delete if key not in second.set and key not in gone] + second.delete
        return Changes(changed, deleted)

    def patch(self, data: list[dict[str, Any]], patch: Changes) -> list[dict[str, Any]]:
        """Plain rows after a plain patch, in order."""
        return apply(data, patch, self.key, self.order)
