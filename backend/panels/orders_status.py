"""Answers `orders.status`: one pass over the day's orders, grouped, and the teams that could take more."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, cast, extract, func, select

from backend.orders.day import Day, day_of, of_day, waiting
from backend.orders.late import arrived_in_time, is_late
from backend.orders.queries import in_scope
from backend.today import Today, today_in
from db.models import City, OrderKind, ServiceOrder, Team
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer
from realtime.panels.orders_status import Counts, OrdersStatus, Params, Part, TeamDay
from realtime.scope import Scope

NOBODY = 0
"""The id of the team that orders without one are counted under."""

RESOLUTION = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Group:
    """Orders of one team, city, kind and stage that are late, or that are not. `minutes` are what they should take."""

    team_id: int
    city_id: int
    kind_id: int
    stage: str
    late: bool
    orders: int
    minutes: int
    arrivals: int
    in_time: int


@dataclass(frozen=True, slots=True)
class Crew:
    """A team that is in the scope and active, or has orders of the day. An inactive one has no capacity."""

    id: int
    name: str
    city: str
    capacity_minutes: int


async def snapshot(db: ReadSession, scope: Scope, params: Params) -> Answer:
    """Capacity and load count what the scope covers: of a team shared with a place outside it, only the part inside."""
    clock = await today_in(db, scope)
    day = day_of(clock, params.date)
    groups = await _groups(db, scope, clock, day)
    teams = team_days(groups, await _crews(db, scope, {group.team_id for group in groups}))
    done, plan = await _hours(db, scope, clock, day)
    counts = counted(groups)
    data = OrdersStatus(
        date=day.date,
        is_today=day.side == "today",
        total=sum(group.orders for group in groups),
        counts=counts,
        waiting=await db.scalar(select(func.count()).select_from(ServiceOrder).where(in_scope(scope), waiting())) or 0,
        arrivals=sum(group.arrivals for group in groups),
        in_time=sum(group.in_time for group in groups),
        capacity_minutes=sum(team.capacity_minutes for team in teams),
        given_minutes=sum(team.given_minutes for team in teams),
        left_minutes=sum(max(0, team.left_minutes) for team in teams),
        by_team=teams,
        by_city=_parts(groups, await _names(db, City, {g.city_id for g in groups}), lambda group: group.city_id),
        by_kind=_parts(groups, await _names(db, OrderKind, {g.kind_id for g in groups}), lambda group: group.kind_id),
        done_hours=done,
        plan_hours=plan,
    )
    return Answer(data, as_of=clock.now)


def counted(groups: Iterable[Group]) -> Counts:
    stages: Counter[str] = Counter()
    for group in groups:
        stages[group.stage] += group.orders
        stages["late"] += group.orders if group.late else 0
    return Counts(**stages)


def team_days(groups: Iterable[Group], crews: Iterable[Crew]) -> tuple[TeamDay, ...]:
    """In order of name, the orders without a team first."""
    by_team: dict[int, list[Group]] = defaultdict(list)
    for group in groups:
        by_team[group.team_id].append(group)
    listed = sorted(crews, key=lambda crew: (crew.name.casefold(), crew.id))
    if NOBODY in by_team:
        listed.insert(0, Crew(NOBODY, "", "", 0))
    days = []
    for crew in listed:
        mine = by_team[crew.id]
        given = 0 if crew.id == NOBODY else sum(g.minutes for g in mine if g.stage != "cancelled")
        left = crew.capacity_minutes - given
        days.append(TeamDay(crew.id, crew.name, crew.city, counted(mine), crew.capacity_minutes, given, left))
    return tuple(days)


def _parts(groups: list[Group], names: dict[int, str], key: Callable[[Group], int]) -> tuple[Part, ...]:
    by_key: dict[int, list[Group]] = defaultdict(list)
    for group in groups:
        by_key[key(group)].append(group)
    parts = [Part(number, names[number], counted(mine)) for number, mine in by_key.items()]
    return tuple(sorted(parts, key=lambda part: (part.name.casefold(), part.id)))


async def _groups(db: ReadSession, scope: Scope, clock: Today, day: Day) -> list[Group]:
    late = is_late(clock.now).label("late")
    spent = func.sum(OrderKind.expected_minutes)
    key = (ServiceOrder.team_id, ServiceOrder.city_id, ServiceOrder.kind_id, ServiceOrder.stage)
    rows: Any = await db.execute(
        select(
            *key,
            late,
            func.count(),
            spent,
            func.count(ServiceOrder.arrived_at),
            func.count().filter(arrived_in_time()),
        )
        .join(OrderKind, OrderKind.id == ServiceOrder.kind_id)
        .where(in_scope(scope), of_day(day))
        .group_by(*key, "late")
    )
    return [
        Group(team or NOBODY, city, kind, stage, late, orders, int(minutes), arrivals, in_time)
        for team, city, kind, stage, late, orders, minutes, arrivals, in_time in rows
    ]


async def _crews(db: ReadSession, scope: Scope, with_orders: set[int]) -> list[Crew]:
    mine = within(scope, Team.company_id, Team.business_unit_id, Team.city_id)
    rows = await db.execute(
        select(Team.id, Team.name, City.name, Team.active, Team.workday_minutes)
        .join(City, City.id == Team.city_id)
        .where(Team.id.in_(with_orders) | (Team.active & mine))
    )
    return [Crew(number, name, city, minutes if active else 0) for number, name, city, active, minutes in rows]


async def _names(db: ReadSession, table: type[City | OrderKind], ids: set[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in await db.execute(select(table.id, table.name).where(table.id.in_(ids)))}


async def _hours(db: ReadSession, scope: Scope, clock: Today, day: Day) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(done per hour, planned per hour). A window that ends after midnight is planned for the last hour."""
    done = await _by_hour(
        db,
        clock,
        ServiceOrder.ended_at,
        in_scope(scope),
        ServiceOrder.stage == "done",
        ServiceOrder.ended_at >= day.start,
        ServiceOrder.ended_at < day.end,
    )
    last = func.least(ServiceOrder.scheduled_until, day.end - RESOLUTION)
    plan = await _by_hour(
        db,
        clock,
        last,
        in_scope(scope),
        ServiceOrder.stage != "cancelled",
        ServiceOrder.scheduled_from >= day.start,
        ServiceOrder.scheduled_from < day.end,
    )
    return done, plan


async def _by_hour(db: ReadSession, clock: Today, instant: Any, *conditions: Any) -> tuple[int, ...]:
    hour = cast(extract("hour", func.timezone(clock.zone, instant)), Integer).label("hour")
    rows = await db.execute(select(hour, func.count()).select_from(ServiceOrder).where(*conditions).group_by("hour"))
    counts = {row[0]: row[1] for row in rows}
    return tuple(counts.get(hour, 0) for hour in range(24))
