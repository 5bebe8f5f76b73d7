"""Partitions: made ahead, dropped past retention, in UTC, while everybody keeps working."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.engine import create_engine
from db.partitions import EVENTS, FIXES, SAMPLES, SESSIONS, Series, ensure, ensure_for, is_missing
from tests.conftest import plain

NOW = datetime(2031, 1, 31, 12, 0, tzinfo=UTC)
"""Far from the present, so that what the migration made is not in the way."""

SAMPLE = "INSERT INTO traffic_sample (at, port_id, interval_s) VALUES (:at, 1, 60) RETURNING tableoid::regclass::text"
EVENT = (
    "INSERT INTO event (recorded_at, at, kind, company_id, subject_type, subject_id, body) "
    "VALUES (:at, now(), 'x', 1, 'device', 1, '{}') RETURNING tableoid::regclass::text"
)


async def partitions(engine: AsyncEngine, series: Series) -> set[str]:
    query = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(:table)"
    async with engine.connect() as connection:
        return set(await connection.scalars(text(query), {"table": series.table}))


async def insert(connection: AsyncConnection, statement: str, at: datetime) -> str:
    """The partition that took the row."""
    return str(await connection.scalar(text(statement), {"at": at}))


async def test_they_exist_ahead_of_time(engine: AsyncEngine) -> None:
    before = {series.table: await partitions(engine, series) for series in (SAMPLES, EVENTS, SESSIONS, FIXES)}
    changes = await ensure(engine, NOW, keep_samples=timedelta(days=36500))
    assert await partitions(engine, SAMPLES) - before["traffic_sample"] == {
        f"traffic_sample_{day}" for day in ("20310130", "20310131", "20310201", "20310202", "20310203")
    }
    assert await partitions(engine, EVENTS) - before["event"] == {
        f"event_{month}" for month in ("203012", "203101", "203102", "203103")
    }
    assert await partitions(engine, SESSIONS) - before["session_history"] == {
        f"session_history_{month}" for month in ("203012", "203101", "203102", "203103")
    }
    assert await partitions(engine, FIXES) - before["technician_fix"] == {
        f"technician_fix_{day}" for day in ("20310130", "20310131", "20310201", "20310202", "20310203")
    }
    assert len(changes.created) == 18
    again = await ensure(engine, NOW, keep_samples=timedelta(days=36500))
    assert (again.created, again.dropped, again.postponed) == ([], [], [])


async def test_a_migrated_database_takes_rows_at_once(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        assert (await insert(connection, SAMPLE, datetime.now(UTC))).startswith("traffic_sample_")
        assert (await insert(connection, EVENT, datetime.now(UTC))).startswith("event_")


@pytest.fixture
def host_in_brazil(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "America/Sao_Paulo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("host_in_brazil")
@pytest.mark.parametrize("session_zone", ["UTC", "America/Sao_Paulo", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    ("at", "day", "month"),
    [
        ("2031-01-31T23:59:59.999999+00:00", "20310131", "203101"),
        ("2031-02-01T00:00:00+00:00", "20310201", "203102"),
        ("2031-01-31T20:59:59-03:00", "20310131", "203101"),
        ("2031-01-31T21:00:00-03:00", "20310201", "203102"),
        ("2031-02-01T08:59:59+09:00", "20310131", "203101"),
    ],
)
async def test_days_and_months_begin_in_utc_whatever_the_offset(
    engine: AsyncEngine, session_zone: str, at: str, day: str, month: str
) -> None:
    instant = datetime.fromisoformat(at)
    assert SAMPLES.name(SAMPLES.start(instant)) == f"traffic_sample_{day}"
    assert EVENTS.name(EVENTS.start(instant)) == f"event_{month}"
    await ensure_for(engine, SAMPLES, [instant])
    await ensure_for(engine, EVENTS, [instant])
    async with engine.begin() as connection:
        await connection.execute(text(f"SET LOCAL timezone = '{session_zone}'"))
        assert await insert(connection, SAMPLE, instant) == f"traffic_sample_{day}"
        assert await insert(connection, EVENT, instant) == f"event_{month}"


@given(
    at=st.integers(0, 4_000_000_000_000_000).map(
        lambda us: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us)
    ),
    periods=st.integers(-40, 40),
)
def test_every_instant_lies_in_the_period_that_its_name_says(at: datetime, periods: int) -> None:
    for series in (SAMPLES, EVENTS):
        start = series.start(at)
        assert start <= at < series.shift(start, 1)
        assert series.parse(series.name(start)) == start
        assert series.shift(series.shift(start, periods), -periods) == start
        assert series.start(series.shift(start, periods)) == series.shift(start, periods)


def test_a_name_that_is_not_ours_is_nobodys_partition() -> None:
    for name in ("traffic_sample", "traffic_sample_old", "traffic_sample_202611", "event_20261124", "event_2026111"):
        assert SAMPLES.parse(name) is None
        assert EVENTS.parse(name) is None


async def test_samples_past_the_retention_go_and_events_stay(engine: AsyncEngine) -> None:
    await ensure_for(engine, SAMPLES, [NOW - timedelta(days=days) for days in range(34, 39)])
    await ensure_for(engine, EVENTS, [NOW - timedelta(days=4000)])
    async with engine.begin() as connection:
        await insert(connection, SAMPLE, NOW - timedelta(days=36))
        await insert(connection, EVENT, NOW - timedelta(days=4000))
    events = await partitions(engine, EVENTS)
    changes = await ensure(engine, NOW, keep_samples=timedelta(days=35))
    kept = await partitions(engine, SAMPLES)
    # NOW is noon: at noon 35 days ago the day was not over, so all of it stays.
    assert {"traffic_sample_20301227", "traffic_sample_20301228"} <= kept
    assert {"traffic_sample_20301226", "traffic_sample_20301225", "traffic_sample_20301224"} <= set(changes.dropped)
    assert kept.isdisjoint(changes.dropped)
    assert await partitions(engine, EVENTS) >= events


async def test_a_day_goes_in_the_moment_its_last_sample_is_too_old(engine: AsyncEngine) -> None:
    midnight = datetime(2031, 1, 31, tzinfo=UTC)
    day = midnight - timedelta(days=36)
    await ensure_for(engine, SAMPLES, [day])
    early = await ensure(engine, midnight - timedelta(microseconds=1), keep_samples=timedelta(days=35))
    assert SAMPLES.name(day) not in early.dropped
    assert SAMPLES.name(day) in (await ensure(engine, midnight, keep_samples=timedelta(days=35))).dropped


async def test_events_go_only_when_a_retention_is_asked_for(engine: AsyncEngine) -> None:
    await ensure_for(engine, EVENTS, [NOW - timedelta(days=400), NOW - timedelta(days=300)])
    changes = await ensure(engine, NOW, keep_events=timedelta(days=365))
    kept = await partitions(engine, EVENTS)
    assert EVENTS.name(EVENTS.start(NOW - timedelta(days=400))) in changes.dropped
    assert EVENTS.name(EVENTS.start(NOW - timedelta(days=300))) in kept


async def test_a_partition_in_use_is_dropped_at_the_next_round(engine: AsyncEngine) -> None:
    old = NOW - timedelta(days=40)
    await ensure(engine, NOW)
    await ensure_for(engine, SAMPLES, [old])
    async with engine.connect() as reader:
        await reader.execute(text("SELECT count(*) FROM traffic_sample"))
        changes = await ensure(engine, NOW)
        assert (changes.dropped, changes.postponed) == ([], [SAMPLES.name(SAMPLES.start(old))])
    changes = await ensure(engine, NOW)
    assert (changes.dropped, changes.postponed) == ([SAMPLES.name(SAMPLES.start(old))], [])


async def test_making_one_waits_for_no_reader_and_no_writer(engine: AsyncEngine) -> None:
    async with engine.connect() as reader, engine.connect() as writer:
        await reader.execute(text("SELECT count(*) FROM event"))
        await insert(writer, EVENT, datetime.now(UTC))
        async with asyncio.timeout(10):
            assert await ensure_for(engine, EVENTS, [NOW]) == ["event_203101"]
        await writer.commit()


async def test_several_processes_at_once_make_each_partition_once(engine: AsyncEngine, database_url: str) -> None:
    others = [create_engine(database_url, pool_size=1) for _ in range(5)]
    try:
        changes = await asyncio.gather(*(ensure(each, NOW) for each in (engine, *others)))
    finally:
        for each in others:
            await each.dispose()
    created = [name for each in changes for name in each.created]
    assert len(created) == len(set(created)) == 18


async def test_a_row_outside_every_range_is_told_from_one_that_a_check_refuses(
    engine: AsyncEngine, database_url: str
) -> None:
    refused = "INSERT INTO city (name, state, ibge_code) VALUES ('x', 'mg', '1234567')"
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as missing:
            await insert(connection, SAMPLE, NOW)
        await connection.rollback()
        with pytest.raises(DBAPIError) as check:
            await connection.execute(text(refused))
    assert is_missing(missing.value)
    assert not is_missing(check.value)
    raw = await asyncpg.connect(plain(database_url))
    try:
        with pytest.raises(asyncpg.CheckViolationError) as bare_missing:
            await raw.execute("INSERT INTO traffic_sample (at, port_id, interval_s) VALUES ('2031-01-31', 1, 60)")
        with pytest.raises(asyncpg.CheckViolationError) as bare_check:
            await raw.execute(refused)
    finally:
        await raw.close()
    assert is_missing(bare_missing.value)
    assert not is_missing(bare_check.value)


async def test_connection_logs_are_kept_thirteen_months(engine: AsyncEngine) -> None:
    inside, outside = NOW - timedelta(days=390), NOW - timedelta(days=440)
    await ensure_for(engine, SESSIONS, [inside, outside])
    changes = await ensure(engine, NOW)
    kept = await partitions(engine, SESSIONS)
    assert SESSIONS.name(SESSIONS.start(outside)) in changes.dropped
    assert SESSIONS.name(SESSIONS.start(inside)) in kept
