"""Which orders belong to a day, said once for panels, lists and the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_

from backend.today import Today
from db.models import ServiceOrder


@dataclass(frozen=True)
class Day:
    """A local day as instants, `start` included and `end` not. `side` is where it lies from today."""

    date: date
    start: datetime
    end: datetime
    side: Literal["past", "today", "future"]


def day_of(clock: Today, wanted: date | None) -> Day:
    """The wanted day, today when absent, in the clock's zone. Its length is 24 h but for changes of the clock."""
    day = wanted or clock.today
    zone = ZoneInfo(clock.zone)
    start, end = (datetime.combine(d, time(), zone).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    side: Literal["past", "today", "future"] = (
        "today" if day == clock.today else "past" if day < clock.today else "future"
    )
    return Day(day, start, end, side)


def of_day(day: Day) -> ColumnElement[bool]:
    """Orders whose window begins in the day, and those that ended in it with a window elsewhere or none.

    Today also has what is left of the days before: orders that are neither ended nor moved to another day.
    """
    begins = and_(ServiceOrder.scheduled_from >= day.start, ServiceOrder.scheduled_from < day.end)
    ended = and_(ServiceOrder.ended_at >= day.start, ServiceOrder.ended_at < day.end)
    if day.side != "today":
        return or_(begins, ended)
    left = and_(ServiceOrder.ended_at.is_(None), ServiceOrder.scheduled_from < day.start)
    return or_(begins, ended, left)


def waiting() -> ColumnElement[bool]:
    """Open orders without a window: they wait for a day."""
    return and_(ServiceOrder.ended_at.is_(None), ServiceOrder.scheduled_from.is_(None))
