"""One subscriber as an agent sees them: who, contracts, debts, session, requests, orders, notes, contacts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from realtime.facts import (
    Channel,
    ContactEnded,
    ContactIdentified,
    ContractChanged,
    Department,
    InternetLoginAdded,
    NoteWritten,
    OrderStage,
    PaymentReceived,
    ReceivableCancelled,
    ReceivableIssued,
    RequestEnded,
    RequestForwarded,
    RequestOpened,
    RequestTaken,
    ServiceOrderMoved,
    ServiceOrderOpened,
    SubscriberChanged,
)
from realtime.panel import Panel
from realtime.readings import SessionEnd, SessionsMoved
from realtime.scope import Permission
from realtime.shapes import Value
from realtime.subject import Subject

SubscriberStatus = Literal["prospect", "active", "suspended", "cancelled"]
WhyOffline = Literal["no_login", "prospect", "suspended", "cancelled", "never", "silent", "together", "ended"]


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`id` is the surrogate id of a subscriber."""

    id: int


class Who(msgspec.Struct, frozen=True):
    """`document` is masked; customer `since` that day; bills fall due on `due_day` of the month."""

    code: str
    name: str
    trade_name: str | None
    document: str
    kind: Literal["person", "company"]
    status: SubscriberStatus
    since: date
    due_day: int
    company_id: int
    company: str
    unit: str
    city: str
    phones: tuple[str, ...]


class AddressLine(msgspec.Struct, frozen=True):
    kind: Literal["installation", "billing", "fiscal"]
    text: str
    neighbourhood: str
    city: str
    condominium: str | None
    pole: str | None


class ContractLine(msgspec.Struct, frozen=True):
    """`products` are their names, `monthly` in BRL is what they cost together, `logins` whose sessions are theirs."""

    id: int
    status: Literal["draft", "active", "suspended", "cancelled", "ended"]
    signed_on: date
    products: tuple[str, ...]
    monthly: Decimal
    logins: tuple[str, ...]
    equipment: tuple[str, ...]


class Owed(msgspec.Struct, frozen=True):
    """What is still owed of receivables whose age is in a bucket, in BRL."""

    bucket: Literal["not_due", "1_30", "31_60", "61_90", "over_90"]
    amount: Decimal
    count: int


class OpenReceivable(msgspec.Struct, frozen=True):
    """`open` in BRL is what is still owed of it; `days_late` is negative before it falls due."""

    id: int
    due_on: date
    amount: Decimal
    open: Decimal
    days_late: int


class Debts(msgspec.Struct, frozen=True):
    """`buckets` in order of age, all five; `receivables` at most twelve, the oldest first; `credit` is not used yet."""

    total: Decimal
    overdue: Decimal
    credit: Decimal
    buckets: tuple[Owed, ...]
    receivables: tuple[OpenReceivable, ...]


class Payment(msgspec.Struct, frozen=True):
    id: int
    at: datetime
    paid_on: date
    amount: Decimal
    channel: Channel


class SessionNow(msgspec.Struct, frozen=True):
    """`unknown`: silent for longer than its interims explain. Octets as the NAS counts: `in` from the subscriber."""

    id: int
    login: str
    unknown: bool
    started_at: datetime
    last_at: datetime
    nas: str
    address: str | None
    mac: str | None
    in_octets: int
    out_octets: int


class LastEnd(msgspec.Struct, frozen=True):
    """The session that ended last. `cause` is the Acct-Terminate-Cause of RFC 2866; `together` is how many sessions of
    the same NAS ended within the same minute."""

    login: str
    started_at: datetime
    ended_at: datetime
    how: SessionEnd
    cause: int | None
    nas: str
    together: int


class Connection(msgspec.Struct, frozen=True):
    """`sessions` are open ones, the newest first; `offline` says why there is none online, None while there is one."""

    sessions: tuple[SessionNow, ...]
    last_end: LastEnd | None
    offline: WhyOffline | None


class OpenRequest(msgspec.Struct, frozen=True):
    """`due_on` is the last day to answer, `late` when it has passed."""

    id: int
    kind: str
    department: Department
    opened_at: datetime
    due_on: date
    late: bool
    taken_by: str | None
    protocol: str | None


class OrderLine(msgspec.Struct, frozen=True):
    """An order under way, or one that ended within the last day. `late` as `backend.orders.late` says it."""

    id: int
    kind: str
    stage: OrderStage
    stage_since: datetime
    team: str | None
    technician: str | None
    scheduled_from: datetime | None
    scheduled_until: datetime | None
    late: bool


class Note(msgspec.Struct, frozen=True):
    id: int
    at: datetime
    author: str | None
    text: str


class ContactLine(msgspec.Struct, frozen=True):
    id: int
    protocol: str
    channel: str
    started_at: datetime
    ended_at: datetime | None
    agent: str | None
    summary: str | None


class SubscriberScreen(msgspec.Struct, frozen=True):
    """Everything at once. `who` is None for somebody unknown or outside the scope, and then the rest is empty."""

    who: Who | None
    addresses: tuple[AddressLine, ...]
    contracts: tuple[ContractLine, ...]
    debts: Debts
    payments: tuple[Payment, ...]
    connection: Connection
    requests: tuple[OpenRequest, ...]
    orders: tuple[OrderLine, ...]
    notes: tuple[Note, ...]
    contacts: tuple[ContactLine, ...]


def about(params: Params) -> Subject:
    return Subject("subscriber", params.id)


panel = Panel(
    name="subscriber",
    params=Params,
    shape=Value(SubscriberScreen),
    permission=Permission("subscribers", "read"),
    refresh_on=(
        SubscriberChanged,
        ContractChanged,
        InternetLoginAdded,
        ReceivableIssued,
        PaymentReceived,
        ReceivableCancelled,
        ServiceOrderOpened,
        ServiceOrderMoved,
        ContactIdentified,
        ContactEnded,
        RequestOpened,
        RequestTaken,
        RequestForwarded,
        RequestEnded,
        NoteWritten,
        SessionsMoved,
    ),
    about=about,
    settle=timedelta(milliseconds=100),
    refresh_every=timedelta(seconds=30),
    period=timedelta(minutes=1),
)
