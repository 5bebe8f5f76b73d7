"""The phones of the demo's technicians: they report over HTTP, in all three dialects, and follow the streets."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import httpx
import msgspec
import structlog

from demo.api import Api, RefusedError
from demo.backoff import Backoff
from demo.phone import Phone, request
from demo.places import CITIES
from demo.streets import Point, town

log = structlog.get_logger(__name__)

EVERY_S = 3.0
ORDERS_EVERY_S = 10.0
MOST = 500


class _Technician(msgspec.Struct):
    id: int
    name: str
    city_id: int
    active: bool


class _Technicians(msgspec.Struct):
    items: list[_Technician]


class _Token(msgspec.Struct):
    token: str


class _Track(msgspec.Struct):
    points: list[tuple[int, float, float]]


class _Order(msgspec.Struct):
    technician_id: int | None
    stage: str
    latitude: float | None
    longitude: float | None


class _Orders(msgspec.Struct):
    items: list[_Order]


class Phones:
    """`sent` counts reports by status. `haste` shortens the waits, not the driving."""

    def __init__(
        self, api: Api, url: str, *, clock: Callable[[], float], rng: random.Random, haste: float = 1.0
    ) -> None:
        self.sent: Counter[int] = Counter()
        self._api = api
        self._url = url
        self._clock = clock
        self._rng = rng
        self._haste = haste
        self._phones: dict[int, Phone] = {}

    async def work(self) -> None:
        """Until cancelled; once."""
        cities = {city.id for city in CITIES}
        listed = (await self._api.get("/technicians", _Technicians, active=True, limit=MOST)).items
        crew = [technician for technician in listed if technician.city_id in cities]
        async with httpx.AsyncClient(base_url=self._url, timeout=10.0) as http, asyncio.TaskGroup() as group:
            for number, technician in enumerate(crew):
                # A seed of its own each: who is asked first must not decide who drives where.
                rng = random.Random(f"{self._rng.random()} {technician.id}")
                # After a restart the track goes on where it ended, and has no straight line through the houses.
                track = await self._api.get(f"/technicians/{technician.id}/track", _Track)
                last_seen = Point(*track.points[-1][1:]) if track.points else None
                phone = Phone(number, town(technician.city_id), rng=rng, now=self._clock(), last_seen=last_seen)
                self._phones[technician.id] = phone
                key = f"demo-{uuid4()}"
                token = await self._api.make(f"/technicians/{technician.id}/gps-token", {}, _Token, key=key)
                group.create_task(self._report(http, phone, token.token, rng))
            log.info("phones_report", phones=len(crew))
            group.create_task(self._follow_orders())

    async def _report(self, http: httpx.AsyncClient, phone: Phone, token: str, rng: random.Random) -> None:
        backoff = Backoff(rng)
        await asyncio.sleep(rng.uniform(0, EVERY_S) / self._haste)
        while True:
            try:
                answer = await http.request(**request(phone.dialect, token, phone.move(self._clock())))
                self.sent[answer.status_code] += 1
                if answer.status_code == 401:
                    log.info("phone_dismissed", dialect=phone.dialect)
                    return
                if answer.status_code < 500:
                    backoff.succeeded()
                    await asyncio.sleep(EVERY_S / self._haste)
                    continue
            except httpx.TransportError:
                pass  # the server is away: the phone tries again, later each time
            await asyncio.sleep(backoff.next_s())

    async def _follow_orders(self) -> None:
        """To where the order in hand is, and there until it is done."""
        while True:
            try:
                in_hand: list[_Order] = []
                for stage in ("en_route", "arrived", "started", "paused"):
                    in_hand += (await self._api.get("/service-orders", _Orders, stage=stage, limit=MOST)).items
            except RefusedError as error:
                log.info("phones_without_orders", reason=str(error))
                return
            at = {order.technician_id: order for order in in_hand}
            for technician_id, phone in self._phones.items():
                order = at.get(technician_id)
                if order is None or order.latitude is None or order.longitude is None:
                    phone.aim(None)
                elif order.stage == "en_route":
                    phone.aim(Point(order.longitude, order.latitude))
                else:
                    phone.stay(self._clock() + 2 * ORDERS_EVERY_S)
            await asyncio.sleep(ORDERS_EVERY_S / self._haste)
