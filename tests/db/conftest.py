"""What the tests of memory share: a unit of work whose bell can be listened to, and a database nobody migrated."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.uow import UnitOfWork
from farol.embedded.postgres import EmbeddedPostgres
from realtime.facts import Recorded
from tests.conftest import plain

_numbers = itertools.count(1)


class Bell:
    """Remembers what was rung, ring by ring."""

    def __init__(self) -> None:
        self.rung: list[list[Recorded]] = []

    async def __call__(self, facts: list[Recorded]) -> None:
        self.rung.append(facts)


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def work(engine: AsyncEngine, bell: Bell) -> Callable[[], UnitOfWork]:
    return lambda: UnitOfWork(engine, ring=bell, clock=lambda: datetime.now(UTC))


@pytest.fixture
async def empty_database_url(postgres_server: EmbeddedPostgres) -> AsyncIterator[str]:
    """A database without a single table, dropped afterwards."""
    name = f"empty_{next(_numbers)}"
    administrator = await asyncpg.connect(plain(postgres_server.url), timeout=30)
    try:
        await administrator.execute(f"CREATE DATABASE {name}")
        yield postgres_server.url_of(name)
        await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await administrator.close()
