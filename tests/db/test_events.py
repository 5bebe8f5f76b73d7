"""The event table: what is written is read again, by the tail and as the history of a record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.testing import capture_logs

import db.events
from db.engine import encode_json
from db.events import SUBJECTS, history, read_tail, write
from db.models import Base
from db.partitions import EVENTS, ensure_for
from db.session import reading
from db.uow import UnitOfWork
from realtime.facts import AnyFact, Fact, Recorded
from realtime.feed import FactFeed
from realtime.scope import EVERYWHERE, Place, Reach, Scope
from tests.db.facts import HERE, added, any_fact

Work = Callable[[], UnitOfWork]
HOUR = timedelta(hours=1)
KINDS = get_args(AnyFact)


async def tail(engine: AsyncEngine, back: timedelta = HOUR) -> list[Recorded]:
    async with reading(engine) as session:
        return await read_tail(session, back=back)


async def put(connection: AsyncConnection, kind: str, body: str, *, age_s: float = 0) -> None:
    """A row that no unit of work would write."""
    await connection.execute(
        text(
            "INSERT INTO event (recorded_at, at, kind, company_id, subject_type, subject_id, body) VALUES "
            "(clock_timestamp() - make_interval(secs => :age), now(), :kind, 1, 'device', 1, CAST(:body AS jsonb))"
        ),
        {"age": age_s, "kind": kind, "body": body},
    )


async def told(engine: AsyncEngine, scope: Scope, subject: str, number: int, *, limit: int = 200) -> list[AnyFact]:
    async with reading(engine) as session:
        return [one.fact for one in await history(session, scope, subject, number, limit=limit)]


def test_every_fact_declares_the_record_it_belongs_to() -> None:
    assert {kind for kind in Fact.__subclasses__() if kind.__module__ == Fact.__module__} == set(KINDS) == set(SUBJECTS)
    for kind, (table, field) in SUBJECTS.items():
        assert table in Base.metadata.tables, kind
        assert field in kind.__struct_fields__, kind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_a_fact_of_every_kind_is_read_as_it_was_written(
    engine: AsyncEngine, work: Work, kind: type[AnyFact]
) -> None:
    fact = any_fact(kind)
    async with work() as uow:
        uow.emit(fact)
    subject, field = SUBJECTS[kind]
    assert [one.fact for one in await tail(engine)] == [fact]
    assert await told(engine, EVERYWHERE, subject, getattr(fact, field)) == [fact]


async def test_transactions_that_commit_in_reverse_order_are_both_heard_once(engine: AsyncEngine) -> None:
    """The one with the lower id commits last: a reader that remembered the highest id would never see it."""
    heard: list[Recorded] = []

    async def since(instant: datetime) -> list[Recorded]:
        return await tail(engine, datetime.now(UTC) - instant)

    feed = FactFeed(tail=since, deliver=heard.extend, clock=lambda: datetime.now(UTC))
    async with engine.connect() as slow, engine.connect() as quick:
        (first,) = await write(slow, [added(1)])
        (second,) = await write(quick, [added(2)])
        await quick.commit()
        await feed.read()
        assert heard == [second]
        await slow.commit()
        await feed.read()
        await feed.read()
    assert first.id < second.id
    assert heard == [second, first]


async def test_the_tail_is_as_long_as_asked_by_the_clock_of_the_database(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        for age in (5, 20, 60):
            await put(connection, "DeviceAdded", encode_json(added(age)), age_s=age)
    assert [one.fact for one in await tail(engine, timedelta(seconds=30))] == [added(20), added(5)]


async def test_a_long_tail_is_read_in_pages_without_loss(
    engine: AsyncEngine, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.events, "PAGE", 3)
    async with work() as uow:
        for device in range(1, 11):
            uow.emit(added(device))
    assert [one.fact for one in await tail(engine)] == [added(device) for device in range(1, 11)]


async def test_the_tail_costs_the_same_however_many_months_are_kept(engine: AsyncEngine) -> None:
    now = datetime.now(UTC)
    await ensure_for(engine, EVENTS, [now - timedelta(days=31 * months) for months in range(12)])
    asked: list[tuple[str, Any]] = []
    event.listen(
        engine.sync_engine,
        "before_cursor_execute",
        lambda connection, cursor, statement, parameters, *_: asked.append((statement, parameters)),
    )
    await tail(engine, timedelta(minutes=1))
    ((statement, parameters),) = [each for each in asked if "FROM event" in each[0]]
    async with engine.connect() as connection:
        plan = "\n".join((await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)).scalars())
    assert EVENTS.name(EVENTS.start(now)) in plan
    assert EVENTS.name(EVENTS.start(now - timedelta(days=62))) not in plan


async def test_a_history_is_newest_first_and_of_one_record(engine: AsyncEngine, work: Work) -> None:
    for device in (1, 2, 1, 1):
        async with work() as uow:
            uow.emit(added(device, Place(1, 2, device)))
    assert await told(engine, EVERYWHERE, "device", 2) == [added(2, Place(1, 2, 2))]
    assert len(await told(engine, EVERYWHERE, "device", 1)) == 3
    assert len(await told(engine, EVERYWHERE, "device", 1, limit=2)) == 2
    assert await told(engine, EVERYWHERE, "receivable", 1) == []


async def test_a_history_outside_the_scope_looks_empty(engine: AsyncEngine, work: Work) -> None:
    async with work() as uow:
        uow.emit(added(1, HERE))
    assert await told(engine, Scope.of(Reach(city_id=HERE.city_id or 0)), "device", 1) == [added(1, HERE)]
    assert await told(engine, Scope.of(Reach(city_id=99)), "device", 1) == []
    assert await told(engine, Scope(), "device", 1) == []


async def test_a_fact_of_a_newer_version_is_skipped_counted_and_said(engine: AsyncEngine, work: Work) -> None:
    async with engine.begin() as connection:
        await put(connection, "MoonLanded", '{"kind": "MoonLanded", "feet": 2}')
    async with work() as uow:
        uow.emit(added(1))
    before = db.events.counters.unknown
    with capture_logs() as said:
        assert [one.fact for one in await tail(engine)] == [added(1)]
    assert [(line["event"], line["kind"]) for line in said] == [("unknown_fact", "MoonLanded")]
    assert db.events.counters.unknown == before + 1


async def test_a_known_kind_that_does_not_decode_is_a_bug_and_not_skipped(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await put(connection, "DeviceAdded", '{"kind": "DeviceAdded", "device": 1}')
    with pytest.raises(msgspec.ValidationError):
        await tail(engine)
