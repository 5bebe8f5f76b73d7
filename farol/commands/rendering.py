"""A live topic as a terminal shows it. Pure: what is held in, something rich can print out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from realtime.client import Held

POINTS = 20
"""The last points of a ring that fit on a screen."""


def render(topic: str, held: Held | None, now: datetime, problem: str = "") -> RenderableType:
    """The data under a line with the topic, the age of the source and, if any, the problem."""
    if held is None:
        return Text.assemble((topic, "bold"), "  ", (problem or "waiting for the first answer", "yellow"))
    age_s = max(0.0, (now - held.as_of).total_seconds())
    stale = age_s > 3 * held.snap.period
    words = Text.assemble(
        (topic, "bold"), "  ", (f"{age_s:.0f} s old" + (" - stale" if stale else ""), "yellow" * stale)
    )
    if problem:
        words.append(f"  {problem}", "yellow")
    return Group(words, body(held.snap.shape, held.data))


def body(shape: str, data: Any) -> RenderableType:
    """`data` as the client holds it: a record, rows, or columns (ring)."""
    if shape == "value":
        return _record(data)
    rows = _points(data) if shape == "ring" else data
    return _rows(list(rows.values()) if isinstance(rows, dict) else rows)


def _points(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """A ring travels as columns; people read rows, the newest first."""
    names = list(columns)
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return rows[: -POINTS - 1 : -1]


def _record(record: dict[str, Any]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column()
    for name, value in record.items():
        table.add_row(name, _cell(value))
    return table


def _rows(rows: list[dict[str, Any]]) -> RenderableType:
    if not rows:
        return Text("nothing", style="dim")
    table = Table(box=box.SIMPLE_HEAD)
    for name, sample in rows[0].items():
        table.add_column(name, no_wrap=True, justify="right" if isinstance(sample, int | float) else "left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    return table


def _cell(value: Any) -> Text:
    """Never markup: what a subscriber is called is not for us to interpret."""
    if value is None:
        return Text("-", style="dim")
    if isinstance(value, dict):
        return Text("  ".join(f"{name} {inner}" for name, inner in value.items()))
    if isinstance(value, list):
        return Text(f"{value[-1]} (last of {len(value)})" if value else "-")
    return Text(str(value))
