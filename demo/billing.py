"""Thirteen months of bills and what became of them, up to one instant. Pure.

Every bill has a plan (when it is paid, cancelled, renegotiated); what lies after `now` has not happened yet, so the
bill is open. So nothing is in the future, and today's payments stop at the present minute.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from demo.bills import REASONS, Bill, ReceivableStatus
from demo.calendar import bank_day, day_of, month_shifted
from demo.habits import Habit, channel_of, delay_days, habit_of
from demo.hours import ZONE, local, payment_day, recorded_at
from demo.people import Subscriber

MONTHS = 13
"""Of due dates, counted with the present one. Bills of the month after it are there once they are issued."""

CENT = Decimal("0.01")
LEAD_DAYS = 10
GRACE_MONTHS = 4
"""How long somebody who stopped paying is still billed."""

AGREEMENT_MONTHS = 3
"""After how many unpaid months those who come to terms do."""

INSTALMENTS = 3
INSTALLATION = Decimal("99.90")

_FATES: tuple[tuple[float, ReceivableStatus], ...] = (
    (0.012, "cancelled"),
    (0.0015, "annulled"),
    (0.001, "gifted"),
    (0.001, "cut"),
)
"""The share of bills that end without a payment."""


class Ledger(NamedTuple):
    """`bills` in order of issue; `suspended` are ids of subscribers whose service stopped for what they owe."""

    bills: list[Bill]
    suspended: frozenset[int]


def ledger(rng: random.Random, people: list[Subscriber], now: datetime) -> Ledger:
    bills: list[Bill] = []
    suspended: set[int] = set()
    for person in people:
        if person.status != "prospect":
            habit = habit_of(rng, person)
            bills += _Account(rng, person, habit, now).bills()
            if habit.stopped >= 2 and not habit.settles and person.status == "active":
                suspended.add(person.id)
    bills.sort(key=lambda bill: (bill.issued_at, bill.person.id, bill.due_on))
    return Ledger(bills, frozenset(suspended))


class _Account:
    """One subscriber's bills."""

    def __init__(self, rng: random.Random, person: Subscriber, habit: Habit, now: datetime) -> None:
        self._rng = rng
        self._person = person
        self._habit = habit
        self._now = now
        self._today = now.astimezone(ZONE).date()
        self._agreed = self._agreement() if habit.settles else None

    def bills(self) -> list[Bill]:
        made = []
        this_month = self._today.replace(day=1)
        since = self._person.since
        if since > month_shifted(this_month, 1 - MONTHS) and self._rng.random() < 0.3:
            made += self._bill(INSTALLATION, since, since + timedelta(days=LEAD_DAYS), months_ago=MONTHS)
        for months_ago in range(MONTHS - 1, -2, -1):
            due_on = day_of(month_shifted(this_month, -months_ago), self._person.due_day)
            if self._billed(due_on, months_ago):
                lead = LEAD_DAYS + self._person.id % 5
                made += self._bill(self._amount(), due_on - timedelta(days=lead), due_on, months_ago)
        return made + self._instalments(made)

    def _billed(self, due_on: date, months_ago: int) -> bool:
        if due_on < self._person.since + timedelta(days=15):
            return False
        if self._person.ended and due_on > self._person.ended + timedelta(days=LEAD_DAYS):
            return False
        stopped = self._habit.stopped
        return not stopped or self._agreed is not None or months_ago >= stopped - GRACE_MONTHS

    def _amount(self) -> Decimal:
        """The monthly price; who has telephony pays for calls now and then."""
        calls = Decimal(0)
        if len(self._person.items) > 1 and self._rng.random() < 0.25:
            calls = Decimal(self._rng.randint(150, 3500)) * CENT
        return self._person.monthly + calls

    def _bill(self, amount: Decimal, issued_on: date, due_on: date, months_ago: int) -> list[Bill]:
        """The bill, or nothing when it is issued after `now`."""
        issued_at = local(issued_on, 5, self._rng.randrange(60), self._rng.randrange(60))
        if issued_at > self._now:
            return []
        bill = Bill(self._person, amount, issued_on, issued_at, due_on)
        if not self._ends_unpaid(bill) and not self._is_refused(due_on, months_ago):
            self._pay(bill)
        return [bill]

    def _ends_unpaid(self, bill: Bill) -> bool:
        chance = self._rng.random()
        for share, status in _FATES:
            chance -= share
            if chance < 0:
                day = bill.issued_on + timedelta(days=self._rng.randint(1, 15))
                at = local(day, self._rng.randint(9, 16), self._rng.randrange(60))
                if at <= self._now:
                    bill.status = status
                    bill.ended_at = at
                    bill.reason = self._rng.randint(1, len(REASONS)) if status in ("cancelled", "annulled") else None
                return True
        return False

    def _is_refused(self, due_on: date, months_ago: int) -> bool:
        """Whether it belongs to the months a defaulter leaves open, or to the last ones of somebody who went away."""
        if self._person.ended and due_on > self._person.ended - timedelta(days=45):
            return self._rng.random() < 0.6
        before_agreement = self._agreed is None or due_on < self._agreed
        return self._habit.stopped > months_ago and before_agreement

    def _pay(self, bill: Bill) -> None:
        rng = self._rng
        delay = delay_days(rng, self._habit)
        if delay is None:
            return
        channel = channel_of(rng, self._habit)
        meant = max(bill.issued_on, bank_day(bill.due_on) + timedelta(days=delay))
        paid_on = payment_day(rng, channel, meant)
        at = recorded_at(rng, channel, paid_on)
        if at > self._now or at < bill.issued_at:
            return
        oddity = rng.random()
        if oddity < 0.006:
            self._pay_in_two(bill, paid_on, at)
        elif oddity < 0.010:
            bill.pay((bill.amount / 5).to_integral_value("ROUND_CEILING") * 5, "counter", paid_on, at)
        else:
            bill.pay(bill.amount, channel, paid_on, at)
        if 0.010 <= oddity < 0.013:
            self._pay_again(bill, paid_on)

    def _pay_in_two(self, bill: Bill, paid_on: date, at: datetime) -> None:
        half = (bill.amount / 2).quantize(CENT)
        bill.pay(half, "counter", paid_on, at)
        second = payment_day(self._rng, "counter", paid_on + timedelta(days=self._rng.randint(5, 20)))
        later = recorded_at(self._rng, "counter", second)
        if later <= self._now and self._rng.random() > 0.15:
            bill.pay(bill.amount - half, "counter", second, later)

    def _pay_again(self, bill: Bill, paid_on: date) -> None:
        """By mistake: all of it becomes a credit."""
        again = paid_on + timedelta(days=1)
        at = max(recorded_at(self._rng, "pix", again), bill.payments[0].recorded_at + timedelta(minutes=10))
        if at <= self._now:
            bill.pay(bill.amount, "pix", again, at)

    def _agreement(self) -> date:
        """The day the debt is turned into instalments."""
        first = month_shifted(self._today.replace(day=1), AGREEMENT_MONTHS - self._habit.stopped)
        return bank_day(day_of(first, 4 + self._person.id % 20))

    def _instalments(self, bills: list[Bill]) -> list[Bill]:
        if self._agreed is None or local(self._agreed, 18) > self._now:
            return []
        debts = [bill for bill in bills if bill.status == "open" and bill.due_on < self._agreed]
        total = sum((bill.amount - bill.settled for bill in debts), Decimal(0))
        if not total:
            return []
        for bill in debts:
            bill.status = "renegotiated"
        part = (total / INSTALMENTS).quantize(CENT)
        made = []
        for number in range(INSTALMENTS):
            amount = part if number < INSTALMENTS - 1 else total - part * (INSTALMENTS - 1)
            due_on = self._agreed + timedelta(days=10 + 30 * number)
            bill = Bill(self._person, amount, self._agreed, local(self._agreed, 15, number), due_on)
            self._pay(bill)
            made.append(bill)
        return made
