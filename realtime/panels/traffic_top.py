"""The busiest ports now."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from realtime.panel import Panel
from realtime.readings import TrafficSampled
from realtime.scope import Permission
from realtime.shapes import Table


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many ports, from 1 to 100."""

    limit: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= 100:
            raise ValueError("limit must be from 1 to 100")


class TopPort(msgspec.Struct, frozen=True):
    """Rates in bit/s of the last poll; `utilisation` is max(in, out) / capacity, None without a capacity.

    `trail` holds the last 30 values of max(in, out), oldest first.
    """

    id: int
    device_id: int
    device: str
    name: str
    alias: str
    at: float
    in_bps: float
    out_bps: float
    busiest_bps: float
    capacity_bps: int | None
    utilisation: float | None
    trail: tuple[float | None, ...]


panel = Panel(
    name="traffic.top",
    params=Params,
    shape=Table(TopPort, order=("-busiest_bps",)),
    permission=Permission("network", "read"),
    refresh_on=(TrafficSampled,),
    settle=timedelta(seconds=1),
    refresh_every=timedelta(seconds=30),
    period=timedelta(seconds=60),
)
