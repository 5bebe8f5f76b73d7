"""Reading technicians, teams and tracks, for REST."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Select, and_, select, tuple_

from backend.errors import BadInput, NotFound
from backend.gps.fix import distance_m
from backend.paging import decode_cursor, encode_cursor
from backend.technicians.schemas import (
    Drop,
    TeamItem,
    TeamKind,
    TeamPage,
    TechnicianItem,
    TechnicianPage,
    Track,
)
from backend.technicians.thinning import thinned
from db.models import Company, GpsDevice, Team, Technician, TechnicianFix, TechnicianPosition
from db.scope import within
from db.session import ReadSession
from realtime.scope import Scope

LONGEST_STEP_M = 2000.0
"""Between two fixes further apart than this a phone was without signal; the road between them is not known."""


def technician_in(scope: Scope) -> ColumnElement[bool]:
    return within(scope, Technician.company_id, Technician.business_unit_id, Technician.city_id)


def _technicians(scope: Scope) -> Select[Any]:
    return (
        select(
            Technician,
            Team.name,
            TechnicianPosition.at,
            GpsDevice.created_at,
            GpsDevice.last_used_at,
            GpsDevice.dialect,
            GpsDevice.drops,
        )
        .outerjoin(Team, Team.id == Technician.team_id)
        .outerjoin(TechnicianPosition, TechnicianPosition.technician_id == Technician.id)
        .outerjoin(GpsDevice, and_(GpsDevice.technician_id == Technician.id, GpsDevice.revoked_at.is_(None)))
        .where(technician_in(scope))
    )


def _item(row: Any) -> TechnicianItem:
    technician, team, position_at, token_since, token_used_at, dialect, drops = row
    listed = [msgspec.convert({"reason": reason, **drop}, Drop) for reason, drop in (drops or {}).items()]
    return TechnicianItem(
        id=technician.id,
        company_id=technician.company_id,
        business_unit_id=technician.business_unit_id,
        city_id=technician.city_id,
        team_id=technician.team_id,
        team=team,
        name=technician.name,
        phone=technician.phone,
        active=technician.active,
        position_at=position_at,
        token_since=token_since,
        token_used_at=token_used_at,
        dialect=dialect,
        drops=sorted(listed, key=lambda drop: -drop.count),
    )


async def technicians(
    db: ReadSession, scope: Scope, *, team_id: int | None, active: bool | None, cursor: str | None, limit: int
) -> TechnicianPage:
    """By name."""
    query = _technicians(scope).order_by(Technician.name, Technician.id)
    if team_id is not None:
        query = query.where(Technician.team_id == team_id)
    if active is not None:
        query = query.where(Technician.active == active)
    if (after := decode_cursor(cursor, tuple[str, int])) is not None:
        query = query.where(tuple_(Technician.name, Technician.id) > after)
    rows = (await db.execute(query.limit(limit + 1))).all()
    items = [_item(row) for row in rows[:limit]]
    return TechnicianPage(items, encode_cursor((items[-1].name, items[-1].id)) if len(rows) > limit else None)


async def one_technician(db: ReadSession, scope: Scope, technician_id: int) -> TechnicianItem:
    row = (await db.execute(_technicians(scope).where(Technician.id == technician_id))).one_or_none()
    if row is None:
        raise NotFound("technician")
    return _item(row)


async def teams(db: ReadSession, scope: Scope, *, active: bool | None, cursor: str | None, limit: int) -> TeamPage:
    """By name."""
    query = (
        select(Team)
        .where(within(scope, Team.company_id, Team.business_unit_id, Team.city_id))
        .order_by(Team.name, Team.id)
    )
    if active is not None:
        query = query.where(Team.active == active)
    if (after := decode_cursor(cursor, tuple[str, int])) is not None:
        query = query.where(tuple_(Team.name, Team.id) > after)
    rows = (await db.scalars(query.limit(limit + 1))).all()
    items = [
        TeamItem(
            id=team.id,
            company_id=team.company_id,
            business_unit_id=team.business_unit_id,
            city_id=team.city_id,
            name=team.name,
            kind=msgspec.convert(team.kind, TeamKind),
            workday_minutes=team.workday_minutes,
            active=team.active,
        )
        for team in rows[:limit]
    ]
    return TeamPage(items, encode_cursor((items[-1].name, items[-1].id)) if len(rows) > limit else None)


async def track(db: ReadSession, scope: Scope, technician_id: int, day: date | None, now: datetime) -> Track:
    """A day is one of the company's time zone; today without one. Empty before the retention (`db.partitions`)."""
    zone = await db.scalar(
        select(Company.time_zone)
        .join(Technician, Technician.company_id == Company.id)
        .where(Technician.id == technician_id, technician_in(scope))
    )
    if zone is None:
        raise NotFound("technician")
    local = ZoneInfo(zone)
    day = day or now.astimezone(local).date()
    if not 2000 <= day.year <= 2200:
        raise BadInput("date must be a day of this century.", errors={"date": "out of range"})
    since = datetime.combine(day, time(), local)
    until = datetime.combine(day + timedelta(days=1), time(), local)
    rows = await db.execute(
        select(TechnicianFix.at, TechnicianFix.longitude, TechnicianFix.latitude)
        .where(TechnicianFix.technician_id == technician_id, TechnicianFix.at >= since, TechnicianFix.at < until)
        .order_by(TechnicianFix.at)
    )
    points = [(round(at.timestamp()), longitude, latitude) for at, longitude, latitude in rows]
    return Track(
        technician_id=technician_id,
        date=day.isoformat(),
        fixes=len(points),
        distance_km=round(_length_m(points) / 1000, 2),
        points=thinned(points),
    )


def _length_m(points: list[tuple[int, float, float]]) -> float:
    steps = (distance_m(one[2], one[1], other[2], other[1]) for one, other in pairwise(points))
    return sum(step for step in steps if step <= LONGEST_STEP_M)
