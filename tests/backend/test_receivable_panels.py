"""The figures of the receivables panels, against sums made by hand."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.panels import receivables_day, receivables_latest, receivables_month
from backend.panels.receivables_day import same_day_last_month
from backend.today import today_in
from db.models import Receivable, Settlement
from db.session import reading
from realtime.panel import NoParams
from realtime.panels.receivables_day import Params as DayParams
from realtime.panels.receivables_day import ReceivablesDay
from realtime.panels.receivables_month import Params as MonthParams
from realtime.panels.receivables_month import ReceivablesMonth
from realtime.scope import EVERYWHERE, Reach, Scope
from tests.world import World, owe

ZONE = ZoneInfo("America/Sao_Paulo")


async def pay(
    engine: AsyncEngine, receivable_id: int, amount: str, paid_on: date, recorded_at: datetime, channel: str = "pix"
) -> None:
    """A payment as the action would have left it."""
    async with AsyncSession(engine) as session, session.begin():
        receivable = await session.get_one(Receivable, receivable_id)
        value = Decimal(amount)
        applied = min(value, receivable.amount - receivable.settled_amount)
        receivable.settled_amount += applied
        if receivable.settled_amount == receivable.amount:
            receivable.status = "paid"
        session.add(
            Settlement(
                company_id=receivable.company_id,
                business_unit_id=receivable.business_unit_id,
                city_id=receivable.city_id,
                receivable_id=receivable.id,
                subscriber_id=receivable.subscriber_id,
                amount=value,
                applied=applied,
                credited=value - applied,
                paid_on=paid_on,
                credited_on=paid_on,
                channel=channel,
                recorded_at=recorded_at,
            )
        )


async def day(engine: AsyncEngine, scope: Scope = EVERYWHERE, **params: Any) -> ReceivablesDay:
    async with reading(engine) as db:
        answer = await receivables_day.snapshot(db, scope, DayParams(**params))
    assert isinstance(answer.data, ReceivablesDay)
    return answer.data


async def month(engine: AsyncEngine, scope: Scope = EVERYWHERE, **params: Any) -> ReceivablesMonth:
    async with reading(engine) as db:
        answer = await receivables_month.snapshot(db, scope, MonthParams(**params))
    assert isinstance(answer.data, ReceivablesMonth)
    return answer.data


async def test_the_day_shows_what_came_in_by_channel_and_hour(engine: AsyncEngine, world: World) -> None:
    at = date(2026, 3, 10)
    one = await owe(engine, world, world.subscriber_alto, "100.00", due_on=at, issued_on=at - timedelta(days=9))
    two = await owe(engine, world, world.subscriber_baixo, "50.00", due_on=at, issued_on=at)
    await pay(engine, one, "60.00", at, datetime(2026, 3, 10, 9, 30, tzinfo=ZONE), "pix")
    await pay(engine, one, "40.00", at, datetime(2026, 3, 11, 2, 0, tzinfo=ZONE), "boleto")
    data = await day(engine, date=at)
    assert (data.received, data.received_count) == (Decimal("100.00"), 2)
    assert (data.pix.amount, data.boleto.amount, data.card.amount) == (Decimal("60.00"), Decimal("40.00"), Decimal(0))
    assert (data.hours[9], data.hours[23], sum(data.hours)) == (Decimal("60.00"), Decimal("40.00"), data.received)
    assert (data.due, data.due_received, data.still_open) == (Decimal("150.00"), Decimal("100.00"), Decimal("50.00"))
    assert (data.billed, data.billed_count) == (Decimal("50.00"), 1)
    assert two


async def test_a_payment_late_in_the_evening_belongs_to_the_local_day(engine: AsyncEngine, world: World) -> None:
    """22:30 in São Paulo is already the next day in UTC."""
    at = date(2026, 3, 10)
    one = await owe(engine, world, world.subscriber_alto, due_on=at, issued_on=at)
    await pay(engine, one, "100.00", at, datetime(2026, 3, 11, 1, 30, tzinfo=UTC))
    assert (await day(engine, date=at)).hours[22] == Decimal("100.00")


async def test_the_day_is_compared_with_last_week_and_last_month(engine: AsyncEngine, world: World) -> None:
    at = date(2026, 3, 31)
    for paid_on, amount in ((at, "3.00"), (date(2026, 3, 24), "5.00"), (date(2026, 2, 28), "7.00")):
        debt = await owe(engine, world, world.subscriber_alto, due_on=at, issued_on=date(2026, 2, 1))
        await pay(engine, debt, amount, paid_on, datetime(2026, 4, 1, tzinfo=UTC))
    data = await day(engine, date=at)
    assert (data.received, data.last_week_received, data.last_month_received) == (
        Decimal("3.00"),
        Decimal("5.00"),
        Decimal("7.00"),
    )


def test_the_same_day_of_a_shorter_month_is_its_last() -> None:
    assert same_day_last_month(date(2026, 3, 31)) == date(2026, 2, 28)
    assert same_day_last_month(date(2026, 1, 15)) == date(2025, 12, 15)


async def test_annulled_receivables_are_nobodys_due(engine: AsyncEngine, world: World) -> None:
    at = date(2026, 3, 10)
    debt = await owe(engine, world, world.subscriber_alto, due_on=at, issued_on=at)
    async with engine.begin() as connection:
        await connection.execute(update(Receivable).where(Receivable.id == debt).values(status="annulled"))
    data = await day(engine, date=at)
    assert (data.billed, data.due, data.still_open, data.overdue) == (Decimal(0),) * 4


async def test_the_month_adds_up_to_what_random_payments_say(engine: AsyncEngine, world: World) -> None:
    rng = random.Random(7)
    first = date(2026, 3, 1)
    received: dict[date, Decimal] = {}
    due: dict[date, Decimal] = {}
    weighted = applied_total = Decimal(0)
    for _ in range(40):
        due_on = first + timedelta(days=rng.randrange(31))
        amount = Decimal(rng.randrange(1000, 20000)) / 100
        debt = await owe(engine, world, world.subscriber_alto, str(amount), due_on=due_on, issued_on=date(2026, 2, 20))
        due[due_on] = due.get(due_on, Decimal(0)) + amount
        if rng.random() < 0.7:
            paid_on = due_on + timedelta(days=rng.randrange(-5, 20))
            await pay(engine, debt, str(amount), paid_on, datetime(2026, 4, 30, tzinfo=UTC))
            if paid_on.month == 3:
                received[paid_on] = received.get(paid_on, Decimal(0)) + amount
                weighted += amount * max((paid_on - due_on).days, 0)
                applied_total += amount
    data = await month(engine, month="2026-03")
    assert {item.day: item.due for item in data.days if item.due} == due
    assert {item.day: item.received for item in data.days if item.received} == received
    assert data.received == sum(received.values())
    assert data.average_delay_days == float(weighted / applied_total)
    assert data.projected == data.received


async def test_the_ageing_map_holds_every_open_cent_once(engine: AsyncEngine, world: World) -> None:
    async with reading(engine) as db:
        today = (await today_in(db, EVERYWHERE)).today
    for days_late in (-3, 0, 1, 5, 6, 15, 16, 30, 31, 60, 61, 75, 76, 90, 91, 180, 181, 365, 366, 900):
        late_since = today - timedelta(days=days_late)
        await owe(engine, world, world.subscriber_alto, "10.00", due_on=late_since, issued_on=date(2020, 1, 1))
    data = await month(engine)
    assert [bucket.count for bucket in data.ageing] == [2] * 10
    assert abs(sum(bucket.share for bucket in data.ageing) - 1) < 1e-9


async def test_pmr_is_the_average_balance_over_what_is_billed_a_day(engine: AsyncEngine, world: World) -> None:
    """A steady R$ 30 billed each day and paid ten days later keeps a balance of ten days' billing: PMR 10."""
    async with reading(engine) as db:
        today = (await today_in(db, EVERYWHERE)).today
    for back in range(60):
        issued = today - timedelta(days=back)
        debt = await owe(engine, world, world.subscriber_alto, "30.00", due_on=issued, issued_on=issued)
        if back >= 10:
            paid_on = issued + timedelta(days=10)
            await pay(engine, debt, "30.00", paid_on, datetime.combine(paid_on, datetime.min.time(), UTC))
    assert (await month(engine)).pmr_days == 10.0


async def test_the_latest_settlements_come_oldest_first_and_bounded(engine: AsyncEngine, world: World) -> None:
    debt = await owe(engine, world, world.subscriber_alto, "1000.00", due_on=date(2026, 3, 1))
    for n in range(1, 61):
        await pay(engine, debt, "1.00", date(2026, 3, 1), datetime(2026, 3, 1, 12, 0, n % 60, tzinfo=UTC))
    async with reading(engine) as db:
        items = (await receivables_latest.snapshot(db, EVERYWHERE, NoParams())).data
    assert len(items) == 50
    assert [item.id for item in items] == sorted(item.id for item in items)


async def test_one_city_sees_not_one_cent_of_another(engine: AsyncEngine, world: World) -> None:
    at = date(2026, 3, 10)
    debt = await owe(engine, world, world.subscriber_baixo, due_on=at, issued_on=at)
    await pay(engine, debt, "100.00", at, datetime(2026, 3, 10, 12, tzinfo=UTC))
    mine = await day(engine, Scope.of(Reach(world.north, 0, world.alto)), date=at)
    assert (mine.received, mine.billed, mine.due, sum(mine.hours)) == (Decimal(0),) * 4
