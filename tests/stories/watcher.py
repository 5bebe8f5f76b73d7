"""A program that watches live topics and comes back whenever it is dropped, as a display does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from realtime.client import Client
from tests.waiting import running

BETWEEN_TRIES_S = 0.1


class Watcher:
    """`client` holds what it has been shown. `connections` counts how often it had to come."""

    def __init__(self, url: str, cookies: httpx.Cookies, topics: tuple[str, ...]) -> None:
        self.client = Client()
        self.connections = 0
        self._url = url.replace("http", "ws", 1) + "/live"
        self._headers = {"Origin": url, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        self._changed = asyncio.Event()
        for topic in topics:
            self.client.watch(topic)

    async def run(self) -> None:
        while True:
            with suppress(OSError, ConnectionClosed, InvalidHandshake, TimeoutError, EOFError):
                async with connect(self._url, additional_headers=self._headers, max_size=None, proxy=None) as socket:
                    self.connections += 1
                    for message in self.client.connected():
                        await socket.send(message)
                    async for frame in socket:
                        for message in self.client.receive(frame):
                            await socket.send(message)
                        self._changed.set()
            await asyncio.sleep(BETWEEN_TRIES_S)

    def data(self, topic: str) -> Any:
        """What is held, as JSON values; None before the first answer."""
        held = self.client.held.get(topic)
        return held.data if held else None

    async def shows(self, condition: Callable[[], object], *, within_s: float = 30.0) -> None:
        """Returns when the condition holds, asked again after each frame."""
        try:
            async with asyncio.timeout(within_s):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            held = {topic: (held.offset, held.data) for topic, held in self.client.held.items()}
            raise AssertionError(f"not shown within {within_s:g} s; held {held}, errors {self.client.errors}") from None


@asynccontextmanager
async def watching(url: str, cookies: httpx.Cookies, *topics: str) -> AsyncIterator[Watcher]:
    """A watcher that has been shown all of its topics once."""
    watcher = Watcher(url, cookies, topics)
    async with running(watcher.run()):
        await watcher.shows(lambda: len(watcher.client.held) == len(topics))
        yield watcher
