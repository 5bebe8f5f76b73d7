"""A working day of 60 technicians, moved through REST, and what the panels say held against the tables.

Two things are held against the panels. At checkpoints, when nobody moves anything: every count, against SQL that shares
nothing with the panels' own. And at every frame, while everybody does: `as_of`. Each request that moves an order adds
one to its version, so the sum of the versions on the board says how many requests it has seen: at least those that were
answered before `as_of`, and no more than those that were sent by now.
"""

from __future__ import annotations

import asyncio
import bisect
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.models import CancellationReason, OrderKind, Team, Technician
from realtime.scope import Place

ZONE = ZoneInfo("America/Sao_Paulo")
TEAMS, CREW = 20, 3
DAY_MINUTES = 600
EXPECTED_MINUTES = 30

COUNTED = text(
    "SELECT team_id, stage, count(*) FROM service_order "
    "WHERE (scheduled_from AT TIME ZONE 'America/Sao_Paulo')::date = :day GROUP BY 1, 2"
)
BOARD = text(
    "SELECT id, stage, version FROM service_order WHERE (scheduled_from AT TIME ZONE 'America/Sao_Paulo')::date = :day"
)
LATE = text(
    "SELECT count(*) FROM service_order o JOIN order_kind k ON k.id = o.kind_id "
    "WHERE (scheduled_from AT TIME ZONE 'America/Sao_Paulo')::date = :day AND ("
    "stage IN ('scheduled', 'en_route') AND scheduled_until < :at OR stage IN ('arrived', 'started', 'paused') "
    "AND scheduled_until + k.expected_minutes * interval '1 minute' < :at)"
)


@dataclass(frozen=True)
class Field:
    """Who works, what for, and why a visit fails. `crews` holds (technician, team)."""

    place: Place
    kind_id: int
    reason_id: int
    crews: tuple[tuple[int, int], ...]


async def staff(engine: AsyncEngine, place: Place) -> Field:
    """Twenty teams of three at one place."""
    company, city = {"company_id": place.company_id}, {"city_id": place.city_id}
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        kind = OrderKind(**company, name="Visita", expected_minutes=EXPECTED_MINUTES)
        reason = CancellationReason(applies_to="service_order", text="Cliente não estava")
        teams = [Team(**company, **city, name=f"Equipe {number:02d}", workday_minutes=1440) for number in range(TEAMS)]
        session.add_all([kind, reason, *teams])
        await session.flush()
        people = [
            Technician(**company, **city, team_id=team.id, name=f"Técnico {team.id}.{number}")
            for team in teams
            for number in range(CREW)
        ]
        session.add_all(people)
        await session.flush()
        return Field(place, kind.id, reason.id, tuple((one.id, one.team_id or 0) for one in people))


@dataclass(frozen=True)
class Step:
    """`at` is a minute of the day."""

    at: float
    to: str
    asked: dict[str, Any] = field(default_factory=dict)


def visit(rng: random.Random, slot: float, reason_id: int) -> list[Step]:
    """What happens to one order after it was scheduled for the hour from `slot` on."""
    chance = rng.random()
    if chance < 0.03:
        return [Step(slot - 5, "cancelled", {"reason": reason_id})]
    leaves = slot + rng.uniform(0, 10) + (45 if chance > 0.92 else 0)
    steps = [Step(leaves, "en_route"), Step(leaves + 8, "arrived")]
    if chance < 0.1:
        return [*steps, Step(leaves + 14, "failed", {"reason": reason_id})]
    ends = leaves + 10 + rng.uniform(15, 35)
    return [*steps, Step(leaves + 10, "started"), Step(ends, "done", {"resolution": "Feito."})]


