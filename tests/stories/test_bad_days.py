"""`kill -9` of any part while money comes in: nothing acknowledged is lost, and every screen ends up true by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.stories.house import House
from tests.stories.watcher import watching
from tests.waiting import running, until
from tests.world import owe

DAY, LATEST = "receivables.day", "receivables.latest"
BETWEEN_S = 0.02


@dataclass
class Till:
    """Posts payments of R$ 1,00 one after another, each until it is acknowledged, as the API tells programs to."""

    client: httpx.AsyncClient
    receivable: int
    acknowledged: list[int] = field(default_factory=list)
    """Ids of settlements."""

    async def run(self) -> None:
        today = str(datetime.now(ZoneInfo("America/Sao_Paulo")).date())
        body = {"amount": "1.00", "paid_on": today, "credited_on": today, "channel": "pix"}
        number = 0
        while True:
            number += await self._post(body, f"payment-{number}")
            await asyncio.sleep(BETWEEN_S)

    async def _post(self, body: dict[str, str], key: str) -> bool:
        try:
            answer = await self.client.post(
                f"/receivables/{self.receivable}/settlements", json=body, headers={"Idempotency-Key": key}
            )
        except httpx.TransportError:
            return False
        if answer.status_code == 503:
            return False
        assert answer.status_code == 201, answer.text
        self.acknowledged.append(answer.json()["settlement"]["id"])
        return True


async def serve_again(house: House) -> None:
    await house.serve.kill()
    await house.open()


async def valkey_again(house: House) -> None:
    await house.valkey.kill()
    await house.valkey.start()


async def postgres_again(house: House) -> None:
    await house.postgres.kill()
    await house.postgres.start()


@pytest.mark.parametrize("killed", [serve_again, valkey_again, postgres_again])
async def test_a_killed_part_loses_no_payment_and_every_screen_heals(
    home: House, killed: Callable[[House], Awaitable[None]]
) -> None:
    receivable = await owe(home.engine, home.world, home.world.subscriber_alto, "5000.00")
    async with home.signed_in("root") as root, watching(home.url, root.cookies, DAY, LATEST) as watcher:
        till = Till(root, receivable)
        async with running(till.run()):
            await watcher.shows(lambda: watcher.data(DAY)["received"] >= 3)
            await killed(home)
            enough = len(till.acknowledged) + 5

            async def some_more() -> bool:
                return len(till.acknowledged) >= enough

            await until(some_more, within_s=60, what="payments after the kill")

        kept = (await root.get(f"/receivables/{receivable}")).json()["settlements"]
        stored = {settlement["id"] for settlement in kept}
        assert stored >= set(till.acknowledged), "an acknowledged payment is gone"
        # The last one may have been stored while its answer was on the way: it was never acknowledged, and is not lost.
        assert len(stored) - len(till.acknowledged) <= 1
        total = sum(Decimal(settlement["amount"]) for settlement in kept)
        await watcher.shows(lambda: Decimal(str(watcher.data(DAY)["received"])) == total)
        await watcher.shows(lambda: watcher.data(LATEST)[-1]["id"] == max(stored))
        fresh = {name: (await root.get(f"/panels/{name}")).json()["data"] for name in (DAY, LATEST)}
        assert watcher.data(LATEST) == fresh[LATEST]
        assert watcher.data(DAY) == fresh[DAY]


async def test_a_display_that_slept_through_a_restart_catches_up(home: House) -> None:
    receivable = await owe(home.engine, home.world, home.world.subscriber_alto, "100.00")
    async with home.signed_in("root") as root, watching(home.url, root.cookies, DAY) as watcher:
        before = watcher.client.held[DAY].snap.e
        await home.serve.kill()
        await home.open()
        today = str(datetime.now(ZoneInfo("America/Sao_Paulo")).date())
        body = {"amount": "40.00", "paid_on": today, "credited_on": today, "channel": "boleto"}
        (await root.post(f"/receivables/{receivable}/settlements", json=body)).raise_for_status()
        await watcher.shows(lambda: watcher.data(DAY)["received"] == 40)
        assert watcher.client.held[DAY].snap.e != before
        assert watcher.connections == 2
        assert watcher.client.held[DAY].as_of <= datetime.now(UTC)
