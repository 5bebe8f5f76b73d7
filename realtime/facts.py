"""Facts: what happened to the business, in the past tense.

A fact is written in the transaction that made it true (`UnitOfWork.emit`) and is never changed afterwards.
Its struct is both the row in `event.body` and the text on the bus. Telemetry is not a fact: see `realtime.readings`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from realtime.scope import Place
from realtime.subject import Subject

Channel = Literal["boleto", "pix", "debit", "counter", "card"]
"""How money came in. Screens translate; the order is the order of display."""

DeviceStatus = Literal["unknown", "up", "suspect", "down"]

OrderStage = Literal["open", "scheduled", "en_route", "arrived", "started", "paused", "done", "failed", "cancelled"]
"""Where a service order stands, in the order of a good day. The last three are ends."""

Department = Literal["commercial", "finance", "technical"]
"""Who answers a request."""


def subscriber_of(subscriber_id: int | None) -> tuple[Subject, ...]:
    return () if subscriber_id is None else (Subject("subscriber", subscriber_id),)


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """The base of every fact. `at` is when it became true (UTC); `author_id` is a user, or None for a machine."""

    place: Place
    at: datetime
    author_id: int | None = None

    def subjects(self) -> Iterable[Subject]:
        """The records this is about, for panels that declare `about`."""
        return ()


class ReceivableIssued(Fact, frozen=True, kw_only=True, tag=True):
    receivable_id: int
    subscriber_id: int
    amount: Decimal
    issued_on: date
    due_on: date

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


class PaymentReceived(Fact, frozen=True, kw_only=True, tag=True):
    """A settlement was applied. `amount` = `applied` to the receivable + `credited` to the subscriber."""

    settlement_id: int
    receivable_id: int
    subscriber_id: int
    amount: Decimal
    applied: Decimal
    credited: Decimal
    channel: Channel
    paid_on: date
    due_on: date

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


class ReceivableCancelled(Fact, frozen=True, kw_only=True, tag=True):
    receivable_id: int
    subscriber_id: int
    open_amount: Decimal
    due_on: date
    issued_on: date
    reason_id: int

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


class SubscriberChanged(Fact, frozen=True, kw_only=True, tag=True):
    """A subscriber was added, or name, address, phones or status changed."""

    subscriber_id: int

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


class ContractChanged(Fact, frozen=True, kw_only=True, tag=True):
    """A contract was added, or its status, product or price changed."""

    contract_id: int
    subscriber_id: int

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


class DeviceAdded(Fact, frozen=True, kw_only=True, tag=True):
    device_id: int


class DeviceStatusChanged(Fact, frozen=True, kw_only=True, tag=True):
    device_id: int
    before: DeviceStatus
    after: DeviceStatus


class PortsDiscovered(Fact, frozen=True, kw_only=True, tag=True):
    """A discovery walk finished and changed the ports of a device."""

    device_id: int
    added: int
    changed: int
    missing: int


class CapacityExceeded(Fact, frozen=True, kw_only=True, tag=True):
    """A measured rate was above 1.05 x capacity, so no value was stored for that interval."""

    device_id: int
    port_id: int
    rate_bps: int
    capacity_bps: int


class NasAdded(Fact, frozen=True, kw_only=True, tag=True):
    nas_id: int


class NasReloaded(Fact, frozen=True, kw_only=True, tag=True):
    """Accounting-On or -Off: every session that this NAS was last heard of before `at` is over."""

    nas_id: int
    kind_of_notice: Literal["on", "off"]


class InternetLoginAdded(Fact, frozen=True, kw_only=True, tag=True):
    """Sessions under this login belong to the contract from their next interim on."""

    internet_login_id: int
    contract_id: int
    subscriber_id: int

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


class TeamChanged(Fact, frozen=True, kw_only=True, tag=True):
    """A team was added, or what is known of it changed."""

    team_id: int


class TechnicianChanged(Fact, frozen=True, kw_only=True, tag=True):
    """A technician was added, or what is known of one changed."""

    technician_id: int


class ServiceOrderOpened(Fact, frozen=True, kw_only=True, tag=True):
    order_id: int
    subscriber_id: int | None

    def subjects(self) -> Iterable[Subject]:
        return subscriber_of(self.subscriber_id)


class ServiceOrderMoved(Fact, frozen=True, kw_only=True, tag=True):
    """An order changed stage, team, technician or time. `technician_before` had it until then."""

    order_id: int
    subscriber_id: int | None
    before: OrderStage
    after: OrderStage
    technician_before: int | None
    technician_id: int | None

    def subjects(self) -> Iterable[Subject]:
        return subscriber_of(self.subscriber_id)


class ContactStarted(Fact, frozen=True, kw_only=True, tag=True):
    """A conversation began and its protocol was told. Nobody knows the subscriber yet."""

    contact_id: int
    protocol: str


class ContactIdentified(Fact, frozen=True, kw_only=True, tag=True):
    """It is known whom a contact is about. `subscriber_before` was thought to be it."""

    contact_id: int
    subscriber_before: int | None
    subscriber_id: int

    def subjects(self) -> Iterable[Subject]:
        known = (self.subscriber_before, self.subscriber_id)
        return [Subject("subscriber", number) for number in known if number is not None]


class ContactEnded(Fact, frozen=True, kw_only=True, tag=True):
    contact_id: int
    subscriber_id: int | None

    def subjects(self) -> Iterable[Subject]:
        return subscriber_of(self.subscriber_id)


class RequestOpened(Fact, frozen=True, kw_only=True, tag=True):
    request_id: int
    subscriber_id: int
    department: Department

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


class RequestTaken(Fact, frozen=True, kw_only=True, tag=True):
    """Somebody has a request in hand, or laid it down again (`taken_by` is None)."""

    request_id: int
    subscriber_id: int
    department: Department
    taken_by: int | None

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


class RequestForwarded(Fact, frozen=True, kw_only=True, tag=True):
    request_id: int
    subscriber_id: int
    before: Department
    department: Department

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


class RequestEnded(Fact, frozen=True, kw_only=True, tag=True):
    request_id: int
    subscriber_id: int
    department: Department
    outcome: Literal["closed", "cancelled"]

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


class NoteWritten(Fact, frozen=True, kw_only=True, tag=True):
    note_id: int
    subscriber_id: int

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


AnyFact = (
    ReceivableIssued
    | PaymentReceived
    | ReceivableCancelled
    | SubscriberChanged
    | ContractChanged
    | DeviceAdded
    | DeviceStatusChanged
    | PortsDiscovered
    | CapacityExceeded
    | NasAdded
    | NasReloaded
    | InternetLoginAdded
    | TeamChanged
    | TechnicianChanged
    | ServiceOrderOpened
    | ServiceOrderMoved
    | ContactStarted
    | ContactIdentified
    | ContactEnded
    | RequestOpened
    | RequestTaken
    | RequestForwarded
    | RequestEnded
    | NoteWritten
)
"""The tagged union that decodes a stored or received fact by its `kind`."""


class Recorded(msgspec.Struct, frozen=True):
    """A fact with the id of its row in `event`. Ids are unique, but not in order of commit."""

    id: int
    fact: AnyFact
