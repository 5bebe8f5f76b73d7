"""Requests of subscribers, and what is done with them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from backend.ids import RecordId
from realtime.facts import Department

RequestStatus = Literal["open", "closed", "cancelled"]
MoveKind = Literal["opened", "taken", "released", "forwarded", "closed", "cancelled"]


class NewRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The kind says which department answers and in how many days."""

    kind_id: RecordId
    description: str = ""
    contract_id: RecordId | None = None


class Forwarding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    department: Department
    note: str = ""


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    result: str


class Cancelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason_id: RecordId
    note: str = ""


class RequestItem(msgspec.Struct, frozen=True):
    """`due_on` is the last day to answer; `overdue` says that it is over and the request still open.

    `taken_by` has it in hand (or had it at the end). People are named; `taken_by_id` tells whether it is oneself.
    """

    id: int
    protocol: str | None
    kind_id: int
    kind: str
    department: Department
    status: RequestStatus
    company_id: int
    business_unit_id: int
    city_id: int
    city: str
    subscriber_id: int
    subscriber: str
    contract_id: int | None
    description: str
    opened_at: datetime
    opened_by: str | None
    due_on: date
    overdue: bool
    taken_by_id: int | None
    taken_by: str | None
    taken_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    result: str | None
    reason: str | None


class RequestPage(msgspec.Struct, frozen=True):
    items: list[RequestItem]
    next: str | None


class MoveItem(msgspec.Struct, frozen=True):
    """One step. `department` has it afterwards; `author` is None for a machine."""

    id: int
    kind: MoveKind
    department: Department
    at: datetime
    author: str | None
    note: str


class RequestDetail(msgspec.Struct, frozen=True):
    """`history` oldest first."""

    request: RequestItem
    history: list[MoveItem]


class RequestKindItem(msgspec.Struct, frozen=True):
    id: int
    company_id: int
    name: str
    department: Department
    deadline_days: int


class RequestKinds(msgspec.Struct, frozen=True):
    items: list[RequestKindItem]
    next: str | None = None
