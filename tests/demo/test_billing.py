from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from demo.billing import Ledger, ledger
from demo.bills import Bill, Payment
from demo.calendar import is_bank_day
from demo.hours import ZONE
from demo.people import subscribers

AFTERNOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
"""15:00 in São Paulo."""

INSTANTS = (
    AFTERNOON,
    datetime(2027, 3, 1, 3, 0, 1, tzinfo=UTC),  # a second after midnight of a month after a short one
    datetime(2028, 2, 29, 23, 30, tzinfo=UTC),
)


def books_of(now: datetime, people: int = 700) -> Ledger:
    return ledger(random.Random(7), subscribers(random.Random(7), now.astimezone(ZONE).date(), people), now)


@pytest.fixture(scope="module", params=INSTANTS, ids=str)
def at(request: pytest.FixtureRequest) -> tuple[datetime, Ledger]:
    return request.param, books_of(request.param)


@pytest.fixture(scope="module")
def afternoon() -> Ledger:
    return books_of(AFTERNOON)


def paid(books: Ledger) -> list[tuple[Bill, Payment]]:
    return [(bill, payment) for bill in books.bills for payment in bill.payments]


def test_the_same_seed_and_instant_make_the_same_books() -> None:
    assert books_of(AFTERNOON, 100) == books_of(AFTERNOON, 100)


def test_nothing_is_in_the_future(at: tuple[datetime, Ledger]) -> None:
    now, books = at
    today = now.astimezone(ZONE).date()
    for bill in books.bills:
        assert bill.issued_at <= now
        assert bill.issued_on <= min(today, bill.due_on)
        assert bill.ended_at is None or bill.issued_at <= bill.ended_at <= now
    for bill, payment in paid(books):
        assert bill.issued_at <= payment.recorded_at <= now
        assert bill.issued_on <= payment.paid_on <= today


def test_every_cent_of_a_settlement_is_on_its_bill_or_a_credit(at: tuple[datetime, Ledger]) -> None:
    for bill in at[1].bills:
        assert sum((payment.applied for payment in bill.payments), Decimal(0)) == bill.settled <= bill.amount
        assert all(payment.amount == payment.applied + payment.credited for payment in bill.payments)
        assert (bill.status == "paid") == (bill.settled == bill.amount)
        assert (bill.status in ("cancelled", "annulled")) == (bill.reason is not None)
        if bill.status in ("cancelled", "annulled", "gifted", "cut"):
            assert bill.ended_at is not None
            assert not bill.payments


def test_amounts_have_two_decimals_and_are_positive(at: tuple[datetime, Ledger]) -> None:
    amounts = [bill.amount for bill in at[1].bills] + [payment.amount for _, payment in paid(at[1])]
    assert all(amount > 0 and amount == amount.quantize(Decimal("0.01")) for amount in amounts)


def test_banks_hand_money_over_on_bank_days_and_pix_at_once(at: tuple[datetime, Ledger]) -> None:
    weekend_pix = 0
    for _, payment in paid(at[1]):
        if payment.channel == "pix":
            assert payment.credited_on == payment.paid_on
            weekend_pix += payment.paid_on.weekday() >= 5
        else:
            assert is_bank_day(payment.credited_on)
            assert payment.credited_on >= payment.paid_on
        if payment.channel == "boleto":
            assert payment.credited_on > payment.paid_on
    assert weekend_pix > 100


def test_people_pay_as_people_do(afternoon: Ledger) -> None:
    today = AFTERNOON.date()
    quarter = [bill for bill in afternoon.bills if timedelta(30) < today - bill.due_on < timedelta(120)]
    billed = sum(bill.amount for bill in quarter if bill.status not in ("cancelled", "annulled"))
    share = float(sum(bill.settled for bill in quarter) / billed)
    assert 0.9 < share < 0.99
    delays = [(payment.paid_on - bill.due_on).days for bill, payment in paid(afternoon)]
    assert 0.1 < sum(delay > 5 for delay in delays) / len(delays) < 0.3
    assert 0.4 < sum(delay <= 0 for delay in delays) / len(delays) < 0.8
    channels = Counter(payment.channel for _, payment in paid(afternoon))
    assert channels["boleto"] > channels["counter"] > channels["card"] > 50
    assert channels["pix"] > channels["debit"] > 200


def test_some_owe_for_months_and_some_came_to_terms(afternoon: Ledger) -> None:
    statuses = Counter(bill.status for bill in afternoon.bills)
    assert set(statuses) == {"open", "paid", "renegotiated", "cancelled", "annulled", "gifted", "cut"}
    assert statuses["cancelled"] > 30
    old = [bill for bill in afternoon.bills if bill.status == "open" and bill.due_on < date(2026, 8, 1)]
    assert old
    assert afternoon.suspended
    assert any(payment.credited for _, payment in paid(afternoon))
    assert any(0 < bill.settled < bill.amount for bill in afternoon.bills)


def test_something_falls_due_and_is_issued_on_every_day(afternoon: Ledger) -> None:
    days = {date(2026, 8, 1) + timedelta(days=number) for number in range(92)}
    assert days <= {bill.due_on for bill in afternoon.bills}
    assert days <= {bill.issued_on for bill in afternoon.bills}


def test_sundays_bring_less_than_other_days(afternoon: Ledger) -> None:
    by_weekday = Counter(payment.paid_on.weekday() for _, payment in paid(afternoon))
    assert by_weekday[6] < 0.6 * sum(by_weekday[day] for day in range(5)) / 5


def test_todays_payments_stop_now_and_yesterdays_fill_the_day(afternoon: Ledger) -> None:
    moments = [(payment.paid_on, payment.recorded_at.astimezone(ZONE)) for _, payment in paid(afternoon)]
    today = [moment.hour for day, moment in moments if day == date(2026, 11, 24)]
    assert len(today) > 5
    assert max(today) <= 15
    monday = {moment.hour for day, moment in moments if day == moment.date() == date(2026, 11, 23)}
    assert len(monday) > 10
    assert max(monday) > 19
