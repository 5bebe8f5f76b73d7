"""Field work by REST: the desk opens orders, a dispatcher gives them to technicians, crews carry them out."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import structlog

from demo.api import Api, RefusedError
from demo.hours import ZONE, local
from demo.orders import DESCRIPTIONS, RESOLUTIONS
from demo.shift import Visit, leaves_at, next_stage
from realtime.facts import OrderStage

log = structlog.get_logger(__name__)

TICK_S = 5.0
OPENS_EVERY_S = 150.0
"""Mean seconds between orders that somebody asks for."""

KEPT_WAITING = 4
"""So many stay in the tray, for a person to give out."""

PATIENCE = timedelta(minutes=1)
WINDOW = timedelta(minutes=60)
QUARTER_S = 900
UNDER_WAY = ("en_route", "arrived", "started", "paused")


class Row(msgspec.Struct, frozen=True):
    """A row of `orders.board`, as far as it matters here."""

    id: int
    stage: OrderStage
    since: datetime
    version: int
    kind_id: int
    expected_minutes: int
    city_id: int
    opened_at: datetime
    technician_id: int | None
    scheduled_from: datetime | None
    scheduled_until: datetime | None

    @property
    def visit(self) -> Visit:
        return Visit(
            id=self.id,
            stage=self.stage,
            since=self.since,
            version=self.version,
            scheduled_from=self.scheduled_from,
            scheduled_until=self.scheduled_until,
        )


class _Board(msgspec.Struct):
    data: list[Row]


class _Load(msgspec.Struct):
    id: int
    left_minutes: int


class _Status(msgspec.Struct):
    by_team: list[_Load]


class _Day(msgspec.Struct):
    data: _Status


class Person(msgspec.Struct, frozen=True):
    id: int
    company_id: int
    city_id: int
    team_id: int | None


class _People(msgspec.Struct):
    items: list[Person]


class _Kind(msgspec.Struct, frozen=True):
    id: int
    company_id: int
    name: str


class _Kinds(msgspec.Struct):
    items: list[_Kind]


class _Reason(msgspec.Struct):
    id: int


class _Reasons(msgspec.Struct):
    items: list[_Reason]


class _Owing(msgspec.Struct):
    subscriber_id: int
    company_id: int


class _Owed(msgspec.Struct):
    items: list[_Owing]


class Dispatch:
    """`haste` shortens the waits between looks. `done` counts moves by the stage they led to, and `opened` orders."""

    def __init__(self, api: Api, *, clock: Callable[[], datetime], rng: random.Random, haste: float = 1.0) -> None:
        self.done: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()
        self._api = api
        self._clock = clock
        self._rng = rng
        self._haste = haste
        self._kinds: list[_Kind] = []
        self._people: list[Person] = []
        self._reasons: list[_Reason] = []

    async def work(self) -> None:
        """Until cancelled."""
        self._kinds = (await self._api.get("/order-kinds", _Kinds)).items
        self._people = (await self._api.get("/technicians", _People, limit=500)).items
        self._reasons = (await self._api.get("/order-reasons", _Reasons)).items
        if not (self._kinds and self._people and self._reasons):
            log.info("no_field_work", kinds=len(self._kinds), technicians=len(self._people))
            return
        while True:
            await self._look(self._clock())
            await asyncio.sleep(TICK_S / self._haste)

    async def _look(self, now: datetime) -> None:
        board = (await self._api.get("/panels/orders.board", _Board)).data
        await self._carry_out(board, now)
        await self._give_out(board, now)
        if self._rng.random() < TICK_S / OPENS_EVERY_S:
            await self._open(now)

    async def _carry_out(self, board: list[Row], now: datetime) -> None:
        """Each crew does the next thing with what it has in hand; one with empty hands sets out."""
        busy = {row.technician_id for row in board if row.stage in UNDER_WAY}
        for row in board:
            if (stage := next_stage(row.visit, now)) is not None:
                await self._move(row, stage)
        leaving = [(at, row.id, row) for row in board if (at := leaves_at(row.visit)) is not None and at <= now]
        for _, _, row in sorted(leaving, key=lambda one: one[:2]):
            if row.technician_id is not None and row.technician_id not in busy:
                busy.add(row.technician_id)
                await self._move(row, "en_route")

    async def _give_out(self, board: list[Row], now: datetime) -> None:
        """The oldest order of the tray goes to the technician of its place with the least to do, today if it fits."""
        waiting = [row for row in board if row.stage == "open" and row.scheduled_from is None]
        if len(waiting) <= KEPT_WAITING:
            return
        row = min(waiting, key=lambda one: one.opened_at)
        company = {kind.id: kind.company_id for kind in self._kinds}.get(row.kind_id)
        crew = [p for p in self._people if p.team_id and (p.company_id, p.city_id) == (company, row.city_id)]
        if now - row.opened_at < PATIENCE or not crew:
            return
        day = await self._api.get("/panels/orders.status", _Day)
        left = {load.id: load.left_minutes for load in day.data.by_team}
        to_do: dict[int | None, int] = defaultdict(int)
        for other in board:
            to_do[other.technician_id] += other.stage in (*UNDER_WAY, "scheduled")
        free = [person for person in crew if left.get(person.team_id or 0, 0) >= row.expected_minutes]
        person = min(free or crew, key=lambda one: (to_do[one.id], one.id))
        starts = _quarter(now + timedelta(minutes=15 + 45 * to_do[person.id]))
        if not free:
            tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
            starts = local(tomorrow, self._rng.randint(8, 16))
        plan = {"scheduled_from": starts.isoformat(), "scheduled_until": (starts + WINDOW).isoformat()}
        await self._move(row, "scheduled", team_id=person.team_id, technician_id=person.id, **plan)

    async def _move(self, row: Row, to: OrderStage, **asked: Any) -> None:
        body: dict[str, Any] = {"to": to, "version": row.version, **asked}
        if to == "done":
            body["resolution"] = self._rng.choice(RESOLUTIONS)
        if to == "failed":
            body["reason"] = self._rng.choice(self._reasons).id
        await self._post(to, f"/service-orders/{row.id}/moves", body)

    async def _open(self, now: datetime) -> None:
        """Somebody whose bill falls due these days also calls about the connection."""
        today = now.astimezone(ZONE).date()
        since = today - timedelta(days=self._rng.randint(0, 40))
        owed = (await self._api.get("/receivables", _Owed, due_from=since, due_to=since, limit=100)).items
        if not owed:
            return
        who = self._rng.choice(owed)
        kind = self._rng.choice([kind for kind in self._kinds if kind.company_id == who.company_id])
        body = {"kind_id": kind.id, "subscriber_id": who.subscriber_id, "description": self._rng.choice(DESCRIPTIONS)}
        await self._post("opened", "/service-orders", body)

    async def _post(self, what: str, path: str, body: dict[str, Any]) -> None:
        try:
            await self._api.post(path, body, key=str(uuid4()))
        except RefusedError as error:
            # A person moved the order in between: the next look sees it as it is.
            self.refused[error.status] += 1
            log.warning("refused", reason=str(error))
        else:
            self.done[what] += 1


def _quarter(instant: datetime) -> datetime:
    """The next quarter of an hour."""
    return instant + timedelta(seconds=-instant.timestamp() % QUARTER_S)
