"""Open requests of one department, the oldest deadline first, and who has each in hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from realtime.facts import Department, Fact, RequestEnded, RequestForwarded, RequestOpened, RequestTaken
from realtime.panel import Panel
from realtime.scope import Permission
from realtime.shapes import Table


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    department: Department = "commercial"


class FollowUpRow(msgspec.Struct, frozen=True):
    """An open request. `due_on` is the last day to answer; `days_left` is 0 on it, and negative when it is over.

    `taken_by` is None while nobody has it in hand; `taken_by_id` tells whether it is oneself.
    """

    id: int
    protocol: str | None
    kind_id: int
    kind: str
    subscriber_id: int
    subscriber: str
    city: str
    description: str
    opened_at: datetime
    due_on: date
    days_left: int
    taken_by_id: int | None
    taken_by: str | None
    taken_at: datetime | None


def concerns(params: Params, fact: Fact) -> bool:
    """A forwarded request leaves one department and enters another."""
    return params.department in (getattr(fact, "department", None), getattr(fact, "before", None))


panel = Panel(
    name="followup",
    params=Params,
    shape=Table(FollowUpRow, order=("due_on", "opened_at")),
    permission=Permission("requests", "read"),
    refresh_on=(RequestOpened, RequestTaken, RequestForwarded, RequestEnded),
    concerns=concerns,
    period=timedelta(minutes=2),
    # Midnight moves every deadline a day closer.
    refresh_every=timedelta(minutes=1),
)
