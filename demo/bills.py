"""A bill and the payments it got, kept by the same rules as the action that settles receivables. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from demo.hours import credited_on
from demo.people import Subscriber
from realtime.facts import Channel

ReceivableStatus = Literal["open", "paid", "renegotiated", "cancelled", "annulled", "gifted", "cut"]

REASONS = (
    "Cobrança em duplicidade",
    "Serviço não prestado",
    "Valor incorreto, emitido novo título",
    "Cancelamento dentro do prazo de arrependimento",
    "Acordo comercial",
)
"""Cancellation reasons by id from 1."""

ZERO = Decimal("0.00")


class Payment(NamedTuple):
    """`amount` = `applied` + `credited`."""

    amount: Decimal
    applied: Decimal
    credited: Decimal
    paid_on: date
    credited_on: date
    channel: Channel
    recorded_at: datetime


@dataclass
class Bill:
    """A receivable as it stands now. `reason` counts REASONS from 1; `ended_at` says when it was cancelled."""

    person: Subscriber
    amount: Decimal
    issued_on: date
    issued_at: datetime
    due_on: date
    status: ReceivableStatus = "open"
    settled: Decimal = ZERO
    ended_at: datetime | None = None
    reason: int | None = None
    payments: list[Payment] = field(default_factory=list)

    @property
    def paid_at(self) -> datetime | None:
        return max(payment.recorded_at for payment in self.payments) if self.status == "paid" else None

    def pay(self, amount: Decimal, channel: Channel, paid_on: date, at: datetime) -> None:
        """As the action does: what exceeds the debt becomes a credit."""
        owed = self.amount - self.settled if self.status == "open" else ZERO
        applied = min(amount, owed)
        self.settled += applied
        if self.status == "open" and self.settled == self.amount:
            self.status = "paid"
        self.payments.append(
            Payment(amount, applied, amount - applied, paid_on, credited_on(channel, paid_on), channel, at)
        )
