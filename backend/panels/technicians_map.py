"""Answers `technicians.map`: one query for the technicians and their positions, one for the orders they have to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, any_, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from backend.orders.late import is_late
from backend.today import present
from db.models import City, OrderKind, ServiceOrder, Subscriber, Team, Technician, TechnicianPosition
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer, NoParams
from realtime.panels.technicians_map import OnMap, Signal, Work
from realtime.scope import Scope

LOST_AFTER = timedelta(minutes=5)
"""A phone that is still sends at least this often (Traccar Client's and OwnTracks' defaults)."""

WORK: dict[str, Work] = {"en_route": "en_route", "arrived": "working", "started": "working", "paused": "paused"}
"""Stages of an order in hand, the busiest first: whoever works and has another one paused, works."""

_URGENT = {stage: place for place, stage in enumerate(("started", "arrived", "en_route", "paused"))}


async def snapshot(db: ReadSession, scope: Scope, params: NoParams) -> Answer:
    now = await present(db)
    people = await _people(db, scope)
    orders = await _orders(db, scope, people, now)
    return Answer([_row(person, orders.get(person.id, []), now) for person in people], as_of=now)


async def _people(db: ReadSession, scope: Scope) -> Sequence[Any]:
    position = TechnicianPosition
    rows = await db.execute(
        select(
            Technician.id,
            Technician.name,
            Technician.phone,
            Technician.team_id,
            Team.name.label("team"),
            City.name.label("city"),
            position.at,
            position.latitude,
            position.longitude,
            position.accuracy_m,
            position.speed_mps,
            position.heading_deg,
            position.battery,
        )
        .join(City, City.id == Technician.city_id)
        .outerjoin(Team, Team.id == Technician.team_id)
        .outerjoin(position, position.technician_id == Technician.id)
        .where(Technician.active, within(scope, Technician.company_id, Technician.business_unit_id, Technician.city_id))
        .order_by(Technician.name, Technician.id)
    )
    return rows.all()


async def _orders(db: ReadSession, scope: Scope, people: Sequence[Any], now: datetime) -> dict[int, list[Any]]:
    """Technician -> orders that have a window and no end, in order of the window. An order that its team has and nobody
    in particular is everybody's of the team."""
    order = ServiceOrder
    teams: dict[int, list[int]] = defaultdict(list)
    for person in people:
        if person.team_id is not None:
            teams[person.team_id].append(person.id)
    rows = await db.execute(
        select(
            order.id,
            order.stage,
            order.stage_since,
            order.team_id,
            order.technician_id,
            order.scheduled_from,
            is_late(now).label("late"),
            order.location,
            order.latitude,
            order.longitude,
            OrderKind.name.label("kind"),
            Subscriber.name.label("subscriber"),
            within(scope, order.company_id, order.business_unit_id, order.city_id).label("visible"),
        )
        .join(OrderKind, OrderKind.id == order.kind_id)
        .outerjoin(Subscriber, Subscriber.id == order.subscriber_id)
        .where(
            order.ended_at.is_(None),
            order.stage != "open",
            or_(
                order.technician_id == any_(literal([person.id for person in people], ARRAY(BigInteger))),
                order.technician_id.is_(None) & (order.team_id == any_(literal(list(teams), ARRAY(BigInteger)))),
            ),
        )
        .order_by(order.scheduled_from, order.id)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        for technician in teams[row.team_id] if row.technician_id is None else [row.technician_id]:
            found[technician].append(row)
    return found


def _row(person: Any, orders: list[Any], now: datetime) -> OnMap:
    in_hand = min((order for order in orders if order.stage in WORK), key=_urgency, default=None)
    coming = next((order for order in orders if order.stage == "scheduled"), None)
    known = in_hand if in_hand is not None and in_hand.visible else None
    then = coming if coming is not None and coming.visible else None
    return OnMap(
        id=person.id,
        name=person.name,
        phone=person.phone,
        team_id=person.team_id,
        team=person.team,
        city=person.city,
        state="free" if in_hand is None else WORK[in_hand.stage],
        signal=_signal(person.at, now),
        late=any(order.late for order in orders),
        at=person.at,
        latitude=person.latitude,
        longitude=person.longitude,
        accuracy_m=person.accuracy_m,
        speed_kmh=None if person.speed_mps is None else round(person.speed_mps * 3.6, 1),
        heading_deg=person.heading_deg,
        battery=person.battery,
        since=None if in_hand is None else in_hand.stage_since,
        order_id=known and known.id,
        order_kind=known and known.kind,
        order_address=known and known.location,
        order_latitude=known and known.latitude,
        order_longitude=known and known.longitude,
        subscriber=known and known.subscriber,
        next_id=then and then.id,
        next_kind=then and then.kind,
        next_address=then and then.location,
        next_at=then and then.scheduled_from,
    )


def _urgency(order: Any) -> tuple[int, float]:
    return _URGENT[order.stage], -order.stage_since.timestamp()


def _signal(at: datetime | None, now: datetime) -> Signal:
    if at is None:
        return "never"
    return "live" if now - at <= LOST_AFTER else "lost"
