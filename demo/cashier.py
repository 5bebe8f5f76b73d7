"""Somebody who keeps a provider's money moving through the REST API: settles, issues, now and then cancels."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import structlog

from demo import pace
from demo.api import Api, RefusedError
from demo.hours import ZONE, credited_on

log = structlog.get_logger(__name__)

PAGE = 200
FEW = 20
"""With fewer receivables than this at hand, another page is fetched."""

SCARCE = 150
"""With fewer open ones than this in all, one is issued for each that is settled."""

OLDEST = timedelta(days=45)
EARLIEST = timedelta(days=12)
ISSUED_PER_SETTLED = 1 / 10
CANCELLED_PER_SETTLED = 1 / 60
NEW_AMOUNTS = tuple(map(Decimal, ("29.90", "49.90", "79.90", "99.90", "119.90", "149.90")))


class Open(msgspec.Struct, frozen=True):
    """What is needed of an item of `GET /receivables`. `open` is what is still owed, in BRL."""

    id: int
    subscriber_id: int
    open: Decimal


class _Page(msgspec.Struct):
    items: list[Open]
    next: str | None


class _Reason(msgspec.Struct):
    id: int


class _Reasons(msgspec.Struct):
    items: list[_Reason]


class Cashier:
    """`haste` shortens the waits. `done` counts what was carried out, `refused` what the server said no to."""

    def __init__(self, api: Api, *, clock: Callable[[], datetime], rng: random.Random, haste: float = 1.0) -> None:
        self.done: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()
        self._api = api
        self._clock = clock
        self._rng = rng
        self._haste = haste
        self._at_hand: list[Open] = []
        self._scarce = False
        self._reasons: list[_Reason] = []

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            now = self._clock().astimezone(ZONE)
            try:
                await self._once(now)
            except RefusedError as error:
                # Somebody else was faster, or the day changed between two clocks: the next one is another matter.
                self.refused[error.status] += 1
                log.warning("refused", reason=str(error))
            await asyncio.sleep(pace.wait_s(self._rng, now.hour) / self._haste)

    async def _once(self, now: datetime) -> None:
        if len(self._at_hand) < FEW:
            await self._fetch(now.date())
        if self._at_hand:
            await self._settle(self._take(), now)
        issues = 1.0 if self._scarce else ISSUED_PER_SETTLED
        if self._at_hand and self._rng.random() < issues:
            await self._issue(self._rng.choice(self._at_hand).subscriber_id, now.date())
        if len(self._at_hand) > FEW and self._rng.random() < CANCELLED_PER_SETTLED:
            await self._cancel(self._take())

    async def _fetch(self, today: date) -> None:
        """Open receivables that fall due around now: a random stretch of them, all when there are few."""
        until = today + timedelta(days=self._rng.randint(-10, EARLIEST.days))
        page = await self._page(today - OLDEST, until)
        self._scarce = page.next is None and len(page.items) < SCARCE
        if self._scarce:
            page = await self._page(None, None)
            self._scarce = page.next is None and len(page.items) < SCARCE
        self._at_hand = page.items
        self._rng.shuffle(self._at_hand)

    async def _page(self, since: date | None, until: date | None) -> _Page:
        return await self._api.get("/receivables", _Page, status="open", due_from=since, due_to=until, limit=PAGE)

    def _take(self) -> Open:
        """The smallest of three: many small payments make a lively screen and keep the day's total near a real one."""
        candidates = self._rng.sample(range(len(self._at_hand)), min(3, len(self._at_hand)))
        return self._at_hand.pop(min(candidates, key=lambda place: self._at_hand[place].open))

    async def _settle(self, receivable: Open, now: datetime) -> None:
        channel = pace.channel(self._rng, now.hour)
        paid_on = now.date()
        await self._post(
            "settled",
            f"/receivables/{receivable.id}/settlements",
            {
                "amount": str(self._amount(receivable.open)),
                "paid_on": paid_on.isoformat(),
                "credited_on": credited_on(channel, paid_on).isoformat(),
                "channel": channel,
            },
        )

    def _amount(self, owed: Decimal) -> Decimal:
        """What is owed; one in fifty rounds up to five reais, one in fifty brings half."""
        chance = self._rng.random()
        if chance < 0.02:
            return (owed / 5).to_integral_value("ROUND_CEILING") * 5
        if chance < 0.04 and owed > 2:
            return (owed / 2).quantize(Decimal("0.01"))
        return owed

    async def _issue(self, subscriber_id: int, today: date) -> None:
        due_on = today + timedelta(days=self._rng.randint(3, EARLIEST.days))
        body = {
            "subscriber_id": subscriber_id,
            "amount": str(self._rng.choice(NEW_AMOUNTS)),
            "due_on": due_on.isoformat(),
        }
        await self._post("issued", "/receivables", body)

    async def _cancel(self, receivable: Open) -> None:
        if not self._reasons:
            self._reasons = (await self._api.get("/cancellation-reasons", _Reasons)).items
        if self._reasons:
            reason = self._rng.choice(self._reasons)
            body = {"reason_id": reason.id, "note": "Simulador da demonstração"}
            await self._post("cancelled", f"/receivables/{receivable.id}/cancel", body)

    async def _post(self, what: str, path: str, body: dict[str, Any]) -> None:
        await self._api.post(path, body, key=f"demo-{uuid4()}")
        self.done[what] += 1