class FieldDay:
    """`lasts` is how long the ten hours take; None for as fast as the server answers."""

    def __init__(
        self, client: httpx.AsyncClient, work: Field, *, orders: int, lasts: timedelta | None, at_once: int = 8
    ) -> None:
        self.began = datetime.now(UTC)
        self.day: date = self.began.astimezone(ZONE).date()
        self.sent = 0
        self.slowest_s = 0.0
        self.over = False
        self._answered: list[datetime] = []
        self._client = client
        self._work = work
        self._each = orders // len(work.crews)
        self._lasts = lasts
        self._open = asyncio.Event()
        self._open.set()
        self._slots = asyncio.Semaphore(at_once)
        self._idle = asyncio.Condition()
        self._under_way = 0

    @property
    def answered(self) -> int:
        return len(self._answered)

    @property
    def topics(self) -> tuple[str, str]:
        """(status, board), of the day it began."""
        return f"orders.status?date={self.day}", f"orders.board?date={self.day}"

    async def play(self) -> None:
        """The whole day; every technician does one thing after the other."""
        try:
            async with asyncio.TaskGroup() as group:
                for number, (technician, team) in enumerate(self._work.crews):
                    group.create_task(self._works(random.Random(number), technician, team))
        finally:
            self.over = True

    async def _works(self, rng: random.Random, technician: int, team: int) -> None:
        for number in range(self._each):
            slot = number * DAY_MINUTES / self._each
            order = await self._opened(rng, slot, technician, team)
            for step in visit(rng, slot, self._work.reason_id):
                await self._until(step.at)
                await self._post(f"/service-orders/{order}/moves", {"to": step.to, **step.asked})

    async def _opened(self, rng: random.Random, slot: float, technician: int, team: int) -> int:
        await self._until(slot - 30)
        starts, ends = self._instant(slot), self._instant(slot + 60)
        place = self._work.place
        order = {
            "kind_id": self._work.kind_id,
            "company_id": place.company_id,
            "business_unit_id": place.business_unit_id,
            "city_id": place.city_id,
            "location": f"Rua A, {rng.randint(1, 999)}",
            "team_id": team,
            "technician_id": technician,
            "scheduled_from": starts.isoformat(),
            "scheduled_until": max(ends, datetime.now(UTC) + timedelta(seconds=30)).isoformat(),
        }
        made: int = (await self._post("/service-orders", order))["id"]
        return made

    def _instant(self, minute: float) -> datetime:
        """Within the day it began, so that one topic has all of it."""
        lasts = self._lasts or timedelta(minutes=5)
        midnight = datetime.combine(self.day + timedelta(days=1), datetime.min.time(), ZONE).astimezone(UTC)
        return min(self.began + lasts * (minute / DAY_MINUTES), midnight - timedelta(seconds=1))

    async def _until(self, minute: float) -> None:
        if self._lasts is not None:
            await asyncio.sleep((self._instant(minute) - datetime.now(UTC)).total_seconds())

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self._slots:
            await self._open.wait()
            self.sent += 1
            self._under_way += 1
            began = time.monotonic()
            answer = await self._client.post(path, json=body)
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
            assert answer.status_code == 201, f"{path} {body}: {answer.text}"
            made: dict[str, Any] = answer.json()
            self._answered.append(datetime.now(UTC))
            self._under_way -= 1
        async with self._idle:
            self._idle.notify_all()
        return made

    def is_as_old_as_it_says(self, board: list[dict[str, Any]], as_of: datetime) -> int:
        """Raises AssertionError when the board shows less than was true at its `as_of`, or more than was ever asked."""
        seen: int = sum(row["version"] for row in board)
        known = bisect.bisect_left(self._answered, as_of)
        assert known <= seen <= self.sent, f"as of {as_of}: {seen} shown, {known} answered before, {self.sent} sent"
        return seen

    async def checkpoint(
        self,
        engine: AsyncEngine,
        held: Callable[[str], tuple[Any, datetime]],
        shows: Callable[[Callable[[], bool]], Awaitable[None]],
    ) -> float:
        """Holds everybody still, and waits until status and board are the tables. Gives the seconds that took."""
        self._open.clear()
        try:
            async with self._idle:
                await self._idle.wait_for(lambda: self._under_way == 0)
            counted, rows = await self._tables(engine)
            began = time.monotonic()
            await shows(lambda: self._same(held, counted, rows))
            took = time.monotonic() - began
            status, as_of = held(self.topics[0])
            async with engine.connect() as connection:
                late = await connection.scalar(LATE, {"day": self.day, "at": as_of})
            assert status["counts"]["late"] == late, f"{status['counts']['late']} late shown, {late} are"
            return took
        finally:
            self._open.set()

    async def _tables(self, engine: AsyncEngine) -> tuple[dict[tuple[int, str], int], dict[int, tuple[str, int]]]:
        async with engine.connect() as connection:
            counted = {(row[0], row[1]): row[2] for row in await connection.execute(COUNTED, {"day": self.day})}
            rows = {row[0]: (row[1], row[2]) for row in await connection.execute(BOARD, {"day": self.day})}
        return counted, rows

    def _same(
        self,
        held: Callable[[str], tuple[Any, datetime]],
        counted: dict[tuple[int, str], int],
        rows: dict[int, tuple[str, int]],
    ) -> bool:
        status, board = held(self.topics[0])[0], held(self.topics[1])[0]
        by_team = {
            (team["id"], stage): count
            for team in status["by_team"]
            for stage, count in team["counts"].items()
            if count and stage != "late"
        }
        stages: Counter[str] = Counter()
        for (_, stage), count in counted.items():
            stages[stage] += count
        shown = {stage: count for stage, count in status["counts"].items() if count and stage != "late"}
        on_board = {row["id"]: (row["stage"], row["version"]) for row in board}
        return by_team == counted and shown == dict(stages) and on_board == rows
