"""Subscribers that come and go: four BNGs tell the RADIUS listener over UDP, as `demo.lines` has it.

What is true at the start is told first, as interims: a session that the listener knows goes on, another one begins as
long ago as it says. A demo that was away longer than its sessions can explain restarts its BNGs, as a power cut would.
"""

from __future__ import annotations

import asyncio
import heapq
import ipaddress
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from typing import NamedTuple

import msgspec
import structlog

from demo.api import Api
from demo.bng import BNGS, Bng, nodes_of
from demo.lines import Cut, Line, Stay, reload, stays
from demo.nas import Nas, speaking
from demo.notices import Status, of_nas, of_session

log = structlog.get_logger(__name__)

PAGE = 500
PER_S = 300
"""Packets a second at most: 5,000 sessions are told in 17 s, and a cut OLT in two."""

SLICE_S = 0.05
INTERIM_S = 300.0
AWAY_S = 1800.0
PAST_S = 6 * 3600.0
"""How far back ends are told at the start. Listeners doubt what is more than a day old."""

PAST_AFTER_S = 5.0
SERVED = ("active",)
"""Contracts whose routers may sign in; a suspended one is refused by RADIUS."""


class _Nas(msgspec.Struct, frozen=True):
    name: str
    address: str


class _NasPage(msgspec.Struct):
    items: list[_Nas]


class _Login(msgspec.Struct, frozen=True):
    login: str
    subscriber_id: int
    company_id: int
    city_id: int
    contract_status: str


class _LoginPage(msgspec.Struct):
    items: list[_Login]
    next: str | None


class _Session(msgspec.Struct, frozen=True):
    started_at: datetime


class _SessionPage(msgspec.Struct):
    items: list[_Session]


class Step(NamedTuple):
    """What comes next on a line, or of a BNG when `line` is None. `due` orders steps, `number` those of one instant."""

    due: float
    number: int
    status: Status
    line: Line | None = None
    stay: Stay | None = None
    later: Iterator[Stay] | None = None
    cut: Cut | None = None


