"""What every test may ask for: a real PostgreSQL and a real Valkey, started once per session in a temporary folder.

`database_url` and `engine` give each test a database of its own, copied from one that was migrated once.
`own_postgres` and `valkey_server` are servers for one test alone, which may kill and start them.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from farol.embedded.postgres import EmbeddedPostgres
from farol.embedded.valkey import EmbeddedValkey

TEMPLATE = "farol_template"
_numbers = itertools.count(1)


def plain(url: str) -> str:
    """The URL as asyncpg and psql read it, without SQLAlchemy's driver."""
    return url.replace("+asyncpg", "", 1)


@pytest.fixture(scope="session")
async def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="session")
async def _administrator(postgres_server: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(plain(postgres_server.url), timeout=30)
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def _template(postgres_server: EmbeddedPostgres, _administrator: asyncpg.Connection) -> str:
    from db.migrate import upgrade

    await _administrator.execute(f"CREATE DATABASE {TEMPLATE}")
    await upgrade(postgres_server.url_of(TEMPLATE))
    return TEMPLATE


class Databases:
    """Copies of the template, the next one made while the test before it runs: making one takes 0.2 s."""

    def __init__(self, maker: asyncpg.Connection, template: str) -> None:
        self._maker = maker
        self._template = template
        self._next: asyncio.Task[str] | None = None

    async def take(self) -> str:
        """The name of one that nobody has had."""
        name = await (self._next or self._make())
        self._next = asyncio.create_task(self._make(), name="next test database")
        return name

    async def _make(self) -> str:
        name = f"test_{next(_numbers)}"
        await self._maker.execute(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY FILE_COPY")
        return name

    async def stop(self) -> None:
        if self._next:
            await self._next


@pytest.fixture(scope="session")
async def _databases(postgres_server: EmbeddedPostgres, _template: str) -> AsyncIterator[Databases]:
    maker = await asyncpg.connect(plain(postgres_server.url), timeout=30)
    databases = Databases(maker, _template)
    yield databases
    await databases.stop()
    await maker.close()


@pytest.fixture
async def database_url(
    postgres_server: EmbeddedPostgres, _administrator: asyncpg.Connection, _databases: Databases
) -> AsyncIterator[str]:
    """A freshly migrated database of this test's own, dropped afterwards with whoever is still connected."""
    name = await _databases.take()
    yield postgres_server.url_of(name)
    await _administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    from db.engine import create_engine

    made = create_engine(database_url)
    yield made
    await made.dispose()


@pytest.fixture(scope="session")
async def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    server = EmbeddedValkey(tmp_path_factory.mktemp("valkey"))
    await server.start()
    yield server.url
    await server.stop()


@pytest.fixture
async def valkey_server(tmp_path: Path) -> AsyncIterator[EmbeddedValkey]:
    """A Valkey for this test alone: `.url`, `.kill()` (SIGKILL), `.start()` again on the same port."""
    server = EmbeddedValkey(tmp_path)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def own_postgres(tmp_path: Path) -> AsyncIterator[EmbeddedPostgres]:
    """A migrated PostgreSQL for this test alone: `.url`, `.kill()` (SIGKILL), `.start()` again on the same port.

    Durable, unlike the one the session shares: what it acknowledged must be there after a kill.
    """
    from db.migrate import upgrade

    server = EmbeddedPostgres(tmp_path)
    await server.start()
    await upgrade(server.url)
    yield server
    await server.stop()
