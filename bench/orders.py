"""A day of 60 technicians and 600 orders through the real wiring: what the panels say held against the tables all day.

`python -m bench orders` plays the ten hours in two minutes; `python -m bench.orders 30` in half an hour, twenty times
as fast as life. A panel that shows less than was answered before its `as_of` ends the measurement with an error.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.client import connect

from bench.field_day import ZONE, FieldDay, staff
from bench.figures import Figure
from bench.installation import free_port, installation, program
from bench.machine import describe
from bench.provider import populate
from db.engine import create_engine
from db.models import Company
from realtime.client import Client

MINUTES = 2.0
ORDERS = 600
CHECK_EVERY_S = 5.0
TARGET_S = 1.0


class Screen:
    """A viewer that holds both panels. `heard` is called after every frame."""

    def __init__(self, url: str, token: str, topics: tuple[str, ...], heard: Callable[[], None]) -> None:
        self.client = Client(token=token)
        self.frames = 0
        self._url = url
        self._heard = heard
        self._changed = asyncio.Event()
        for topic in topics:
            self.client.watch(topic)

    async def run(self) -> None:
        async with connect(self._url, max_size=None, proxy=None) as socket:
            for message in self.client.connected():
                await socket.send(message)
            async for frame in socket:
                for message in self.client.receive(frame):
                    await socket.send(message)
                self.frames += 1
                self._heard()
                self._changed.set()

    def held(self, topic: str) -> tuple[Any, datetime]:
        found = self.client.held[topic]
        return found.data, found.as_of

    async def shows(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


async def played(engine: AsyncEngine, client: httpx.AsyncClient, port: int, token: str, minutes: float) -> list[Figure]:
    place, _ = await populate(engine, datetime.now(UTC).date())
    async with engine.begin() as connection:
        await connection.execute(update(Company).values(time_zone=ZONE.key))
    work = await staff(engine, place)
    day = FieldDay(client, work, orders=ORDERS, lasts=timedelta(minutes=minutes))
    ages: list[float] = []

    def heard() -> None:
        if day.topics[1] in screen.client.held:
            board, as_of = screen.held(day.topics[1])
            day.is_as_old_as_it_says(board, as_of)
            ages.append((datetime.now(UTC) - as_of).total_seconds())

    screen = Screen(f"ws://127.0.0.1:{port}/live", token, day.topics, heard)
    took: list[float] = []
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(screen.run())
        await screen.shows(lambda: len(screen.client.held) == len(day.topics))
        playing = group.create_task(day.play())
        while not day.over:
            took.append(await day.checkpoint(engine, screen.held, screen.shows))
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(playing), CHECK_EVERY_S)
        took.append(await day.checkpoint(engine, screen.held, screen.shows))
        watching.cancel()
    ages.sort()
    given = f"{ORDERS} orders, {day.answered} requests in {minutes:g} min"
    return [
        Figure(what=f"checkpoints at which status and board were the tables, {given}", value=len(took), unit=""),
        Figure(what="longest wait for it, from the last commit on", value=max(took), unit="s", target=TARGET_S),
        Figure(what="frames, each as old as it said", value=screen.frames, unit=""),
        Figure(what="age of the board when a frame came, median", value=ages[len(ages) // 2], unit="s"),
        Figure(what="slowest request", value=day.slowest_s, unit="s"),
    ]


async def measure(minutes: float = MINUTES) -> list[Figure]:
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(installation())
        engine = create_engine(home.database_url)
        stack.push_async_callback(engine.dispose)
        port = free_port()
        await stack.enter_async_context(
            program("bench.server", home.database_url, home.redis_url, str(port), "real", port=port)
        )
        headers = {"Authorization": f"Bearer {home.token}"}
        base = f"http://127.0.0.1:{port}/api/v1"
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=base, headers=headers, timeout=30))
        return await played(engine, client, port, home.token, minutes)


def main(minutes: str = str(MINUTES)) -> None:
    began = time.monotonic()
    figures = asyncio.run(measure(float(minutes)))
    print(msgspec.json.format(msgspec.json.encode({"machine": describe(), "figures": figures})).decode())
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
