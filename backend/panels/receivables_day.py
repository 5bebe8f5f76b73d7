"""Answers `receivables.day`.

A payment belongs to the day it was made (`paid_on`). Its hour is known only when it was recorded on that same day; one
recorded later counts in the last hour, so that the 24 hours always add up to the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

from sqlalchemy import ColumnElement, Integer, and_, case, cast, extract, func, select

from backend.today import today_in
from db.models import Company, Receivable, Settlement
from db.scope import within
from db.session import ReadSession
from realtime.facts import Channel
from realtime.panel import Answer
from realtime.panels.receivables_day import Params, ReceivablesDay, ReceivedBy
from realtime.scope import Scope

ZERO = Decimal("0.00")
# Cancelled and annulled receivables were never money to expect; the other states were billed and fell due.
VOID = ("cancelled", "annulled")


def same_day_last_month(day: date) -> date:
    """The same day of the month before, or that month's last day when it is shorter."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


async def snapshot(db: ReadSession, scope: Scope, params: Params) -> Answer:
    clock = await today_in(db, scope)
    day = params.date or clock.today
    last_week, last_month = day - timedelta(days=7), same_day_last_month(day)
    received = await _received(db, scope, (day, last_week, last_month))
    owed = await _owed(db, scope, day, clock.today)
    channels = {
        channel: ReceivedBy(
            sum((amount for d, c, _, amount, _, _ in received if d == day and c == channel), ZERO),
            sum(count for d, c, _, _, count, _ in received if d == day and c == channel),
        )
        for channel in get_args(Channel)
    }
    data = ReceivablesDay(
        date=day,
        is_today=day == clock.today,
        billed=owed.billed,
        billed_count=owed.billed_count,
        due=owed.due,
        due_count=owed.due_count,
        due_received=owed.due_received,
        still_open=owed.still_open,
        still_open_count=owed.still_open_count,
        received=sum((part.amount for part in channels.values()), ZERO),
        received_count=sum(part.count for part in channels.values()),
        credited=sum((credited for d, _, _, _, _, credited in received if d == day), ZERO),
        **channels,
        hours=_hours(received, day),
        last_week_received=sum(_hours(received, last_week), ZERO),
        last_week_hours=_hours(received, last_week),
        last_month_received=sum(_hours(received, last_month), ZERO),
        last_month_hours=_hours(received, last_month),
        due_next_24h=owed.due_next_24h,
        due_next_24h_count=owed.due_next_24h_count,
        overdue=owed.overdue,
        overdue_count=owed.overdue_count,
    )
    return Answer(data, as_of=clock.now)


def _hours(received: Sequence[Any], day: date) -> tuple[Decimal, ...]:
    hours = [ZERO] * 24
    for paid_on, _, hour, amount, _, _ in received:
        if paid_on == day:
            hours[hour] += amount
    return tuple(hours)


async def _received(db: ReadSession, scope: Scope, days: Sequence[date]) -> Sequence[Any]:
    """(paid_on, channel, hour, amount, count, credited) of the given days."""
    local = func.timezone(Company.time_zone, Settlement.recorded_at)
    hour: ColumnElement[int] = case(
        (func.date(local) == Settlement.paid_on, cast(extract("hour", local), Integer)),
        else_=23,
    )
    return (
        await db.execute(
            select(
                Settlement.paid_on,
                Settlement.channel,
                hour.label("hour"),
                func.sum(Settlement.amount),
                func.count(),
                func.sum(Settlement.credited),
            )
            .join(Company, Company.id == Settlement.company_id)
            .where(
                Settlement.paid_on.in_(days),
                within(scope, Settlement.company_id, Settlement.business_unit_id, Settlement.city_id),
            )
            .group_by(Settlement.paid_on, Settlement.channel, "hour")
        )
    ).all()


async def _owed(db: ReadSession, scope: Scope, day: date, today: date) -> Any:
    """Sums over receivables issued on the day, due on it, due in the next 24 h, and late as of today."""
    unpaid = Receivable.amount - Receivable.settled_amount
    is_open = Receivable.status == "open"
    counts = Receivable.status.not_in(VOID)
    issued = and_(Receivable.issued_on == day, counts)
    due = and_(Receivable.due_on == day, counts)
    # "The next 24 hours" of a bill that is due on a date: what is due today and tomorrow and still open.
    soon = and_(is_open, Receivable.due_on.between(today, today + timedelta(days=1)))
    late = and_(is_open, Receivable.due_on < today)
    parts = {
        "billed": (Receivable.amount, issued),
        "due": (Receivable.amount, due),
        "still_open": (unpaid, and_(due, is_open)),
        "due_next_24h": (unpaid, soon),
        "overdue": (unpaid, late),
    }
    columns: list[Any] = [
        func.coalesce(func.sum(Receivable.settled_amount).filter(due), ZERO).label("due_received"),
    ]
    for name, (amount, condition) in parts.items():
        columns.append(func.coalesce(func.sum(amount).filter(condition), ZERO).label(name))
        columns.append(func.count().filter(condition).label(f"{name}_count"))
    place = within(scope, Receivable.company_id, Receivable.business_unit_id, Receivable.city_id)
    query = select(*columns).where(place, (Receivable.issued_on == day) | (Receivable.due_on == day) | soon | late)
    return (await db.execute(query)).one()
