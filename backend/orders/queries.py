"""Reading service orders for REST: lists by cursor, one with its history, what is chosen from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, select

from backend.errors import NotFound
from backend.orders.day import day_of, of_day
from backend.orders.late import is_late, late_from
from backend.orders.schemas import (
    MoveItem,
    OrderDetail,
    OrderItem,
    OrderKindItem,
    OrderKinds,
    OrderPage,
    OrderReasonItem,
    OrderReasons,
)
from backend.orders.stages import NEXT
from backend.paging import decode_cursor, encode_cursor
from backend.today import present, today_in
from db.models import (
    AppUser,
    CancellationReason,
    City,
    OrderKind,
    ServiceOrder,
    ServiceOrderMove,
    Subscriber,
    Team,
    Technician,
)
from db.scope import within
from db.session import ReadSession
from realtime.facts import OrderStage
from realtime.scope import Scope


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows a list of orders; absent fields narrow nothing. `late` is as of the answer, `date` a local day."""

    stage: OrderStage | None = None
    team_id: int | None = None
    technician_id: int | None = None
    subscriber_id: int | None = None
    company_id: int | None = None
    business_unit_id: int | None = None
    city_id: int | None = None
    kind_id: int | None = None
    date: date | None = None
    late: bool | None = None


def in_scope(scope: Scope) -> ColumnElement[bool]:
    return within(scope, ServiceOrder.company_id, ServiceOrder.business_unit_id, ServiceOrder.city_id)


def _named() -> Select[Any, Any, Any, Any, Any, Any, Any, Any]:
    return (
        select(
            ServiceOrder,
            OrderKind.name,
            OrderKind.expected_minutes,
            City.name,
            Subscriber.name,
            Team.name,
            Technician.name,
            CancellationReason.text,
        )
        .join(OrderKind, OrderKind.id == ServiceOrder.kind_id)
        .join(City, City.id == ServiceOrder.city_id)
        .outerjoin(Subscriber, Subscriber.id == ServiceOrder.subscriber_id)
        .outerjoin(Team, Team.id == ServiceOrder.team_id)
        .outerjoin(Technician, Technician.id == ServiceOrder.technician_id)
        .outerjoin(CancellationReason, CancellationReason.id == ServiceOrder.reason_id)
    )


def _utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(UTC)


def _item(row: Any, now: datetime) -> OrderItem:
    order, kind, expected, city, subscriber, team, technician, reason = row
    stage = msgspec.convert(order.stage, OrderStage)
    limit = late_from(stage, order.scheduled_until, expected)
    late = limit is not None and limit < now
    return OrderItem(
        id=order.id,
        number=f"{order.id:07d}",
        company_id=order.company_id,
        business_unit_id=order.business_unit_id,
        city_id=order.city_id,
        city=city,
        subscriber_id=order.subscriber_id,
        subscriber=subscriber,
        contract_id=order.contract_id,
        request_id=order.request_id,
        kind_id=order.kind_id,
        kind=kind,
        expected_minutes=expected,
        level=order.level,
        description=order.description,
        location=order.location,
        latitude=order.latitude,
        longitude=order.longitude,
        stage=stage,
        stage_since=order.stage_since.astimezone(UTC),
        late=late,
        late_since=_utc(limit) if late else None,
        version=order.version,
        team_id=order.team_id,
        team=team,
        technician_id=order.technician_id,
        technician=technician,
        scheduled_from=_utc(order.scheduled_from),
        scheduled_until=_utc(order.scheduled_until),
        en_route_at=_utc(order.en_route_at),
        arrived_at=_utc(order.arrived_at),
        started_at=_utc(order.started_at),
        ended_at=_utc(order.ended_at),
        resolution=order.resolution,
        reason_id=order.reason_id,
        reason=reason,
        opened_at=order.created_at.astimezone(UTC),
    )


async def page(db: ReadSession, scope: Scope, narrow: Filter, *, cursor: str | None, limit: int) -> OrderPage:
    """Newest first."""
    query = _named().where(in_scope(scope)).order_by(ServiceOrder.id.desc())
    names = "stage team_id technician_id subscriber_id company_id business_unit_id city_id kind_id"
    for name in names.split():
        if (value := getattr(narrow, name)) is not None:
            query = query.where(getattr(ServiceOrder, name) == value)
    clock = await today_in(db, scope)
    if narrow.date is not None:
        query = query.where(of_day(day_of(clock, narrow.date)))
    if narrow.late is not None:
        query = query.where(is_late(clock.now) if narrow.late else ~is_late(clock.now))
    if (after := decode_cursor(cursor, tuple[int])) is not None:
        query = query.where(ServiceOrder.id < after[0])
    rows = (await db.execute(query.limit(limit + 1))).all()
    items = [_item(row, clock.now) for row in rows[:limit]]
    return OrderPage(items, encode_cursor((items[-1].id,)) if len(rows) > limit else None)


async def item(db: ReadSession, order_id: int, now: datetime) -> OrderItem:
    """One that the caller has made sure of; late as of `now`."""
    return _item((await db.execute(_named().where(ServiceOrder.id == order_id))).one(), now)


async def one(db: ReadSession, scope: Scope, order_id: int) -> OrderDetail:
    row = (await db.execute(_named().where(ServiceOrder.id == order_id, in_scope(scope)))).one_or_none()
    if row is None:
        raise NotFound("service order")
    found = _item(row, await present(db))
    return OrderDetail(found, list(NEXT[found.stage]), await _history(db, order_id))


async def _history(db: ReadSession, order_id: int) -> list[MoveItem]:
    move = ServiceOrderMove
    rows = await db.execute(
        select(
            move.version,
            move.before,
            move.after,
            move.at,
            move.created_at,
            AppUser.name,
            Team.name,
            Technician.name,
            move.scheduled_from,
            move.scheduled_until,
            CancellationReason.text,
            move.note,
            move.latitude,
            move.longitude,
        )
        .outerjoin(AppUser, AppUser.id == move.author_id)
        .outerjoin(Team, Team.id == move.team_id)
        .outerjoin(Technician, Technician.id == move.technician_id)
        .outerjoin(CancellationReason, CancellationReason.id == move.reason_id)
        .where(move.order_id == order_id)
        .order_by(move.version)
    )
    return [MoveItem(*tuple(row)) for row in rows]


async def kinds(db: ReadSession, scope: Scope) -> OrderKinds:
    rows = await db.scalars(
        select(OrderKind)
        .where(OrderKind.active, within(scope, OrderKind.company_id))
        .order_by(func.lower(OrderKind.name), OrderKind.id)
    )
    return OrderKinds([OrderKindItem(k.id, k.company_id, k.name, k.expected_minutes) for k in rows])


async def reasons(db: ReadSession) -> OrderReasons:
    """Why an order may fail or be cancelled."""
    rows = await db.scalars(
        select(CancellationReason)
        .where(CancellationReason.applies_to == "service_order", CancellationReason.active)
        .order_by(CancellationReason.text)
    )
    return OrderReasons([OrderReasonItem(reason.id, reason.text) for reason in rows])
