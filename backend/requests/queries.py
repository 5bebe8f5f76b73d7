"""Reading requests: lists by cursor, one with its history, and the kinds there are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import aliased

from backend.errors import NotFound
from backend.paging import decode_cursor, encode_cursor
from backend.requests.deadlines import is_overdue
from backend.requests.schemas import (
    MoveItem,
    RequestDetail,
    RequestItem,
    RequestKindItem,
    RequestKinds,
    RequestPage,
    RequestStatus,
)
from db.models import (
    AppUser,
    CancellationReason,
    City,
    Company,
    Contact,
    Request,
    RequestKind,
    RequestMove,
    Subscriber,
)
from db.scope import within
from db.session import ReadSession
from realtime.facts import Department
from realtime.scope import Scope

Taker = aliased(AppUser)
Opener = aliased(AppUser)
Ender = aliased(AppUser)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows a list of requests; absent fields narrow nothing."""

    department: Department | None = None
    status: RequestStatus | None = None
    subscriber_id: int | None = None
    kind_id: int | None = None
    taken_by: int | None = None
    overdue: bool | None = None


def in_scope(scope: Scope) -> ColumnElement[bool]:
    return within(scope, Request.company_id, Request.business_unit_id, Request.city_id)


def items(scope: Scope, now: datetime) -> Select[*tuple[Any, ...]]:
    """The columns of `RequestItem`, in its order."""
    return (
        select(
            Request.id,
            Contact.protocol,
            Request.kind_id,
            RequestKind.name,
            Request.department,
            Request.status,
            Request.company_id,
            Request.business_unit_id,
            Request.city_id,
            City.name,
            Request.subscriber_id,
            Subscriber.name,
            Request.contract_id,
            Request.description,
            Request.opened_at,
            Opener.name,
            Request.due_on,
            is_overdue(now),
            Request.taken_by,
            Taker.name,
            Request.taken_at,
            Request.ended_at,
            Ender.name,
            Request.result,
            CancellationReason.text,
        )
        .join(RequestKind, RequestKind.id == Request.kind_id)
        .join(Subscriber, Subscriber.id == Request.subscriber_id)
        .join(City, City.id == Request.city_id)
        .join(Company, Company.id == Request.company_id)
        .outerjoin(Contact, Contact.id == Request.contact_id)
        .outerjoin(Opener, Opener.id == Request.opened_by)
        .outerjoin(Taker, Taker.id == Request.taken_by)
        .outerjoin(Ender, Ender.id == Request.ended_by)
        .outerjoin(CancellationReason, CancellationReason.id == Request.reason_id)
        .where(in_scope(scope))
    )


async def page(
    db: ReadSession, scope: Scope, now: datetime, narrow: Filter, *, cursor: str | None, limit: int
) -> RequestPage:
    """Oldest deadline first."""
    query = items(scope, now).order_by(Request.due_on, Request.id)
    for column in ("department", "status", "subscriber_id", "kind_id", "taken_by"):
        if (value := getattr(narrow, column)) is not None:
            query = query.where(getattr(Request, column) == value)
    if narrow.overdue is not None:
        query = query.where(is_overdue(now) if narrow.overdue else ~is_overdue(now))
    if (after := decode_cursor(cursor, tuple[date, int])) is not None:
        query = query.where(tuple_(Request.due_on, Request.id) > after)
    rows = [RequestItem(*row) for row in await db.execute(query.limit(limit + 1))]
    last = rows[limit - 1] if len(rows) > limit else None
    return RequestPage(rows[:limit], encode_cursor((last.due_on, last.id)) if last else None)


async def item(db: ReadSession, scope: Scope, now: datetime, request_id: int) -> RequestItem:
    found = (await db.execute(items(scope, now).where(Request.id == request_id))).one_or_none()
    if found is None:
        raise NotFound("request")
    return RequestItem(*found)


async def of_contact(db: ReadSession, scope: Scope, now: datetime, contact_id: int) -> list[RequestItem]:
    rows = await db.execute(items(scope, now).where(Request.contact_id == contact_id).order_by(Request.id))
    return [RequestItem(*row) for row in rows]


async def one(db: ReadSession, scope: Scope, now: datetime, request_id: int) -> RequestDetail:
    request = await item(db, scope, now, request_id)
    moves: Any = await db.execute(
        select(RequestMove.id, RequestMove.kind, RequestMove.department, RequestMove.at, AppUser.name, RequestMove.note)
        .outerjoin(AppUser, AppUser.id == RequestMove.author_id)
        .where(RequestMove.request_id == request_id)
        .order_by(RequestMove.id)
    )
    return RequestDetail(request, [MoveItem(*move) for move in moves])


async def kinds(db: ReadSession, scope: Scope) -> RequestKinds:
    """Those in use, by company and name."""
    rows: Any = await db.execute(
        select(
            RequestKind.id, RequestKind.company_id, RequestKind.name, RequestKind.department, RequestKind.deadline_days
        )
        .where(RequestKind.active, within(scope, RequestKind.company_id))
        .order_by(RequestKind.company_id, RequestKind.name)
    )
    return RequestKinds([RequestKindItem(*row) for row in rows])
