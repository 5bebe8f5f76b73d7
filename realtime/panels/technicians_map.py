"""Where every technician is, what they are at, and what comes next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from realtime.facts import ServiceOrderMoved, ServiceOrderOpened, TeamChanged, TechnicianChanged
from realtime.panel import NoParams, Panel
from realtime.readings import PositionsMoved
from realtime.scope import Permission
from realtime.shapes import Table

Work = Literal["free", "en_route", "working", "paused"]
"""What a technician is at, from the order in hand: on the way, at the place, interrupted, or none of these."""

Signal = Literal["live", "lost", "never"]
"""Whether the phone was heard of within five minutes, before that, or never."""


class OnMap(msgspec.Struct, frozen=True):
    """One technician. Degrees in WGS 84, heading clockwise from north, battery from 0 to 1.

    `at` is the age of the position: the instant of the newest fix. `since` is when the state began. The order in hand
    and the next one (by the start of its window) are None when there is none, or it is where the viewer may not look.
    `late`: one of their orders is, as `backend/orders/late.py` has it.
    """

    id: int
    name: str
    phone: str | None
    team_id: int | None
    team: str | None
    city: str
    state: Work
    signal: Signal
    late: bool
    at: datetime | None
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    speed_kmh: float | None
    heading_deg: float | None
    battery: float | None
    since: datetime | None
    order_id: int | None
    order_kind: str | None
    order_address: str | None
    order_latitude: float | None
    order_longitude: float | None
    subscriber: str | None
    next_id: int | None
    next_kind: str | None
    next_address: str | None
    next_at: datetime | None


panel = Panel(
    name="technicians.map",
    params=NoParams,
    shape=Table(OnMap, order=("-late", "name")),
    permission=Permission("field", "read"),
    refresh_on=(PositionsMoved, ServiceOrderOpened, ServiceOrderMoved, TechnicianChanged, TeamChanged),
    settle=timedelta(milliseconds=400),
    refresh_every=timedelta(seconds=15),
    period=timedelta(seconds=30),
)
