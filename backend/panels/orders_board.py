"""Answers `orders.board`: at most `MOST` orders, what is late and what is under way before what ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from backend.orders.day import day_of, of_day, waiting
from backend.orders.late import is_late, late_from_sql
from backend.orders.queries import in_scope
from backend.today import today_in
from db.models import City, OrderKind, ServiceOrder, Subscriber, Team, Technician
from db.session import ReadSession
from realtime.panel import Answer
from realtime.panels.orders_board import BoardOrder, Params
from realtime.scope import Scope

MOST = 2000
"""A day of two hundred teams. With more, those that ended are the first to be left out."""


async def snapshot(db: ReadSession, scope: Scope, params: Params) -> Answer:
    """A day that is over has no place for orders that wait for one."""
    clock = await today_in(db, scope)
    day = day_of(clock, params.date)
    shown = of_day(day) if day.side == "past" else or_(of_day(day), waiting())
    late = is_late(clock.now).label("late")
    rows: Any = await db.execute(
        select(
            ServiceOrder.id,
            ServiceOrder.stage,
            ServiceOrder.stage_since,
            late,
            late_from_sql().label("late_from"),
            ServiceOrder.version,
            ServiceOrder.kind_id,
            OrderKind.name.label("kind"),
            OrderKind.expected_minutes,
            ServiceOrder.city_id,
            City.name.label("city"),
            ServiceOrder.subscriber_id,
            Subscriber.name.label("subscriber"),
            ServiceOrder.location,
            ServiceOrder.team_id,
            Team.name.label("team"),
            ServiceOrder.technician_id,
            Technician.name.label("technician"),
            ServiceOrder.scheduled_from,
            ServiceOrder.scheduled_until,
            ServiceOrder.arrived_at,
            ServiceOrder.ended_at,
            ServiceOrder.created_at,
        )
        .join(OrderKind, OrderKind.id == ServiceOrder.kind_id)
        .join(City, City.id == ServiceOrder.city_id)
        .outerjoin(Subscriber, Subscriber.id == ServiceOrder.subscriber_id)
        .outerjoin(Team, Team.id == ServiceOrder.team_id)
        .outerjoin(Technician, Technician.id == ServiceOrder.technician_id)
        .where(in_scope(scope), shown)
        .order_by(
            late.desc(),
            ServiceOrder.ended_at.is_not(None),
            ServiceOrder.scheduled_from.nulls_last(),
            ServiceOrder.created_at,
            ServiceOrder.id,
        )
        .limit(MOST)
    )
    # In the order of the struct; 600 rows are made again many times a minute.
    return Answer([BoardOrder(*tuple(row)) for row in rows], as_of=clock.now)
