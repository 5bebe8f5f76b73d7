"""What a subscriber owes, by age, and what they paid last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import func, select

from db.models import Credit, Receivable, Settlement
from db.session import ReadSession
from realtime.panels.subscriber import Debts, OpenReceivable, Owed, Payment

MOST_RECEIVABLES = 12
MOST_PAYMENTS = 6
NOTHING = Decimal("0.00")

Bucket = Literal["not_due", "1_30", "31_60", "61_90", "over_90"]
BUCKETS: tuple[tuple[Bucket, int | None], ...] = (
    ("not_due", 0), ("1_30", 30), ("31_60", 60), ("61_90", 90), ("over_90", None),
)  # fmt: skip
"""Names with the last day late that belongs to each."""


def bucket_of(days_late: int) -> Bucket:
    return next(name for name, last in BUCKETS if last is None or days_late <= last)


def summed(rows: Sequence[tuple[int, date, Decimal, Decimal]], credit: Decimal, today: date) -> Debts:
    """Pure: from open receivables as (id, due on, amount, what is owed of it), the oldest first."""
    lines = [OpenReceivable(number, due, amount, owed, (today - due).days) for number, due, amount, owed in rows]
    buckets = []
    for name, _ in BUCKETS:
        inside = [line.open for line in lines if bucket_of(line.days_late) == name]
        buckets.append(Owed(name, sum(inside, NOTHING), len(inside)))
    total = sum((line.open for line in lines), NOTHING)
    return Debts(total, total - buckets[0].amount, credit, tuple(buckets), tuple(lines[:MOST_RECEIVABLES]))


NO_DEBTS = summed((), NOTHING, date(1970, 1, 1))


async def debts(db: ReadSession, subscriber_id: int, today: date) -> Debts:
    rows: Any = await db.execute(
        select(Receivable.id, Receivable.due_on, Receivable.amount, Receivable.amount - Receivable.settled_amount)
        .where(Receivable.subscriber_id == subscriber_id, Receivable.status == "open")
        .order_by(Receivable.due_on, Receivable.id)
    )
    credit = await db.scalar(
        select(func.coalesce(func.sum(Credit.amount - Credit.used_amount), NOTHING)).where(
            Credit.subscriber_id == subscriber_id
        )
    )
    return summed([tuple(row) for row in rows], credit or NOTHING, today)


async def payments(db: ReadSession, subscriber_id: int) -> tuple[Payment, ...]:
    """The newest first."""
    rows: Any = await db.execute(
        select(Settlement.id, Settlement.recorded_at, Settlement.paid_on, Settlement.amount, Settlement.channel)
        .join(Receivable, Receivable.id == Settlement.receivable_id)
        .where(Receivable.subscriber_id == subscriber_id)
        .order_by(Settlement.recorded_at.desc(), Settlement.id.desc())
        .limit(MOST_PAYMENTS)
    )
    return tuple(Payment(*row) for row in rows)