class Online:
    """`clock` gives epoch seconds. `told` counts what was sent, by kind; `nas` are the BNGs that Farol knows."""

    def __init__(self, api: Api, *, port: int, clock: Callable[[], float], rng: random.Random) -> None:
        self.told: Counter[str] = Counter()
        self.nas: dict[str, Nas] = {}
        self.lines: list[Line] = []
        self._api = api
        self._port = port
        self._clock = clock
        self._rng = rng
        self._steps: list[Step] = []
        self._sent_in_slice = 0

    async def work(self) -> None:
        """Until cancelled."""
        bngs = await self._known()
        async with AsyncExitStack() as stack:
            for bng in bngs:
                nas = Nas(bng.name, bng.secret, clock=time.monotonic, rng=self._rng)
                try:
                    await stack.enter_async_context(speaking(nas, source=bng.address, port=self._port))
                except OSError as error:
                    log.warning("nas_has_no_address", nas=bng.name, address=bng.address, reason=str(error))
                else:
                    self.nas[bng.name] = nas
            self.lines = [line for line in await self._served() if line.bng.name in self.nas]
            if not self.lines:
                log.info("nobody_to_be_online")
                return
            if await self._was_away():
                await self._restart([bng for bng in bngs if bng.name in self.nas])
            self._plan(self._clock())
            log.info("bngs_speak", nas=len(self.nas), lines=len(self.lines), port=self._port)
            await self._go_on()

    async def _known(self) -> list[Bng]:
        listed = {nas.name: nas.address for nas in (await self._api.get("/nas", _NasPage, limit=PAGE)).items}
        return [bng for bng in BNGS if listed.get(bng.name) == bng.address and _is_loopback(bng.address)]

    async def _served(self) -> list[Line]:
        """A line for each login whose contract is in force."""
        lines: list[Line] = []
        cursor: str | None = None
        while True:
            page = await self._api.get("/internet-logins", _LoginPage, limit=PAGE, cursor=cursor)
            for login in page.items:
                nodes = nodes_of(login.company_id, login.city_id)
                if nodes and login.contract_status in SERVED:
                    node = nodes[login.subscriber_id % len(nodes)]
                    lines.append(Line(login.subscriber_id, login.login, node))
            if (cursor := page.next) is None:
                return lines

    async def _was_away(self) -> bool:
        """Somebody comes online every few seconds, so the newest session says when this ran last."""
        newest = (await self._api.get("/sessions", _SessionPage, limit=1)).items
        return bool(newest) and self._clock() - newest[0].started_at.timestamp() > AWAY_S

    async def _restart(self, bngs: list[Bng]) -> None:
        for bng in bngs:
            self.told["on"] += 1
            await self.nas[bng.name].say(of_nas(Status.ON, bng, self._clock()))

    def _plan(self, now: float) -> None:
        """Who is online is told at once, what ended before it a little later, the rest when it happens."""
        for line in self.lines:
            later = stays(line, now - PAST_S)
            while (stay := next(later)).ends <= now:
                if stay.cause is not None:
                    self._push(Step(now + PAST_AFTER_S, line.number, Status.STOP, line, stay))
            begun = stay.began <= now
            due, status = (now, Status.INTERIM) if begun else (stay.began, Status.START)
            self._push(Step(due, line.number, status, line, stay, later))
        today = int(now // 86_400)
        for day in (today, today + 1):
            self._push_reload(reload(day), now)

    def _push(self, step: Step) -> None:
        heapq.heappush(self._steps, step)

    def _push_reload(self, cut: Cut, now: float) -> None:
        if cut.end > now and cut.bng.name in self.nas:
            self._push(Step(cut.start, 0, Status.OFF, cut=cut))

    async def _go_on(self) -> None:
        while True:
            wait = self._steps[0].due - self._clock()
            if wait > 0:
                self._sent_in_slice = 0
                await asyncio.sleep(min(wait, 1.0))
                continue
            step = heapq.heappop(self._steps)
            if step.line is not None and step.stay is not None:
                await self._of_session(step, step.line, step.stay)
            elif step.cut is not None:
                await self._of_nas(step, step.cut)
            await self._pace()

    async def _of_session(self, step: Step, line: Line, stay: Stay) -> None:
        now = self._clock()
        status, at = step.status, now
        if status is Status.START:
            at = stay.began
        elif stay.ends <= now:
            status, at = Status.STOP, stay.ends
        if status is not Status.STOP or stay.cause is not None:
            await self._say(line.bng, status, of_session(status, line, stay, at))
        if step.later is None:
            return
        if status is Status.STOP:
            following = next(step.later)
            self._push(Step(following.began, line.number, Status.START, line, following, step.later))
        else:
            # Interims keep their places between the beginning and the end, whenever the simulator was started.
            due = at + INTERIM_S - (at - stay.began) % INTERIM_S
            self._push(Step(min(due, stay.ends), line.number, Status.INTERIM, line, stay, step.later))

    async def _of_nas(self, step: Step, cut: Cut) -> None:
        at = cut.start if step.status is Status.OFF else cut.end
        await self._say(cut.bng, step.status, of_nas(step.status, cut.bng, at))
        if step.status is Status.OFF:
            self._push(Step(cut.end, 0, Status.ON, cut=cut))
        else:
            self._push_reload(reload(int(cut.end // 86_400) + 1), self._clock())

    async def _say(self, bng: Bng, status: Status, attributes: dict[int, list[bytes]]) -> None:
        self.told[status.name.lower()] += 1
        await self.nas[bng.name].say(attributes)

    async def _pace(self) -> None:
        self._sent_in_slice += 1
        if self._sent_in_slice >= PER_S * SLICE_S:
            self._sent_in_slice = 0
            await asyncio.sleep(SLICE_S)


def _is_loopback(address: str) -> bool:
    return "/" not in address and ipaddress.ip_address(address).is_loopback
