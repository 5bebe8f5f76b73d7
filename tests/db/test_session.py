"""Reading sessions: one consistent view, and no way to write."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import City
from db.partitions import sqlstate
from db.session import DbSession, ReadSession, reading

BETIM = {"name": "Betim", "state": "MG", "ibge_code": "3106705"}
READ_ONLY_SQL_TRANSACTION = "25006"


@pytest.mark.parametrize(
    "statement",
    [
        insert(City).values(**BETIM),
        text("UPDATE city SET name = 'x'"),
        text("SELECT nextval(pg_get_serial_sequence('city', 'id'))"),
        text("CREATE TABLE more (id int)"),
        text("SELECT 1 FROM city FOR UPDATE"),
    ],
    ids=["insert", "update", "nextval", "create", "lock"],
)
async def test_a_reading_session_refuses_to_write(engine: AsyncEngine, statement: object) -> None:
    async with reading(engine) as session:
        with pytest.raises(DBAPIError) as caught:
            await session.execute(statement)  # type: ignore[call-overload]
    assert sqlstate(caught.value) == READ_ONLY_SQL_TRANSACTION


async def test_a_reading_session_that_already_read_cannot_turn_into_a_writing_one(engine: AsyncEngine) -> None:
    async with reading(engine) as session:
        await session.execute(select(City.id))
        with pytest.raises(DBAPIError, match="read-write mode"):
            await session.execute(text("SET TRANSACTION READ WRITE"))


async def test_every_query_in_it_sees_the_same_state(engine: AsyncEngine) -> None:
    async with reading(engine) as session:
        before = (await session.scalars(select(City.name))).all()
        async with engine.begin() as connection:
            await connection.execute(insert(City).values(**BETIM))
        assert (await session.scalars(select(City.name))).all() == before == []
    async with reading(engine) as session:
        assert (await session.scalars(select(City.name))).all() == ["Betim"]


async def test_the_connection_it_gives_back_writes_again(engine: AsyncEngine) -> None:
    """The pool hands connections on: what a read set must not stick to them."""
    async with reading(engine) as session:
        reader = await session.scalar(text("SELECT pg_backend_pid()"))
    async with engine.begin() as connection:
        assert await connection.scalar(text("SELECT pg_backend_pid()")) == reader
        assert await connection.scalar(text("SHOW transaction_isolation")) == "read committed"
        await connection.execute(insert(City).values(**BETIM))


def test_neither_session_offers_commit() -> None:
    offered = {*ReadSession.__slots__, *DbSession.__slots__}
    assert offered.isdisjoint({"commit", "rollback", "begin", "close", "connection", "delete", "merge"})
    assert set(ReadSession.__slots__).isdisjoint({"add", "add_all", "flush", "refresh"})
