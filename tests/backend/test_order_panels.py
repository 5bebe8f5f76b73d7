"""The figures of the orders panels, against counts made by hand."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.orders.late import late_from
from backend.panels import orders_board, orders_status
from backend.today import Today, today_in
from db.models import ServiceOrder
from db.session import reading
from realtime.facts import OrderStage
from realtime.panels.orders_board import BoardOrder
from realtime.panels.orders_board import Params as BoardParams
from realtime.panels.orders_status import OrdersStatus
from realtime.panels.orders_status import Params as StatusParams
from realtime.scope import EVERYWHERE, Reach, Scope
from tests.crew import Crew, build_crew
from tests.world import World

HOUR = timedelta(hours=1)


@pytest.fixture
async def crew(engine: AsyncEngine, world: World) -> Crew:
    return await build_crew(engine, world)


class Day:
    """Writes orders of today; hours of windows count from now."""

    def __init__(self, engine: AsyncEngine, world: World, crew: Crew, clock: Today) -> None:
        self.engine = engine
        self.world = world
        self.crew = crew
        self.clock = clock

    async def add(self, stage: OrderStage, window: tuple[float, float] | None = (-1, 1), **values: Any) -> int:
        now = self.clock.now
        row: dict[str, Any] = {
            "company_id": self.world.north,
            "business_unit_id": self.world.unit,
            "city_id": self.world.alto,
            "kind_id": self.crew.repair,
            "location": "Rua A, 1",
            "stage": stage,
            "stage_since": now,
        }
        if window is not None:
            row |= {
                "team_id": self.crew.team,
                "scheduled_from": now + window[0] * HOUR,
                "scheduled_until": now + window[1] * HOUR,
            }
        if stage in ("done", "failed", "cancelled"):
            row |= {"ended_at": now, "resolution": "Feito."}
        if stage in ("failed", "cancelled"):
            row["reason_id"] = self.crew.reason
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            order = ServiceOrder(**row | values)
            session.add(order)
            await session.flush()
            return order.id


@pytest.fixture
async def day(engine: AsyncEngine, world: World, crew: Crew) -> Day:
    async with reading(engine) as db:
        return Day(engine, world, crew, await today_in(db, EVERYWHERE))


async def status(engine: AsyncEngine, scope: Scope = EVERYWHERE, **params: Any) -> OrdersStatus:
    async with reading(engine) as db:
        answer = await orders_status.snapshot(db, scope, StatusParams(**params))
    assert isinstance(answer.data, OrdersStatus)
    return answer.data


async def board(engine: AsyncEngine, scope: Scope = EVERYWHERE, **params: Any) -> list[BoardOrder]:
    async with reading(engine) as db:
        answer = await orders_board.snapshot(db, scope, BoardParams(**params))
    found: list[BoardOrder] = answer.data
    return found


async def test_the_day_is_counted_by_stage_team_city_and_kind(
    engine: AsyncEngine, world: World, crew: Crew, day: Day
) -> None:
    await day.add("scheduled")
    await day.add("scheduled", kind_id=crew.installation)
    await day.add("en_route", (-2, -1))
    await day.add("started", (-2, -0.5), arrived_at=day.clock.now - 1.75 * HOUR)
    await day.add("done", (-2, -1), arrived_at=day.clock.now - 0.5 * HOUR)
    await day.add("failed", city_id=world.baixo, team_id=crew.other)
    await day.add("cancelled", None)
    await day.add("open", None)
    data = await status(engine)
    assert (data.total, data.waiting, data.counts.scheduled, data.counts.late) == (7, 1, 2, 1)
    assert (data.counts.done, data.counts.failed, data.counts.cancelled, data.counts.open) == (1, 1, 1, 0)
    assert (data.arrivals, data.in_time) == (2, 1)
    assert [(team.name, team.given_minutes, team.left_minutes) for team in data.by_team] == [
        ("", 0, 0),
        ("Equipe 1", 360, 120),
        ("Equipe 2", 60, 180),
        ("Equipe Sul", 0, 480),
    ]
    assert (data.capacity_minutes, data.left_minutes) == (1200, 780)
    assert [(part.name, part.counts.failed) for part in data.by_city] == [("Alto", 0), ("Baixo", 1)]
    assert [(part.name, part.counts.scheduled) for part in data.by_kind] == [("Instalação", 1), ("Reparo", 1)]
    assert sum(data.done_hours) == 1


async def test_a_team_that_was_given_too_much_takes_nothing_from_the_others(engine: AsyncEngine, day: Day) -> None:
    for _ in range(10):
        await day.add("scheduled")
    data = await status(engine)
    assert [team.left_minutes for team in data.by_team] == [-120, 240, 480]
    assert data.left_minutes == 720


async def test_the_plan_puts_each_order_into_the_hour_its_window_ends(engine: AsyncEngine, day: Day) -> None:
    midnight = datetime.combine(day.clock.today, time(), day.clock.now.tzinfo) + timedelta(days=3, hours=3)
    at: dict[str, Any] = {"scheduled_from": midnight + 9 * HOUR, "scheduled_until": midnight + 11.5 * HOUR}
    await day.add("scheduled", **at)
    await day.add("scheduled", **at | {"scheduled_until": midnight + 30 * HOUR})
    await day.add("cancelled", **at)
    data = await status(engine, date=day.clock.today + timedelta(days=3))
    assert {hour: count for hour, count in enumerate(data.plan_hours) if count} == {11: 1, 23: 1}


async def test_what_is_left_of_yesterday_is_todays_until_it_ends(engine: AsyncEngine, day: Day) -> None:
    left = await day.add("scheduled", (-50, -48))
    await day.add("done", (-50, -48), ended_at=day.clock.now - 49 * HOUR)
    later = await day.add("scheduled", (48, 50))
    assert [(row.id, row.late) for row in await board(engine)] == [(left, True)]
    tomorrow = day.clock.today + timedelta(days=2)
    assert [row.id for row in await board(engine, date=tomorrow)] == [later]


async def test_the_board_has_what_is_late_first_and_what_waits_for_a_day(engine: AsyncEngine, day: Day) -> None:
    waiting = await day.add("open", None)
    fine = await day.add("scheduled", (-0.5, 1))
    late = await day.add("scheduled", (-0.4, -0.1))
    rows = await board(engine)
    assert [(row.id, row.late) for row in rows] == [(late, True), (fine, False), (waiting, False)]
    assert rows[0].late_from == rows[0].scheduled_until
    assert [row.id for row in await board(engine, date=day.clock.today + timedelta(days=9))] == [waiting]
    assert await board(engine, date=day.clock.today - timedelta(days=9)) == []


async def test_late_means_the_same_in_python_and_in_sql(engine: AsyncEngine, day: Day) -> None:
    """Over every stage and around every limit."""
    stages: tuple[OrderStage, ...] = (
        "open", "scheduled", "en_route", "arrived", "started", "paused", "done", "failed", "cancelled",
    )  # fmt: skip
    for stage in stages:
        for until in (-3, -1.01, -0.99, -0.01, 0.01, 1):
            await day.add(stage, (-4, until))
    rows = await board(engine)
    assert len(rows) == 6 * len(stages)
    for row in rows:
        limit = late_from(row.stage, row.scheduled_until, row.expected_minutes)
        assert (row.late_from, row.late) == (limit, limit is not None and limit < day.clock.now)
    assert sum(row.late for row in rows) == 2 * 4 + 3 * 2
    assert (await status(engine)).counts.late == 14


async def test_one_city_sees_no_order_and_no_capacity_of_another(
    engine: AsyncEngine, world: World, crew: Crew, day: Day
) -> None:
    await day.add("scheduled", city_id=world.baixo, team_id=crew.other)
    await day.add("open", None, city_id=world.baixo)
    mine = Scope.of(Reach(world.north, 0, world.alto))
    data = await status(engine, mine)
    assert (data.total, data.waiting, [team.id for team in data.by_team]) == (0, 0, [crew.team])
    assert await board(engine, mine) == []
