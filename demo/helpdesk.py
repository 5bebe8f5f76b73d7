"""People who answer the telephone and departments that answer requests, through the REST API, each under its own login.

The pace is livelier than in a provider of this size, because a screen must move; departments rest before their list
runs empty.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog

from demo.api import Api, RefusedError
from demo.care import AGENTS, DEPARTMENTS, KINDS, WORKERS
from demo.hours import ZONE
from demo.logins import PASSWORD
from demo.requests import BUSY_HOURS, CHANNELS, NOTES
from realtime.facts import Department

log = structlog.get_logger(__name__)

CONTACT_S, STEP_S = 26.0, 22.0
"""Mean seconds between two contacts of one agent, and between two steps of a department, by day."""

NIGHT = 3.0
"""How much slower all of it is when nobody calls."""

KEPT_OPEN = 24
AT_HAND = 200


class _Subscriber(msgspec.Struct, frozen=True):
    subscriber_id: int
    company_id: int


class _Subscribers(msgspec.Struct):
    items: list[_Subscriber]


class _Kind(msgspec.Struct, frozen=True):
    id: int
    company_id: int
    name: str


class _Kinds(msgspec.Struct):
    items: list[_Kind]


class _Contact(msgspec.Struct):
    protocol: str


class _Request(msgspec.Struct, frozen=True):
    id: int
    kind: str
    taken_by_id: int | None


class _Requests(msgspec.Struct):
    items: list[_Request]


class HelpDesk:
    """`haste` shortens the waits. `done` counts what was carried out, `refused` what the server said no to."""

    def __init__(self, url: str, *, clock: Callable[[], datetime], rng: random.Random, haste: float = 1.0) -> None:
        self.done: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()
        self._url = url
        self._clock = clock
        self.rng = rng
        self._haste = haste

    async def work(self) -> None:
        """Until cancelled."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            for login in AGENTS:
                api = await stack.enter_async_context(self._api(login))
                group.create_task(self._again_and_again(_Agent(api, self).answer_a_call))
            for department in DEPARTMENTS:
                login, number = WORKERS[department]
                api = await stack.enter_async_context(self._api(login))
                worker = _Worker(api, self, department, number)
                group.create_task(self._again_and_again(worker.do_a_step))

    def _api(self, login: str) -> Api:
        return Api(self._url, login=login, password=PASSWORD, rng=self.rng)

    async def _again_and_again(self, once: Callable[[], Any]) -> None:
        while True:
            try:
                await once()
            except RefusedError as error:
                # A colleague was faster, or somebody at a screen was: the next one is another matter.
                self.refused[error.status] += 1
                log.info("helpdesk_refused", reason=str(error))

    async def pause(self, mean_s: float) -> None:
        quiet = 1.0 if self._clock().astimezone(ZONE).hour in BUSY_HOURS else NIGHT
        await asyncio.sleep(max(1.0, self.rng.expovariate(1.0 / (mean_s * quiet))) / self._haste)

    async def think(self) -> None:
        await asyncio.sleep(self.rng.uniform(1.5, 6.0) / self._haste)

    def key(self) -> str:
        """From the same randomness as everything else, so that a run can be repeated."""
        return f"demo-{UUID(int=self.rng.getrandbits(128), version=4)}"


class _Agent:
    """One who answers the telephone: the protocol first, then who it is, then what is wanted."""

    def __init__(self, api: Api, desk: HelpDesk) -> None:
        self._api = api
        self._desk = desk
        self._callers: list[_Subscriber] = []
        self._kinds: list[_Kind] = []

    async def answer_a_call(self) -> None:
        desk, rng = self._desk, self._desk.rng
        await desk.pause(CONTACT_S)
        await self._prepare()
        if not self._callers or not self._kinds:
            return
        caller = self._callers.pop()
        contact = await self._api.make(
            "/contacts", {"channel": CHANNELS.draw(rng), "company_id": caller.company_id}, _Contact, key=desk.key()
        )
        desk.done["started"] += 1
        path = f"/contacts/{contact.protocol}"
        await desk.think()
        if rng.random() < 0.05:
            await self._say("ended", f"{path}/end", {"summary": "Ligação caiu."})
            return
        await self._say("identified", f"{path}/subscriber", {"subscriber_id": caller.subscriber_id})
        await desk.think()
        if rng.random() < 0.65:
            kind = rng.choice([kind for kind in self._kinds if kind.company_id == caller.company_id])
            words = rng.choice(next((known.asks for known in KINDS if known.name == kind.name), ("",)))
            await self._say("asked", f"{path}/requests", {"kind_id": kind.id, "description": words})
        if rng.random() < 0.3:
            note = {"text": rng.choice(NOTES), "protocol": contact.protocol}
            await self._say("noted", f"/subscribers/{caller.subscriber_id}/notes", note)
        await desk.think()
        await self._say("ended", f"{path}/end", {})

    async def _prepare(self) -> None:
        if not self._kinds:
            self._kinds = (await self._api.get("/request-kinds", _Kinds)).items
        if not self._callers:
            found = await self._api.get("/receivables", _Subscribers, status="open", limit=AT_HAND)
            self._callers = list(dict.fromkeys(found.items))
            self._desk.rng.shuffle(self._callers)

    async def _say(self, what: str, path: str, body: dict[str, Any]) -> None:
        await self._api.post(path, body, key=self._desk.key())
        self._desk.done[what] += 1


class _Worker:
    """One who answers for a department: takes the oldest, answers what they have, passes on what is not theirs."""

    def __init__(self, api: Api, desk: HelpDesk, department: Department, number: int) -> None:
        self._api = api
        self._desk = desk
        self._department = department
        self._number = number

    async def do_a_step(self) -> None:
        desk, rng = self._desk, self._desk.rng
        await desk.pause(STEP_S)
        open_ones = (
            await self._api.get("/requests", _Requests, department=self._department, status="open", limit=AT_HAND)
        ).items
        mine = [request for request in open_ones if request.taken_by_id == self._number]
        free = [request for request in open_ones if request.taken_by_id is None]
        chance = rng.random()
        if mine and (chance < 0.5 or len(mine) > 6) and len(open_ones) > KEPT_OPEN:
            await self._answer(rng.choice(mine), chance)
        elif free and (len(mine) <= 6):
            await self._step("taken", rng.choice(free[:8]), "take", {})

    async def _answer(self, request: _Request, chance: float) -> None:
        rng = self._desk.rng
        if chance < 0.04:
            others = [other for other in DEPARTMENTS if other != self._department]
            await self._step(
                "forwarded", request, "forward", {"department": rng.choice(others), "note": "É com vocês."}
            )
        elif chance < 0.06:
            await self._step("released", request, "release", {})
        else:
            answers = next((known.answers for known in KINDS if known.name == request.kind), ("Feito.",))
            await self._step("closed", request, "close", {"result": rng.choice(answers)})

    async def _step(self, what: str, request: _Request, step: str, body: dict[str, Any]) -> None:
        await self._api.post(f"/requests/{request.id}/{step}", body, key=self._desk.key())
        self._desk.done[what] += 1
