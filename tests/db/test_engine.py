"""The engine: any spelling of the URL, deadlines on every statement, UTC."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import create_engine, driver_url
from db.partitions import sqlstate

QUERY_CANCELED = "57014"


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("postgres://u:p@h:5433/d", "postgresql+asyncpg://u:p@h:5433/d"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+asyncpg://u:p%40ss@h/d", "postgresql+asyncpg://u:p%40ss@h/d"),
        ("postgres://u@h/d?sslmode=require", "postgresql+asyncpg://u@h/d?ssl=require"),
    ],
)
def test_any_spelling_of_a_postgres_url_is_understood(given: str, understood: str) -> None:
    assert driver_url(given).render_as_string(hide_password=False) == understood


def test_another_database_is_refused_by_name_without_showing_the_password() -> None:
    with pytest.raises(ValueError, match="not mysql://") as caught:
        driver_url("mysql://user:hunter2@host/farol")
    assert "hunter2" not in str(caught.value)


async def test_sslmode_reaches_the_driver(database_url: str) -> None:
    """The test server speaks no TLS: to prefer it is fine, to require it is refused by the driver and not by Python."""
    preferring = create_engine(f"{database_url}?sslmode=prefer")
    async with preferring.connect() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    await preferring.dispose()
    requiring = create_engine(f"{database_url}?sslmode=require")
    with pytest.raises(ConnectionError, match="SSL"):
        await requiring.connect()
    await requiring.dispose()


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(database_url: str) -> None:
    engine = create_engine(database_url, statement_timeout_s=0.05)
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.execute(text("SELECT pg_sleep(60)"))
    assert sqlstate(caught.value) == QUERY_CANCELED
    await engine.dispose()


async def test_instants_come_back_aware_and_in_utc(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        at = await connection.scalar(text("SELECT TIMESTAMPTZ '2026-11-24 12:00-03'"))
        assert await connection.scalar(text("SHOW timezone")) == "UTC"
    assert at == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert at.utcoffset() is not None
