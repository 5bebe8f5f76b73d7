"""What the database itself refuses, whoever asks: losing what happened, and rewriting money and facts."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.models import Base
from db.models.base import FLEETING
from db.partitions import sqlstate
from tests.db.rows import one_of_each

KEPT = sorted(set(Base.metadata.tables) - FLEETING)
RESTRICT_VIOLATION = "23001"


async def refused(connection: AsyncConnection, statement: str) -> bool:
    """Whether our trigger refused it, rather than a foreign key or nobody."""
    try:
        async with connection.begin_nested():
            await connection.execute(text(statement))
    except DBAPIError as error:
        return sqlstate(error) == RESTRICT_VIOLATION and "stays recorded" in str(error)
    return False


async def partitions_of(connection: AsyncConnection, table: str) -> list[str]:
    rows = await connection.execute(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(:table)"),
        {"table": table},
    )
    return list(rows.scalars())


async def test_every_table_that_is_not_fleeting_refuses_delete_and_truncate(engine: AsyncEngine) -> None:
    await one_of_each(engine)
    async with engine.connect() as connection:
        for table in KEPT:
            count = await connection.scalar(text(f"SELECT count(*) FROM {table}"))
            assert count, f"tests/db/rows.py writes no row of {table}: DELETE of nothing proves nothing"
            assert await refused(connection, f"DELETE FROM {table}"), f"{table} let its rows be deleted"
            assert await refused(connection, f"TRUNCATE {table} CASCADE"), f"{table} let itself be emptied"


async def test_a_partition_of_events_is_no_way_round(engine: AsyncEngine) -> None:
    await one_of_each(engine)
    async with engine.connect() as connection:
        partitions = await partitions_of(connection, "event")
        assert partitions
        for partition in partitions:
            assert await refused(connection, f"TRUNCATE {partition}"), partition
            if await connection.scalar(text(f"SELECT count(*) FROM {partition}")):
                assert await refused(connection, f"DELETE FROM {partition}")
                assert await refused(connection, f"UPDATE {partition} SET kind = 'Other'")


@pytest.mark.parametrize(("table", "change"), [("event", "kind = 'Other'"), ("settlement", "amount = amount + 1")])
async def test_money_and_facts_are_not_rewritten(engine: AsyncEngine, table: str, change: str) -> None:
    await one_of_each(engine)
    async with engine.connect() as connection:
        assert await refused(connection, f"UPDATE {table} SET {change}")


async def test_what_may_go_goes(engine: AsyncEngine) -> None:
    assert set(Base.metadata.tables) >= FLEETING
    await one_of_each(engine)
    async with engine.connect() as connection:
        for table in FLEETING:
            await connection.execute(text(f"DELETE FROM {table}"))


async def test_a_secret_does_not_fit_where_its_digest_belongs(engine: AsyncEngine) -> None:
    world = await one_of_each(engine)
    statement = (
        "INSERT INTO token (user_id, name, token_hash, expires_at) "
        f"VALUES ({world.users['root']}, 'x', 'farol_secret_in_the_clear', now())"
    )
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError, match="ck_token_token_hash"):
            await connection.execute(text(statement))
