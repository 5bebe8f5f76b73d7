"""From a committed settlement to the sockets of 200 viewers, on real PostgreSQL and Valkey through the real wiring.

The viewers watch `receivables.day` and `receivables.latest`. First an action's unit of work commits in this process and
rings the bus, counted from before the commit; then the same is asked for by REST, counted from before the request.
The clock stops when the frame has been read, in this process too, so the time of reading 200 frames is part of it.
Between two settlements nothing happens: the figures are those of an idle installation.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
from sqlalchemy import update

from bench.fanout import bus_of
from bench.figures import Figure
from bench.installation import free_port, installation, program, until
from bench.provider import populate
from bench.viewers import Counted, Viewer
from db.engine import create_engine
from db.models import Receivable, Settlement
from db.uow import UnitOfWork
from realtime.encoding import encode
from realtime.facts import PaymentReceived
from realtime.panels import receivables_day, receivables_latest
from realtime.scope import Place
from realtime.wire import VERSION, Hello, Watch

VIEWERS = 200
SETTLEMENTS = 200
"""With fewer than a hundred the p99 is the worst one. The worst is shown beside it."""
TARGET_MS = 100.0
TOPICS = {panel.name: panel for panel in (receivables_day.panel, receivables_latest.panel)}
_COUNT = re.compile(rb'"received_count":(\d+)')
_ITEM = re.compile(rb'"op":"push","t":"receivables\.latest".*?"id":(\d+)')


class Arrivals:
    """Panel -> number of the settlement -> monotonic times at which its frames were read."""

    def __init__(self) -> None:
        self.day: dict[int, list[float]] = {}
        self.latest: dict[int, list[float]] = {}

    def heard(self, frame: bytes) -> None:
        now = time.monotonic()
        for found, arrivals in ((_COUNT.search(frame), self.day), (_ITEM.search(frame), self.latest)):
            if found:
                arrivals.setdefault(int(found[1]), []).append(now)


async def settle(uow: UnitOfWork, place: Place, receivable: int, subscriber: int, today: date) -> None:
    """What the action writes, without its checks."""
    amounts = {"amount": Decimal("1.00"), "applied": Decimal("1.00"), "credited": Decimal("0.00")}
    where = {"company_id": place.company_id, "business_unit_id": place.business_unit_id, "city_id": place.city_id}
    await uow.session.execute(
        update(Receivable)
        .where(Receivable.id == receivable)
        .values(settled_amount=Receivable.settled_amount + Decimal("1.00"))
    )
    paid = Settlement(
        **where,
        **amounts,
        receivable_id=receivable,
        subscriber_id=subscriber,
        paid_on=today,
        credited_on=today,
        channel="pix",
        recorded_at=uow.now,
    )
    uow.session.add(paid)
    await uow.session.flush()
    uow.emit(
        PaymentReceived(
            place=place,
            at=uow.now,
            settlement_id=paid.id,
            receivable_id=receivable,
            subscriber_id=subscriber,
            amount=amounts["amount"],
            applied=amounts["applied"],
            credited=amounts["credited"],
            channel="pix",
            paid_on=today,
            due_on=today,
        )
    )


async def drive(pay: Callable[[int], Awaitable[float]], first: int, arrivals: Arrivals) -> dict[str, list[float]]:
    """Pays SETTLEMENTS times, each when the one before has arrived everywhere. Panel -> milliseconds.

    The first is not counted: it pays for connections and statements that a running installation has prepared.
    """
    chance = random.Random(first)
    took: dict[str, list[float]] = {name: [] for name in TOPICS}
    for number in range(first, first + SETTLEMENTS):
        began = await pay(number)
        for name, seen in (("receivables.day", arrivals.day), ("receivables.latest", arrivals.latest)):
            await until(lambda seen=seen, number=number: len(seen.get(number, ())) >= VIEWERS)  # type: ignore[misc]
            if number > first:
                took[name] += [1000 * (arrived - began) for arrived in seen[number]]
        await asyncio.sleep(0.1 + chance.random() / 10)  # the pacer's interval and the tail's must not fall in step
    return took


def percentile(sorted_values: list[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


def figures(way: str, took: dict[str, list[float]]) -> list[Figure]:
    made = []
    for name, values in took.items():
        settle_ms = TOPICS[name].settle / timedelta(milliseconds=1)
        ordered = sorted(value - settle_ms for value in values)
        given = f"{way} to the sockets of {VIEWERS} viewers, {name}, its settle of {settle_ms:g} ms taken off"
        made += [
            Figure(what=f"p50, {given}", value=percentile(ordered, 0.50), unit="ms"),
            Figure(what=f"p99, {given}", value=percentile(ordered, 0.99), unit="ms", target=TARGET_MS),
            Figure(what=f"worst, {given}", value=ordered[-1], unit="ms"),
        ]
    return made


async def measure() -> list[Figure]:
    today = datetime.now(UTC).date()
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(installation())
        engine = create_engine(home.database_url)
        stack.push_async_callback(engine.dispose)
        place, owed = await populate(engine, today)
        port = free_port()
        await stack.enter_async_context(
            program("bench.server", home.database_url, home.redis_url, str(port), "real", port=port)
        )
        bus = await stack.enter_async_context(bus_of(home.redis_url))
        arrivals, counted = Arrivals(), Counted()
        says = [encode(Hello(v=VERSION, token=home.token)), *(encode(Watch(t=topic)) for topic in TOPICS)]
        loop = asyncio.get_running_loop()
        for _ in range(VIEWERS):
            transport, _protocol = await loop.create_connection(
                lambda: Viewer("/live", says, counted, arrivals.heard), "127.0.0.1", port
            )
            stack.callback(transport.abort)
        await until(lambda: counted.snapshots == VIEWERS * len(TOPICS))

        async def by_commit(number: int) -> float:
            uow = UnitOfWork(engine, ring=bus.ring, clock=lambda: datetime.now(UTC))
            async with uow:
                await settle(uow, place, *owed[number], today)
                began = time.monotonic()
            return began

        client = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{port}/api/v1", headers={"Authorization": f"Bearer {home.token}"}
            )
        )

        async def by_rest(number: int) -> float:
            body = {"amount": "1.00", "paid_on": str(today), "credited_on": str(today), "channel": "pix"}
            began = time.monotonic()
            answer = await client.post(f"/receivables/{owed[number][0]}/settlements", json=body)
            answer.raise_for_status()
            return began

        await asyncio.sleep(1)
        committed = await drive(by_commit, 1, arrivals)
        asked = await drive(by_rest, 1 + SETTLEMENTS, arrivals)
        return [*figures("commit", committed), *figures("REST request", asked)]
