"""The last points of a series, by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec

from realtime.shapes.patch import WHOLE, Items, Whole
from realtime.shapes.rows import check_row

Columns = list[list[Any]]
"""Columns of equal length; the first holds `t`."""


def join(older: Columns, newer: Columns, capacity: int) -> Columns:
    """The points of both, ascending by `t`; where both have a `t` the newer wins; the last `capacity` of them."""
    if not newer[0]:
        return [column[-capacity:] for column in older]
    ascending = all(a < b for a, b in zip(newer[0], newer[0][1:], strict=False))
    if ascending and (not older[0] or older[0][-1] < newer[0][0]):
        return [(old + new)[-capacity:] for old, new in zip(older, newer, strict=True)]
    points = {point[0]: point for point in zip(*older, strict=True)}
    points.update((point[0], point) for point in zip(*newer, strict=True))
    last = [points[t] for t in sorted(points)[-capacity:]]
    return [list(column) for column in zip(*last, strict=True)]


def apply(data: dict[str, list[Any]], rows: dict[str, list[Any]], capacity: int) -> dict[str, list[Any]]:
    """Plain columns after plain rows were merged into them."""
    names = list(data)
    joined = join([data[name] for name in names], [rows[name] for name in names], capacity)
    return dict(zip(names, joined, strict=True))


@dataclass(frozen=True)
class Ring:
    """The last `capacity` points. Data: an instance of `columns`, whose fields are lists of equal length.

    The first field is `t`, epoch seconds, ascending. A point with a known `t` replaces the old one.
    """

    columns: type[msgspec.Struct]
    capacity: int
    kind: ClassVar[Literal["ring"]] = "ring"

    def __post_init__(self) -> None:
        check_row(self.columns, "t")
        if self.columns.__struct_fields__[0] != "t":
            raise TypeError(f"the first field of {self.columns.__qualname__} must be t")

    def _split(self, data: Any) -> Columns:
        columns = [getattr(data, name) for name in self.columns.__struct_fields__]
        if any(len(column) != len(columns[0]) for column in columns):
            raise ValueError(f"the columns of a {self.columns.__qualname__} have different lengths")
        return columns

    def bounded(self, data: Any) -> Any:
        return self.join(self.columns(*([] for _ in self.columns.__struct_fields__)), data)

    def join(self, older: Any, newer: Any) -> Any:
        return self.columns(*join(self._split(older), self._split(newer), self.capacity))

    def repair(self, held: Any, fresh: Any) -> Any:
        """Held points older than the fresh ones stay: a backfill may reach less far back than the ring does."""
        return self.join(held, fresh)

    def unseen(self, held: Any, offered: Any) -> Items | None:
        """The offered points that are new or differ, and are young enough to stay."""
        known = {point[0]: point for point in zip(*self._split(held), strict=True)}
        oldest = held.t[0] if len(known) >= self.capacity else None
        points = [
            point
            for point in zip(*self._split(offered), strict=True)
            if known.get(point[0]) != point and (oldest is None or point[0] > oldest or point[0] in known)
        ]
        return Items(self.columns(*(list(column) for column in zip(*points, strict=True)))) if points else None

    def diff(self, before: Any, after: Any) -> Items | Whole | None:
        items = self.unseen(before, after)
        reached = before if items is None else self.join(before, items.rows)
        return items if reached == after else WHOLE

    def compose(self, first: Items, second: Items) -> Items:
        return Items(self.join(first.rows, second.rows))

    def patch(self, data: dict[str, list[Any]], patch: Items) -> dict[str, list[Any]]:
        """Plain columns after a plain patch."""
        return apply(data, patch.rows, self.capacity)
