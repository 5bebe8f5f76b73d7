"""The event table: facts go in with their transaction, and come out as the tail or as a record's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import Text, cast, func, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Event
from db.scope import within
from db.session import ReadSession
from realtime.facts import (
    AnyFact,
    CapacityExceeded,
    ContactEnded,
    ContactIdentified,
    ContactStarted,
    ContractChanged,
    DeviceAdded,
    DeviceStatusChanged,
    InternetLoginAdded,
    NasAdded,
    NasReloaded,
    NoteWritten,
    PaymentReceived,
    PortsDiscovered,
    ReceivableCancelled,
    ReceivableIssued,
    Recorded,
    RequestEnded,
    RequestForwarded,
    RequestOpened,
    RequestTaken,
    ServiceOrderMoved,
    ServiceOrderOpened,
    SubscriberChanged,
    TeamChanged,
    TechnicianChanged,
)
from realtime.scope import Scope

log = structlog.get_logger(__name__)

SUBJECTS: dict[type[AnyFact], tuple[str, str]] = {
    ReceivableIssued: ("receivable", "receivable_id"),
    PaymentReceived: ("receivable", "receivable_id"),
    ReceivableCancelled: ("receivable", "receivable_id"),
    SubscriberChanged: ("subscriber", "subscriber_id"),
    ContractChanged: ("contract", "contract_id"),
    DeviceAdded: ("device", "device_id"),
    DeviceStatusChanged: ("device", "device_id"),
    PortsDiscovered: ("device", "device_id"),
    CapacityExceeded: ("port", "port_id"),
    NasAdded: ("nas", "nas_id"),
    NasReloaded: ("nas", "nas_id"),
    InternetLoginAdded: ("internet_login", "internet_login_id"),
    TeamChanged: ("team", "team_id"),
    TechnicianChanged: ("technician", "technician_id"),
    ServiceOrderOpened: ("service_order", "order_id"),
    ServiceOrderMoved: ("service_order", "order_id"),
    ContactStarted: ("contact", "contact_id"),
    ContactIdentified: ("contact", "contact_id"),
    ContactEnded: ("contact", "contact_id"),
    RequestOpened: ("request", "request_id"),
    RequestTaken: ("request", "request_id"),
    RequestForwarded: ("request", "request_id"),
    RequestEnded: ("request", "request_id"),
    NoteWritten: ("subscriber", "subscriber_id"),
}
"""Fact -> the record whose history it belongs to (a table) and the field that holds its id."""

PAGE = 1000

database_clock = select(func.clock_timestamp())

_fact = msgspec.json.Decoder(AnyFact)


class _Kind(msgspec.Struct):
    kind: str


@dataclass
class EventCounters:
    """Of this process. `unknown` counts rows whose kind this version does not know, each time they are read."""

    written: int = 0
    unknown: int = 0


counters = EventCounters()


async def write(connection: AsyncConnection, facts: Sequence[AnyFact]) -> list[Recorded]:
    """Insert facts in order. Only `db.uow` calls this, last in its transaction."""
    rows = await connection.execute(
        insert(Event).returning(Event.id, sort_by_parameter_order=True), [_row(fact) for fact in facts]
    )
    recorded = [Recorded(number, fact) for number, fact in zip(rows.scalars(), facts, strict=True)]
    counters.written += len(recorded)
    return recorded


def _row(fact: AnyFact) -> dict[str, Any]:
    subject_type, field = SUBJECTS[type(fact)]
    return {
        "at": fact.at,
        "kind": type(fact).__struct_config__.tag,
        "company_id": fact.place.company_id,
        "business_unit_id": fact.place.business_unit_id,
        "city_id": fact.place.city_id,
        "subject_type": subject_type,
        "subject_id": getattr(fact, field),
        "author_id": fact.author_id,
        "body": fact,
    }


async def read_tail(session: ReadSession, *, back: timedelta) -> list[Recorded]:
    """Facts of the last `back`, oldest first, in pages that each query bounds.

    An age and not an instant, because only the database's clock is comparable with `recorded_at`: a host whose clock
    is a minute ahead would otherwise ask for a future in which nothing was recorded.

    A transaction that was still open when this read began is not in it, although its ids and times may be lower than
    others that are: look back by more than any transaction lasts.
    """
    found: list[Recorded] = []
    after: tuple[datetime, int] = ((await session.execute(database_clock)).scalar_one() - back, 0)
    while True:
        rows = (
            await session.execute(
                select(Event.recorded_at, Event.id, cast(Event.body, Text))
                # The first condition follows from the second; only it spares the months before.
                .where(Event.recorded_at >= after[0], tuple_(Event.recorded_at, Event.id) > after)
                .order_by(Event.recorded_at, Event.id)
                .limit(PAGE)
            )
        ).all()
        found += _decode([(number, body) for _, number, body in rows])
        if len(rows) < PAGE:
            return found
        after = (rows[-1][0], rows[-1][1])


async def history(
    session: ReadSession, scope: Scope, subject_type: str, subject_id: int, *, limit: int = 200
) -> list[Recorded]:
    """The newest `limit` facts about one record, newest first; nothing when the scope does not cover it."""
    rows = await session.execute(
        select(Event.id, cast(Event.body, Text))
        .where(
            Event.subject_type == subject_type,
            Event.subject_id == subject_id,
            within(scope, Event.company_id, Event.business_unit_id, Event.city_id),
        )
        .order_by(Event.id.desc())
        .limit(limit)
    )
    return _decode([(number, body) for number, body in rows])


def _decode(rows: Sequence[tuple[int, str]]) -> list[Recorded]:
    """Facts of kinds that only a newer version knows are skipped, counted and logged; anything else is a bug."""
    known = []
    for number, body in rows:
        try:
            known.append(Recorded(number, _fact.decode(body)))
        except msgspec.ValidationError:
            kind = msgspec.json.decode(body, type=_Kind).kind
            if kind in KINDS:
                raise
            counters.unknown += 1
            log.warning("unknown_fact", number=number, kind=kind)
    return known


KINDS = frozenset(kind.__struct_config__.tag for kind in SUBJECTS)
