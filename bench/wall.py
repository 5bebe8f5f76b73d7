"""A made-up wall of 20 topics whose answers cost nothing, so that what is measured is the way to the viewers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from realtime.panel import Answer, Panel
from realtime.readings import TrafficSampled
from realtime.registry import Registry
from realtime.scope import Permission, Scope
from realtime.shapes import Ring, Table, Value
from realtime.subject import Subject
from realtime.topic import key_of


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    n: int


class Figures(msgspec.Struct, frozen=True):
    """As many fields as `receivables.day` has amounts; each update changes three."""

    name: str
    received: float
    received_count: int
    still_open: float
    hours: tuple[float, ...]


class Line(msgspec.Struct, frozen=True):
    """A row of a table of 20, two of which change with each update."""

    id: int
    name: str
    city: str
    status: str
    in_bps: float
    out_bps: float


class Points(msgspec.Struct):
    t: list[float]
    in_bps: list[float | None]
    out_bps: list[float | None]


def about(params: Params) -> Subject:
    return Subject("port", params.n)


def append(params: Params, reading: TrafficSampled) -> Points:
    return Points([reading.at], [reading.rows[0][1]], [reading.rows[0][2]])


def _panel(name: str, shape: Any, **more: Any) -> Panel[Params]:
    return Panel(
        name=name,
        params=Params,
        shape=shape,
        permission=Permission("network", "read"),
        refresh_on=(TrafficSampled,),
        about=about,
        period=timedelta(seconds=10),
        **more,
    )


FIGURES = _panel("wall.figures", Value(Figures))
TABLE = _panel("wall.table", Table(Line, order=("-in_bps",)))
GRAPH = _panel("wall.graph", Ring(Points, capacity=360), append=append)
TOPICS = [key_of((FIGURES, TABLE, GRAPH)[n % 3].name, Params(n)) for n in range(1, 21)]

_step = count()


async def _figures(db: Any, scope: Scope, params: Params) -> Answer:
    step = next(_step)
    hours = tuple(100.25 * hour for hour in range(24))
    return Answer(Figures("Alto", 1234.5 + step, step, 99_999.75 - step, hours), datetime.now(UTC))


async def _table(db: Any, scope: Scope, params: Params) -> Answer:
    step = next(_step)
    lines = [
        Line(n, f"xe-0/0/{n}", "Alto", "up", 1e9 + (step if n == step % 20 else 0), 2e8 + (step if n == 1 else 0))
        for n in range(20)
    ]
    return Answer(lines, datetime.now(UTC))


async def _graph(db: Any, scope: Scope, params: Params) -> Answer:
    return Answer(Points([], [], []), datetime.now(UTC))


def registry() -> Registry:
    return Registry([FIGURES, TABLE, GRAPH], {FIGURES.name: _figures, TABLE.name: _table, GRAPH.name: _graph})
