"""Receivables of one day: billed, due, received by channel, open, against the same weekday and day of last month."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from realtime.facts import PaymentReceived, ReceivableCancelled, ReceivableIssued
from realtime.panel import Panel
from realtime.scope import Permission
from realtime.shapes import Value


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`date` is a day in the companies' time zone; today when absent."""

    date: date | None = None


class ReceivedBy(msgspec.Struct, frozen=True):
    """Amounts in BRL received through one channel, and how many settlements."""

    amount: Decimal
    count: int


class ReceivablesDay(msgspec.Struct, frozen=True):
    """Amounts in BRL. `hours` holds received per hour of the day (24 values, local time): curves are drawn from it."""

    date: date
    is_today: bool
    billed: Decimal
    billed_count: int
    due: Decimal
    due_count: int
    due_received: Decimal
    still_open: Decimal
    still_open_count: int
    received: Decimal
    received_count: int
    credited: Decimal
    boleto: ReceivedBy
    pix: ReceivedBy
    debit: ReceivedBy
    counter: ReceivedBy
    card: ReceivedBy
    hours: tuple[Decimal, ...]
    last_week_received: Decimal
    last_week_hours: tuple[Decimal, ...]
    last_month_received: Decimal
    last_month_hours: tuple[Decimal, ...]
    due_next_24h: Decimal
    due_next_24h_count: int
    overdue: Decimal
    overdue_count: int


panel = Panel(
    name="receivables.day",
    params=Params,
    shape=Value(ReceivablesDay),
    permission=Permission("receivables", "read"),
    refresh_on=(ReceivableIssued, PaymentReceived, ReceivableCancelled),
    settle=timedelta(milliseconds=100),
    refresh_every=timedelta(seconds=30),
    period=timedelta(seconds=60),
)
