"""The HTTP application on a fresh database, called as a client calls it; only the clock is ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from farol.serve import Wiring, wire
from tests.world import NOW, PASSWORD, World, build_world

Api = httpx.AsyncClient
SignIn = Callable[[str], Awaitable[Api]]


class Clock:
    """The present instant, moved by the test."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
async def wiring(engine: AsyncEngine, clock: Clock) -> AsyncIterator[Wiring]:
    """The serving process's parts, running, with an in-process bus."""
    parts = wire(engine=engine, redis_url="memory://", secret=b"0" * 32, clock=clock, build="test", demo=False)
    async with parts.running():
        yield parts


@pytest.fixture
def app(wiring: Wiring) -> Litestar:
    return wiring.application()


@pytest.fixture
async def clients() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def anonymous(app: Litestar, clients: AsyncExitStack) -> Api:
    return await clients.enter_async_context(_client(app, "/api/v1"))


def _client(app: Litestar, path: str) -> Api:
    transport = httpx.ASGITransport(app=cast(Any, app), client=("192.0.2.7", 40000))
    return httpx.AsyncClient(transport=transport, base_url=f"http://farol.test{path}")


@pytest.fixture
def api(world: World, app: Litestar, clients: AsyncExitStack) -> SignIn:
    """A client signed in as one of the world's users, carrying its cookie and CSRF token."""

    async def sign_in(login: str) -> Api:
        client = await clients.enter_async_context(_client(app, "/api/v1"))
        answer = await client.post("/session", json={"login": login, "password": PASSWORD})
        answer.raise_for_status()
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    return sign_in


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    return await build_world(engine)
