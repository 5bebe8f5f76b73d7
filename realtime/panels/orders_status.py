"""Service orders of one day by stage, team, city and kind: late, done against the plan, and what still fits."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from realtime.facts import ServiceOrderMoved, ServiceOrderOpened, TeamChanged
from realtime.panel import Panel
from realtime.scope import Permission
from realtime.shapes import Value


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`date` is a day in the companies' time zone; today when absent."""

    date: date | None = None


class Counts(msgspec.Struct, frozen=True):
    """Orders by stage. `late` are among those in scheduled to paused."""

    open: int = 0
    scheduled: int = 0
    en_route: int = 0
    arrived: int = 0
    started: int = 0
    paused: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    late: int = 0


class Part(msgspec.Struct, frozen=True):
    """The day's orders of one city or kind."""

    id: int
    name: str
    counts: Counts


class TeamDay(msgspec.Struct, frozen=True):
    """The day's orders of one team; id 0 (without a name) are those that no team has.

    `capacity_minutes` is its workday, `given_minutes` what its orders that are not cancelled are expected to take at
    the place, `left_minutes` the difference, below zero when it was given too much. An inactive team has no capacity.
    """

    id: int
    name: str
    city: str
    counts: Counts
    capacity_minutes: int
    given_minutes: int
    left_minutes: int


class OrdersStatus(msgspec.Struct, frozen=True):
    """The orders of `date`: its windows, what ended in it, and today also what is left of the days before.

    `waiting` are open orders without a day, whatever the date; they are in none of the other figures. `arrivals` are
    the day's orders somebody arrived at, `in_time` those of them within the window. `left_minutes` adds up what each
    team has left, without those that were given too much. `done_hours` holds the orders done per local hour of the day
    (24 values), `plan_hours` the orders that are not cancelled per hour in which their window ends. Groups are in order
    of name.
    """

    date: date
    is_today: bool
    total: int
    counts: Counts
    waiting: int
    arrivals: int
    in_time: int
    capacity_minutes: int
    given_minutes: int
    left_minutes: int
    by_team: tuple[TeamDay, ...]
    by_city: tuple[Part, ...]
    by_kind: tuple[Part, ...]
    done_hours: tuple[int, ...]
    plan_hours: tuple[int, ...]


panel = Panel(
    name="orders.status",
    params=Params,
    shape=Value(OrdersStatus),
    permission=Permission("orders", "read"),
    refresh_on=(ServiceOrderOpened, ServiceOrderMoved, TeamChanged),
    settle=timedelta(milliseconds=250),
    refresh_every=timedelta(seconds=5),
    period=timedelta(seconds=30),
)
