"""`kill -9` of the serving process in a stream of positions: what a phone was told is kept, is kept; and kept once."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select

from db.models import TechnicianFix
from tests.stories.house import House
from tests.waiting import running, until

PHONES = 8
BETWEEN_S = 0.02
STEP_DEG = 0.0004
"""44 m in a second: further than the accuracies, slower than what is impossible."""


@dataclass
class Phone:
    """Sends one fix after another, each until it is acknowledged, as the applications do that keep what was not."""

    client: httpx.AsyncClient
    technician: int
    token: str
    start: datetime
    acknowledged: list[datetime] = field(default_factory=list)
    refused: int = 0

    async def run(self) -> None:
        number = 0
        while True:
            at = self.start + timedelta(seconds=number)
            if await self._send(at, -19.9 + number * STEP_DEG):
                self.acknowledged.append(at)
                number += 1
            await asyncio.sleep(BETWEEN_S)

    async def _send(self, at: datetime, latitude: float) -> bool:
        position: dict[str, float | str] = {
            "lat": latitude,
            "lon": -43.9,
            "accuracy": 4,
            "timestamp": int(at.timestamp()),
            "id": self.token,
        }
        try:
            answer = await self.client.post("/gps", params=position)
        except httpx.TransportError:
            self.refused += 1
            return False
        if answer.status_code == 503:
            return False
        assert answer.status_code == 200, answer.text
        return True


async def phones_of(home: House, root: httpx.AsyncClient, client: httpx.AsyncClient) -> list[Phone]:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    found = []
    for number in range(PHONES):
        place = {"company_id": home.world.north, "city_id": home.world.alto}
        made = await root.post("/technicians", json={"name": f"Técnico {number}", **place})
        made.raise_for_status()
        token = await root.post(f"/technicians/{made.json()['id']}/gps-token")
        found.append(Phone(client, made.json()["id"], token.json()["token"], start))
    return found


async def test_a_killed_server_loses_no_position_it_acknowledged(home: House) -> None:
    async with (
        home.signed_in("root") as root,
        httpx.AsyncClient(base_url=home.url) as client,
        AsyncExitStack() as driving,
    ):
        phones = await phones_of(home, root, client)
        for phone in phones:
            await driving.enter_async_context(running(phone.run()))

        async def acknowledged(wanted: int) -> bool:
            return sum(len(phone.acknowledged) for phone in phones) >= wanted

        await until(lambda: acknowledged(25 * PHONES), within_s=60, what="positions before the kill")
        await home.serve.kill()
        before = sum(len(phone.acknowledged) for phone in phones)
        await home.open()
        await until(lambda: acknowledged(before + 5 * PHONES), within_s=60, what="positions after the kill")
        await driving.aclose()
        assert all(phone.refused for phone in phones), "the server was not killed in the middle"
        async with home.engine.connect() as db:
            rows = [tuple(row) for row in await db.execute(select(TechnicianFix.technician_id, TechnicianFix.at))]
        kept = {phone.technician: {at for technician, at in rows if technician == phone.technician} for phone in phones}
        assert len(rows) == len(set(rows)), "a position that was sent again is there twice"
        for phone in phones:
            assert set(phone.acknowledged) - kept[phone.technician] == set(), "an acknowledged position is gone"
            # The one that was on the way when the phone stopped may be there without its answer.
            assert len(kept[phone.technician]) - len(phone.acknowledged) <= 1
