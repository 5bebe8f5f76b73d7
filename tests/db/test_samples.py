"""Telemetry by COPY: all of a batch or none of it, whenever it comes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import OVERFLOW, create_engine
from db.models import TrafficSample
from db.samples import TrafficRow, copy_traffic
from db.session import reading

COLUMNS = (
    TrafficSample.at,
    TrafficSample.port_id,
    TrafficSample.in_bps,
    TrafficSample.out_bps,
    TrafficSample.interval_s,
    TrafficSample.flags,
)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


async def stored(engine: AsyncEngine) -> list[TrafficRow]:
    async with reading(engine) as session:
        query = select(*COLUMNS).order_by(TrafficSample.at, TrafficSample.port_id)
        return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in await session.execute(query)]


async def test_a_batch_is_stored_as_it_came(engine: AsyncEngine, now: datetime) -> None:
    rows: list[TrafficRow] = [
        (now, 1, 1.5e9, 2e8, 10.0, 0),
        (now, 2, None, 0.0, 10.0, 3),
        (now, 3, 123456789.125, None, 9.5, 0),
    ]
    await copy_traffic(engine, rows)
    assert await stored(engine) == rows


async def test_an_empty_batch_is_nothing(engine: AsyncEngine) -> None:
    await copy_traffic(engine, [])
    assert await stored(engine) == []


async def test_on_a_connection_it_belongs_to_the_callers_transaction(engine: AsyncEngine, now: datetime) -> None:
    async with engine.connect() as connection:
        await copy_traffic(connection, [(now, 1, 1.0, 1.0, 10.0, 0)])
        await connection.rollback()
        assert await stored(engine) == []
        await copy_traffic(connection, [(now, 2, 1.0, 1.0, 10.0, 0)])
        await connection.commit()
    assert [row[1] for row in await stored(engine)] == [2]


@pytest.mark.parametrize("misfit", [{"flags": 2**15}, {"port_id": 2**63}, {"interval_s": None}], ids=str)
async def test_a_row_that_does_not_fit_takes_the_batch_with_it_and_nothing_else(
    engine: AsyncEngine, now: datetime, misfit: dict[str, Any]
) -> None:
    fitting = {"at": now, "port_id": 3, "in_bps": 1.0, "out_bps": 1.0, "interval_s": 10.0, "flags": 0}
    bad: Any = tuple((fitting | misfit).values())
    async with engine.begin() as connection:
        await copy_traffic(connection, [(now, 1, 1.0, 1.0, 10.0, 0)])
        with pytest.raises(OverflowError, match="does not fit"):
            await copy_traffic(connection, [(now, 2, 1.0, 1.0, 10.0, 0), bad])
    assert [row[1] for row in await stored(engine)] == [1]


async def test_a_late_sample_makes_its_day(engine: AsyncEngine, now: datetime) -> None:
    rows: list[TrafficRow] = [
        (now - timedelta(days=20), 1, 1.0, 1.0, 10.0, 0),
        (now - timedelta(days=10), 1, 2.0, 2.0, 10.0, 0),
        (now, 1, 3.0, 3.0, 10.0, 0),
    ]
    await copy_traffic(engine, rows)
    assert await stored(engine) == rows


async def test_a_late_sample_does_not_disturb_what_its_transaction_did_before(
    engine: AsyncEngine, now: datetime
) -> None:
    async with engine.begin() as connection:
        await copy_traffic(connection, [(now, 1, 1.0, 1.0, 10.0, 0)])
        await copy_traffic(connection, [(now - timedelta(days=20), 2, 1.0, 1.0, 10.0, 0)])
    assert [row[1] for row in await stored(engine)] == [2, 1]


async def test_a_whole_pool_that_waits_for_a_day_gets_it(database_url: str, engine: AsyncEngine, now: datetime) -> None:
    """Each of them holds a connection: were the partition made with another of the same pool, all would time out."""
    small = create_engine(database_url, pool_size=1)
    everyone = 1 + OVERFLOW
    together = asyncio.Barrier(everyone)

    async def store(port: int) -> None:
        async with small.begin() as connection:
            await together.wait()
            await copy_traffic(connection, [(now - timedelta(days=20), port, 1.0, 1.0, 10.0, 0)])

    async with asyncio.TaskGroup() as tasks:
        for port in range(everyone):
            tasks.create_task(store(port))
    await small.dispose()
    assert [row[1] for row in await stored(engine)] == list(range(everyone))


async def test_the_same_sample_twice_is_two_rows(engine: AsyncEngine, now: datetime) -> None:
    """No unique index stands in the way of COPY: who stores answers for storing once (see collectors/store.py)."""
    row: TrafficRow = (now, 1, 1.0, 1.0, 10.0, 0)
    await copy_traffic(engine, [row])
    await copy_traffic(engine, [row])
    assert await stored(engine) == [row, row]
