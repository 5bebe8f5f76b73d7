"""Tables of live rows: columns are declared by field of the panel's row struct, the browser does the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import reflex as rx

from frontend.live import data_type, live
from frontend.place import module
from realtime.panel import Panel

Kind = Literal[
    "text",
    "brl",
    "extra",
    "bps",
    "integer",
    "ms",
    "span",
    "percent",
    "moment",
    "time",
    "day",
    "channel",
    "status",
    "work",
    "ago",
    "utilisation",
    "spark",
]


@dataclass(frozen=True, kw_only=True)
class Column:
    """`under` names a field shown small below; `rank` 2 leaves narrow screens first, 3 before that; 1 always stays."""

    field: str
    header: rx.Var[str]
    kind: Kind = "text"
    under: str | None = None
    rank: int = 1


class UnknownField(TypeError):
    """A column names a field that the panel's rows do not have."""


class DataTable(rx.Component):
    """Sorts, filters, exports and selects rows in the browser."""

    library = module("table.jsx")
    tag = "DataTable"
    rows: rx.Var[list[Any]]
    columns: rx.Var[list[Any]]
    name: rx.Var[str]
    row_key: rx.Var[str]
    limit: rx.Var[int]
    empty: rx.Var[str]
    select: rx.Var[str]
    tools: rx.Var[bool]
    newest_first: rx.Var[bool]


def live_table(
    panel: Panel[Any], *columns: Column, params: dict[str, Any] | None = None, empty: rx.Var[str], **props: Any
) -> rx.Component:
    """The rows of a table or log panel. Raises UnknownField when the page is compiled, not on somebody's wall."""
    (row,) = data_type(panel).__args__
    known = {field.name for field in msgspec.structs.fields(row)}
    for column in columns:
        if not {column.field, column.under or column.field} <= known:
            raise UnknownField(f"{row.__name__} has no field for the column {column.field}; it has {sorted(known)}")
    shown: list[dict[str, Any]] = [
        {"field": c.field, "header": c.header, "kind": c.kind, "under": c.under, "rank": c.rank} for c in columns
    ]
    return DataTable.create(rows=live(panel, **(params or {})), columns=shown, name=panel.name, empty=empty, **props)
