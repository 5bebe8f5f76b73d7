"""Phones that report to `/gps` at a steady rate, each over a connection of its own that it keeps, as phones do.

They are the demo's phones, always driving, and speak OsmAnd. Requests are written by hand: a client library would cost
more than the page that is measured beside it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

from demo.phone import Phone, request
from demo.places import CITIES
from demo.streets import town


@dataclass
class Sent:
    """Answers by status since the last `clear`, and how long each took."""

    answers: Counter[int] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)

    def clear(self) -> None:
        self.answers.clear()
        self.took_s.clear()


class Fleet:
    """`async with Fleet(...)`: a phone per token, one fix per `every_s` each, spread evenly over that time."""

    def __init__(self, port: int, tokens: list[str], *, every_s: float) -> None:
        self.sent = Sent()
        self._port = port
        self._tokens = tokens
        self._every_s = every_s
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Fleet:
        began = time.monotonic() + 0.5
        for number, token in enumerate(self._tokens):
            first = began + number * self._every_s / len(self._tokens)
            self._tasks.append(asyncio.create_task(self._drive(number, token, first)))
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    def check(self) -> None:
        """Raises what stopped a phone."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def _drive(self, number: int, token: str, due: float) -> None:
        """Fixes are due at fixed instants: an answer that takes long makes the next one late, not the rate lower."""
        rng = random.Random(number)
        streets = town(CITIES[0].id)
        corners = list(streets.points.values())
        phone = Phone(0, streets, rng=rng, now=time.time())
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while True:
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                due += self._every_s
                while phone.there:
                    phone.aim(rng.choice(corners))
                asked = request("osmand", token, phone.move(time.time()))
                began = time.monotonic()
                writer.write(
                    f"GET /gps?{urlencode(asked['params'])} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n\r\n".encode()
                )
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(_length(head))
                self.sent.answers[int(head[9:12])] += 1
                self.sent.took_s.append(time.monotonic() - began)
        finally:
            writer.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
