"""Traffic of one port: the last hour of rates, point by point."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from realtime.panel import Panel
from realtime.readings import TrafficSampled
from realtime.scope import Permission
from realtime.shapes import Ring
from realtime.subject import Subject


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`port` is the surrogate id of a port."""

    port: int


class TrafficPoints(msgspec.Struct):
    """Columns: `t` epoch seconds ascending, rates in bits per second, None where there is no truth."""

    t: list[float]
    in_bps: list[float | None]
    out_bps: list[float | None]


def about(params: Params) -> Subject:
    return Subject("port", params.port)


def append(params: Params, reading: TrafficSampled) -> TrafficPoints | None:
    """The point of this port in one poll of its device."""
    for port_id, in_bps, out_bps in reading.rows:
        if port_id == params.port:
            return TrafficPoints([reading.at], [in_bps], [out_bps])
    return None


panel = Panel(
    name="traffic.port",
    params=Params,
    shape=Ring(TrafficPoints, capacity=720),
    permission=Permission("network", "read"),
    refresh_on=(TrafficSampled,),
    about=about,
    append=append,
    period=timedelta(seconds=60),
)
