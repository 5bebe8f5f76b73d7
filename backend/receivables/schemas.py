"""Requests and replies of receivables. Amounts in BRL, as strings with two decimals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from backend.ids import RecordId
from realtime.facts import Channel

ReceivableStatus = Literal["open", "paid", "renegotiated", "cancelled", "annulled", "gifted", "cut"]


class NewReceivable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`issued_on` is today (in the company's time zone) when absent."""

    subscriber_id: RecordId
    amount: Decimal
    due_on: date
    issued_on: date | None = None
    contract_id: RecordId | None = None


class NewSettlement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`paid_on` is the day of the payment, `credited_on` the day the bank makes the money available."""

    amount: Decimal
    paid_on: date
    credited_on: date
    channel: Channel


class Cancellation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason_id: RecordId
    note: str = ""


class ReceivableItem(msgspec.Struct, frozen=True):
    """`open` is what is still owed."""

    id: int
    number: str
    company_id: int
    business_unit_id: int
    city_id: int
    subscriber_id: int
    subscriber: str
    amount: Decimal
    open: Decimal
    issued_on: date
    due_on: date
    status: ReceivableStatus


class SettlementItem(msgspec.Struct, frozen=True):
    """`amount` = `applied` to the receivable + `credited` to the subscriber (what came in above the debt)."""

    id: int
    receivable_id: int
    subscriber_id: int
    amount: Decimal
    applied: Decimal
    credited: Decimal
    paid_on: date
    credited_on: date
    channel: Channel
    recorded_at: datetime


class Settled(msgspec.Struct, frozen=True):
    """What a settlement left behind."""

    settlement: SettlementItem
    receivable: ReceivableItem


class ReceivablePage(msgspec.Struct, frozen=True):
    items: list[ReceivableItem]
    next: str | None


class HistoryItem(msgspec.Struct, frozen=True):
    """One fact about the record, oldest first. `author` is None for a machine."""

    id: int
    at: datetime
    kind: str
    author: str | None


class ReceivableDetail(msgspec.Struct, frozen=True):
    receivable: ReceivableItem
    settlements: list[SettlementItem]
    history: list[HistoryItem]


class CancellationReasonItem(msgspec.Struct, frozen=True):
    id: int
    text: str


class CancellationReasons(msgspec.Struct, frozen=True):
    items: list[CancellationReasonItem]
    next: str | None = None
