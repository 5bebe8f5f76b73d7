"""A demo, seeded once per session with an hour of traffic; tests that write get a small one of their own."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import create_engine
from db.vault import Vault
from demo.seed import seed
from farol.embedded.postgres import EmbeddedPostgres

SECRET = b"0" * 32
NAME = "farol_demo"
SMALL = 400
"""Subscribers of a demo that is copied."""

AHEAD = timedelta(minutes=20)
"""The seed is made for an instant that is still to come: panels call a rate present for half a minute only, and accept
a collector whose clock is ahead."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Seeded:
    """A database with the demo as of `now`."""

    url: str
    engine: AsyncEngine
    now: datetime


@pytest.fixture(scope="session")
async def demo(
    postgres_server: EmbeddedPostgres, _administrator: asyncpg.Connection, _template: str
) -> AsyncIterator[Seeded]:
    """All of it, for tests that only read."""
    await _administrator.execute(f"CREATE DATABASE {NAME} TEMPLATE {_template}")
    url = postgres_server.url_of(NAME)
    engine = create_engine(url)
    now, started = datetime.now(UTC) + AHEAD, time.perf_counter()
    await seed(engine, vault=Vault(SECRET), now=now, traffic=timedelta(hours=1))
    print(f"\nthe demo was seeded in {time.perf_counter() - started:.1f} s (an hour of traffic)")
    yield Seeded(url, engine, now)
    await engine.dispose()


@pytest.fixture(scope="session")
async def _small(
    postgres_server: EmbeddedPostgres, _administrator: asyncpg.Connection, _template: str
) -> tuple[str, datetime]:
    """A database to copy, and when it was seeded. Nobody stays connected to it."""
    name = f"{NAME}_small"
    await _administrator.execute(f"CREATE DATABASE {name} TEMPLATE {_template}")
    engine, now = create_engine(postgres_server.url_of(name)), datetime.now(UTC)
    await seed(engine, vault=Vault(SECRET), now=now, people=SMALL, traffic=timedelta(minutes=1))
    await engine.dispose()
    return name, now


@pytest.fixture
async def own_demo(
    postgres_server: EmbeddedPostgres, _administrator: asyncpg.Connection, _small: tuple[str, datetime]
) -> AsyncIterator[Seeded]:
    """A demo with a few of its subscribers, for one test that writes."""
    template, now = _small
    name = f"{NAME}_{next(_numbers)}"
    await _administrator.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = postgres_server.url_of(name)
    engine = create_engine(url)
    yield Seeded(url, engine, now)
    await engine.dispose()
    await _administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
