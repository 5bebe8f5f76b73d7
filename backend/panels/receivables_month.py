"""Answers `receivables.month`.

PMR (average collection period) = average balance of receivables x days / billed, over the 30 days that end at the
month's end or today; the balance of a past day is today's, walked back through issues, payments and cancellations.
The projection adds to what came in the part of what still falls due this month that the three months before suggest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, func, select

from backend.panels.receivables_day import VOID, ZERO, same_day_last_month
from backend.today import today_in
from db.models import Company, Receivable, Settlement
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer
from realtime.panels.receivables_month import AgeBucket, MonthDay, Params, ReceivablesMonth
from realtime.scope import Scope

PMR_WINDOW = 30
BUCKETS: tuple[tuple[int, int | None], ...] = (
    (0, 0),
    (1, 5),
    (6, 15),
    (16, 30),
    (31, 60),
    (61, 75),
    (76, 90),
    (91, 180),
    (181, 365),
    (366, None),
)


def next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def months_back(first: date, months: int) -> date:
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


async def snapshot(db: ReadSession, scope: Scope, params: Params) -> Answer:
    clock = await today_in(db, scope)
    first = date.fromisoformat(f"{params.month}-01") if params.month else clock.today.replace(day=1)
    last = next_month(first) - timedelta(days=1)
    until = min(last, clock.today)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    due = await _due(db, scope, first, last)
    paid = await _paid(db, scope, first, last)
    this_month = [(day, *due.get(day, (ZERO, ZERO, ZERO)), paid.get(day, (ZERO, ZERO, ZERO))) for day in days]
    received = sum((p[0] for *_, p in this_month), ZERO)
    due_so_far = sum((amount for day, amount, _, _, _ in this_month if day < clock.today), ZERO)
    late = sum((unpaid for day, _, unpaid, _, _ in this_month if day < clock.today), ZERO)
    applied = sum((p[1] for *_, p in this_month), ZERO)
    delay = sum((p[2] for *_, p in this_month), ZERO)
    to_come = sum((unpaid for day, _, unpaid, _, _ in this_month if day >= clock.today), ZERO)
    share = await _collected_share(db, scope, months_back(first, 3), first)
    data = ReceivablesMonth(
        month=f"{first:%Y-%m}",
        days=tuple(MonthDay(day, amount, p[0]) for day, amount, _, _, p in this_month),
        billed=await _billed(db, scope, first, last),
        due=sum((amount for _, amount, *_ in this_month), ZERO),
        received=received,
        received_before=await _received(db, scope, months_back(first, 1), same_day_last_month(until)),
        still_open=sum((unpaid for _, _, unpaid, _, _ in this_month), ZERO),
        projected=received if last < clock.today else _cents(received + to_come * share) if share is not None else None,
        pmr_days=await _pmr(db, scope, until, clock.today),
        average_delay_days=float(delay / applied) if applied else None,
        delinquency=float(late / due_so_far) if due_so_far else None,
        ageing=await _ageing(db, scope, clock.today),
    )
    return Answer(data, as_of=clock.now)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def _mine(scope: Scope, table: type[Receivable] | type[Settlement]) -> Any:
    return within(scope, table.company_id, table.business_unit_id, table.city_id)


async def _due(db: ReadSession, scope: Scope, first: date, last: date) -> dict[date, tuple[Decimal, Decimal, Decimal]]:
    """Day -> (amount due, of it unpaid, of it settled)."""
    unpaid = case((Receivable.status == "open", Receivable.amount - Receivable.settled_amount), else_=ZERO)
    rows = await db.execute(
        select(
            Receivable.due_on,
            func.sum(Receivable.amount),
            func.sum(unpaid),
            func.sum(Receivable.settled_amount),
        )
        .where(_mine(scope, Receivable), Receivable.due_on.between(first, last), Receivable.status.not_in(VOID))
        .group_by(Receivable.due_on)
    )
    return {day: (amount, still, settled) for day, amount, still, settled in rows}


async def _paid(db: ReadSession, scope: Scope, first: date, last: date) -> dict[date, tuple[Decimal, Decimal, Decimal]]:
    """Day -> (received, applied, applied x days late). A payment before its due date is not late."""
    delay = func.greatest(Settlement.paid_on - Receivable.due_on, 0)
    rows = await db.execute(
        select(
            Settlement.paid_on,
            func.sum(Settlement.amount),
            func.sum(Settlement.applied),
            func.sum(Settlement.applied * delay),
        )
        .join(Receivable, Receivable.id == Settlement.receivable_id)
        .where(_mine(scope, Settlement), Settlement.paid_on.between(first, last))
        .group_by(Settlement.paid_on)
    )
    return {day: (amount, applied, late) for day, amount, applied, late in rows}


async def _received(db: ReadSession, scope: Scope, first: date, last: date) -> Decimal:
    """What came in from `first` to `last`, both included."""
    within_days = Settlement.paid_on.between(first, last)
    return await db.scalar(select(func.sum(Settlement.amount)).where(_mine(scope, Settlement), within_days)) or ZERO


async def _billed(db: ReadSession, scope: Scope, first: date, last: date) -> Decimal:
    total = await db.scalar(
        select(func.sum(Receivable.amount)).where(
            _mine(scope, Receivable), Receivable.issued_on.between(first, last), Receivable.status.not_in(VOID)
        )
    )
    return total or ZERO


async def _collected_share(db: ReadSession, scope: Scope, first: date, end: date) -> Decimal | None:
    """Of what fell due in [first, end), the part that has been settled, 0 to 1."""
    amount, settled = (
        await db.execute(
            select(func.sum(Receivable.amount), func.sum(Receivable.settled_amount)).where(
                _mine(scope, Receivable),
                Receivable.due_on >= first,
                Receivable.due_on < end,
                Receivable.status.not_in(VOID),
            )
        )
    ).one()
    return settled / amount if amount else None


async def _pmr(db: ReadSession, scope: Scope, until: date, today: date) -> float | None:
    start = until - timedelta(days=PMR_WINDOW - 1)
    issued = dict(await _sums(db, Receivable.issued_on, Receivable.amount, _mine(scope, Receivable), start, today))
    settled = dict(await _sums(db, Settlement.paid_on, Settlement.applied, _mine(scope, Settlement), start, today))
    void_day = func.date(func.timezone(Company.time_zone, Receivable.cancelled_at))
    voided: dict[date, Decimal] = dict(
        (
            await db.execute(
                select(void_day, func.sum(Receivable.amount - Receivable.settled_amount))
                .join(Company, Company.id == Receivable.company_id)
                .where(
                    _mine(scope, Receivable),
                    Receivable.cancelled_at >= start - timedelta(days=1),
                    void_day >= start,
                )
                .group_by(void_day)
            )
        ).all()
    )
    balance = (
        await db.scalar(
            select(func.sum(Receivable.amount - Receivable.settled_amount)).where(
                _mine(scope, Receivable), Receivable.status == "open"
            )
        )
    ) or ZERO
    total, billed, day = ZERO, ZERO, today
    while day >= start:
        if day <= until:
            total += balance
            billed += issued.get(day, ZERO)
        balance += settled.get(day, ZERO) + voided.get(day, ZERO) - issued.get(day, ZERO)
        day -= timedelta(days=1)
    # average balance x days / billed, with days = the window, is the sum of the daily balances / billed
    return float(total / billed) if billed else None


async def _sums(db: ReadSession, day: Any, amount: Any, place: Any, first: date, last: date) -> Sequence[Any]:
    return (await db.execute(select(day, func.sum(amount)).where(place, day.between(first, last)).group_by(day))).all()


async def _ageing(db: ReadSession, scope: Scope, today: date) -> tuple[AgeBucket, ...]:
    """Open receivables by days late, as of today."""
    late = func.greatest(today - Receivable.due_on, 0)
    bucket = case(
        *((late <= to, n) for n, (_, to) in enumerate(BUCKETS) if to is not None),
        else_=len(BUCKETS) - 1,
    ).label("bucket")
    rows = await db.execute(
        select(bucket, func.sum(Receivable.amount - Receivable.settled_amount), func.count())
        .where(and_(_mine(scope, Receivable), Receivable.status == "open"))
        .group_by("bucket")
    )
    found = {n: (amount, count) for n, amount, count in rows}
    total = sum((amount for amount, _ in found.values()), ZERO)
    buckets = []
    for n, (low, high) in enumerate(BUCKETS):
        amount, count = found.get(n, (ZERO, 0))
        label = "0" if high == 0 else f"{low}-{high}" if high else f"> {low - 1}"
        buckets.append(AgeBucket(label, low, high, amount, count, float(amount / total) if total else 0.0))
    return tuple(buckets)
