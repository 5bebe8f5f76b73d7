"""The service orders of one day, late first, and those that wait for a day: what a dispatcher has in hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from realtime.facts import OrderStage, ServiceOrderMoved, ServiceOrderOpened, TeamChanged, TechnicianChanged
from realtime.panel import Panel
from realtime.scope import Permission
from realtime.shapes import Table


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`date` is a day in the companies' time zone; today when absent."""

    date: date | None = None


class BoardOrder(msgspec.Struct, frozen=True):
    """`since` is when the stage began, `late_from` when the order becomes late if nothing moves it. A move says which
    `version` it saw. `subscriber` is None for a task on the network."""

    id: int
    stage: OrderStage
    since: datetime
    late: bool
    late_from: datetime | None
    version: int
    kind_id: int
    kind: str
    expected_minutes: int
    city_id: int
    city: str
    subscriber_id: int | None
    subscriber: str | None
    location: str
    team_id: int | None
    team: str | None
    technician_id: int | None
    technician: str | None
    scheduled_from: datetime | None
    scheduled_until: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    opened_at: datetime


panel = Panel(
    name="orders.board",
    params=Params,
    shape=Table(BoardOrder, order=("-late", "scheduled_from", "opened_at")),
    permission=Permission("orders", "read"),
    refresh_on=(ServiceOrderOpened, ServiceOrderMoved, TeamChanged, TechnicianChanged),
    settle=timedelta(milliseconds=250),
    refresh_every=timedelta(seconds=5),
    period=timedelta(seconds=30),
)
