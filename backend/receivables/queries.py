"""Reading receivables for REST: lists by cursor, one with its settlements and history."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import ColumnElement, Select, func, select, tuple_

from backend.errors import NotFound
from backend.paging import decode_cursor, encode_cursor
from backend.receivables.schemas import (
    CancellationReasonItem,
    CancellationReasons,
    HistoryItem,
    ReceivableDetail,
    ReceivableItem,
    ReceivablePage,
    ReceivableStatus,
    SettlementItem,
)
from db.models import AppUser, CancellationReason, Event, Receivable, Settlement, Subscriber
from db.scope import within
from db.session import ReadSession
from realtime.scope import Scope


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows a list of receivables; absent fields narrow nothing. `q` finds part of a subscriber's name."""

    status: ReceivableStatus | None = None
    subscriber_id: int | None = None
    company_id: int | None = None
    business_unit_id: int | None = None
    city_id: int | None = None
    due_from: date | None = None
    due_to: date | None = None
    q: str | None = None


def receivable_item(receivable: Receivable, subscriber: str) -> ReceivableItem:
    open_amount = (
        receivable.amount - receivable.settled_amount if receivable.status == "open" else receivable.amount * 0
    )
    return ReceivableItem(
        id=receivable.id,
        number=f"{receivable.id:09d}",
        company_id=receivable.company_id,
        business_unit_id=receivable.business_unit_id,
        city_id=receivable.city_id,
        subscriber_id=receivable.subscriber_id,
        subscriber=subscriber,
        amount=receivable.amount,
        open=open_amount,
        issued_on=receivable.issued_on,
        due_on=receivable.due_on,
        status=msgspec.convert(receivable.status, ReceivableStatus),
    )


def settlement_item(settlement: Settlement) -> SettlementItem:
    return msgspec.convert(settlement, SettlementItem, from_attributes=True)


def in_scope(scope: Scope) -> ColumnElement[bool]:
    return within(scope, Receivable.company_id, Receivable.business_unit_id, Receivable.city_id)


def _filtered(scope: Scope, narrow: Filter) -> Select[Receivable, str]:
    query = (
        select(Receivable, Subscriber.name)
        .join(Subscriber, Subscriber.id == Receivable.subscriber_id)
        .where(in_scope(scope))
        .order_by(Receivable.due_on.desc(), Receivable.id.desc())
    )
    for column in ("status", "subscriber_id", "company_id", "business_unit_id", "city_id"):
        if (value := getattr(narrow, column)) is not None:
            query = query.where(getattr(Receivable, column) == value)
    if narrow.due_from is not None:
        query = query.where(Receivable.due_on >= narrow.due_from)
    if narrow.due_to is not None:
        query = query.where(Receivable.due_on <= narrow.due_to)
    if narrow.q:
        query = query.where(func.lower(Subscriber.name).contains(narrow.q.strip().lower(), autoescape=True))
    return query


async def page(db: ReadSession, scope: Scope, narrow: Filter, *, cursor: str | None, limit: int) -> ReceivablePage:
    """Latest due first."""
    query = _filtered(scope, narrow)
    if (after := decode_cursor(cursor, tuple[date, int])) is not None:
        query = query.where(tuple_(Receivable.due_on, Receivable.id) < after)
    rows = (await db.execute(query.limit(limit + 1))).all()
    items = [receivable_item(receivable, name) for receivable, name in rows[:limit]]
    more = len(rows) > limit
    return ReceivablePage(items, encode_cursor((items[-1].due_on, items[-1].id)) if more else None)


async def one(db: ReadSession, scope: Scope, receivable_id: int) -> ReceivableDetail:
    found = (
        await db.execute(
            select(Receivable, Subscriber.name)
            .join(Subscriber, Subscriber.id == Receivable.subscriber_id)
            .where(Receivable.id == receivable_id, in_scope(scope))
        )
    ).one_or_none()
    if found is None:
        raise NotFound("receivable")
    settlements = await db.scalars(
        select(Settlement).where(Settlement.receivable_id == receivable_id).order_by(Settlement.id)
    )
    history = await db.execute(
        select(Event.id, Event.at, Event.kind, AppUser.name)
        .outerjoin(AppUser, AppUser.id == Event.author_id)
        .where(Event.subject_type == "receivable", Event.subject_id == receivable_id)
        .order_by(Event.id)
    )
    return ReceivableDetail(
        receivable_item(*found),
        [settlement_item(settlement) for settlement in settlements],
        [HistoryItem(*row) for row in history],
    )


async def cancellation_reasons(db: ReadSession, applies_to: str) -> CancellationReasons:
    rows = await db.scalars(
        select(CancellationReason)
        .where(CancellationReason.applies_to == applies_to, CancellationReason.active)
        .order_by(CancellationReason.text)
    )
    return CancellationReasons([CancellationReasonItem(reason.id, reason.text) for reason in rows])
