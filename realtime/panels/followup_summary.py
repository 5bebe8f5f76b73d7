"""How many requests are open, by kind and by deadline: of one department, or of all of them."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from realtime.facts import Department, Fact, RequestEnded, RequestForwarded, RequestOpened, RequestTaken
from realtime.panel import Panel
from realtime.scope import Permission
from realtime.shapes import Value


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All departments when `department` is absent."""

    department: Department | None = None


class KindCount(msgspec.Struct, frozen=True):
    """Open requests of the kinds of one name (each company has its own), and how many of them are overdue."""

    kind: str
    open: int
    overdue: int


class FollowUpSummary(msgspec.Struct, frozen=True):
    """`open` = `taken` + `free` = `overdue` + `due_today` + `due_week` + `due_later`, by the company's day.

    `due_week` falls due within the seven days after today, `due_later` after that. `oldest_due_on` is the closest
    deadline, or the one that is longest over. `by_kind` is the most numerous first.
    """

    open: int
    taken: int
    free: int
    overdue: int
    due_today: int
    due_week: int
    due_later: int
    oldest_due_on: date | None
    oldest_days_left: int | None
    opened_today: int
    closed_today: int
    cancelled_today: int
    by_kind: tuple[KindCount, ...]


def concerns(params: Params, fact: Fact) -> bool:
    return params.department in (None, getattr(fact, "department", None), getattr(fact, "before", None))


panel = Panel(
    name="followup.summary",
    params=Params,
    shape=Value(FollowUpSummary),
    permission=Permission("requests", "read"),
    refresh_on=(RequestOpened, RequestTaken, RequestForwarded, RequestEnded),
    concerns=concerns,
    settle=timedelta(milliseconds=100),
    period=timedelta(minutes=2),
    refresh_every=timedelta(minutes=1),
)
