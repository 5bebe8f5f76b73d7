"""Receivables of one month by day: expected and received curves, PMR, delinquency, ageing map, projection."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from realtime.facts import PaymentReceived, ReceivableCancelled, ReceivableIssued
from realtime.panel import Panel
from realtime.scope import Permission
from realtime.shapes import Value


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`month` is `YYYY-MM` in the companies' time zone; the current one when absent."""

    month: str | None = None

    def __post_init__(self) -> None:
        if self.month is not None:
            date.fromisoformat(f"{self.month}-01")


class MonthDay(msgspec.Struct, frozen=True):
    """Amounts in BRL. `due` falls due on this day; `received` came in on it, whatever it was due."""

    day: date
    due: Decimal
    received: Decimal


class AgeBucket(msgspec.Struct, frozen=True):
    """Open receivables by days late. `late_to` is None for the last bucket; `not due` has both at 0."""

    label: str
    late_from: int
    late_to: int | None
    amount: Decimal
    count: int
    share: float


class ReceivablesMonth(msgspec.Struct, frozen=True):
    """Amounts in BRL, `pmr_days` in days, `delinquency` from 0 to 1 (open and late / due so far); None: no basis."""

    month: str
    days: tuple[MonthDay, ...]
    billed: Decimal
    due: Decimal
    received: Decimal
    received_before: Decimal
    still_open: Decimal
    projected: Decimal | None
    pmr_days: float | None
    average_delay_days: float | None
    delinquency: float | None
    ageing: tuple[AgeBucket, ...]


panel = Panel(
    name="receivables.month",
    params=Params,
    shape=Value(ReceivablesMonth),
    permission=Permission("receivables", "read"),
    refresh_on=(ReceivableIssued, PaymentReceived, ReceivableCancelled),
    settle=timedelta(milliseconds=250),
    refresh_every=timedelta(seconds=60),
    period=timedelta(seconds=120),
)
