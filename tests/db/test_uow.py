"""The unit of work: rows and their facts together or not at all, and the bell only afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

import db.uow
from db.events import read_tail, write
from db.models import City
from db.session import reading
from db.uow import UnitOfWork
from realtime.facts import Fact, Recorded
from tests.db.conftest import Bell
from tests.db.facts import HERE, THEN, added

Work = Callable[[], UnitOfWork]


def city(name: str, ibge_code: str) -> City:
    return City(name=name, state="MG", ibge_code=ibge_code)


async def cities(engine: AsyncEngine) -> list[str]:
    async with reading(engine) as session:
        return list(await session.scalars(select(City.name).order_by(City.name)))


async def recorded(engine: AsyncEngine) -> list[Recorded]:
    async with reading(engine) as session:
        return await read_tail(session, back=timedelta(hours=1))


async def test_rows_and_facts_are_committed_together_and_then_rung(engine: AsyncEngine, work: Work, bell: Bell) -> None:
    async with work() as uow:
        uow.session.add(city("Betim", "3106705"))
        uow.emit(added(1))
        assert await cities(engine) == []
        assert bell.rung == []
    assert await cities(engine) == ["Betim"]
    assert [await recorded(engine)] == bell.rung


async def test_the_bell_rings_when_others_can_already_see_the_rows(engine: AsyncEngine) -> None:
    seen: list[list[str]] = []

    async def look(facts: list[Recorded]) -> None:
        seen.append(await cities(engine))

    async with UnitOfWork(engine, ring=look, clock=lambda: datetime.now(UTC)) as uow:
        uow.session.add(city("Betim", "3106705"))
        uow.emit(added(1))
    assert seen == [["Betim"]]


async def test_an_exception_leaves_neither_rows_nor_facts_and_rings_nobody(
    engine: AsyncEngine, work: Work, bell: Bell
) -> None:
    async def request() -> None:
        async with work() as uow:
            uow.session.add(city("Betim", "3106705"))
            await uow.session.flush()
            uow.emit(added(1))
            raise LookupError

    with pytest.raises(LookupError):
        await request()
    assert (await cities(engine), await recorded(engine), bell.rung) == ([], [], [])


async def test_a_row_that_is_refused_at_the_end_takes_the_facts_with_it(
    engine: AsyncEngine, work: Work, bell: Bell
) -> None:
    async def request() -> None:
        async with work() as uow:
            uow.emit(added(1))
            uow.session.add_all([city("Betim", "3106705"), city("Outra Betim", "3106705")])

    with pytest.raises(IntegrityError):
        await request()
    assert (await cities(engine), await recorded(engine), bell.rung) == ([], [], [])


async def test_a_cancelled_request_leaves_nothing(engine: AsyncEngine, work: Work, bell: Bell) -> None:
    inside = asyncio.Event()

    async def request() -> None:
        async with work() as uow:
            uow.session.add(city("Betim", "3106705"))
            await uow.session.flush()
            uow.emit(added(1))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(request())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await cities(engine), await recorded(engine), bell.rung) == ([], [], [])


async def test_facts_keep_the_order_in_which_they_were_emitted(engine: AsyncEngine, work: Work, bell: Bell) -> None:
    async with work() as uow:
        for device in (5, 3, 9, 1):
            uow.emit(added(device))
    (rung,) = bell.rung
    assert [one.fact for one in rung] == [added(5), added(3), added(9), added(1)]
    assert [one.id for one in rung] == sorted({one.id for one in rung})
    assert await recorded(engine) == rung


async def test_the_id_of_a_rolled_back_fact_is_not_given_again(engine: AsyncEngine, work: Work, bell: Bell) -> None:
    """Somebody may have heard of it: an id means one fact, for ever."""
    async with work() as first:
        first.emit(added(1))
    async with engine.connect() as connection:
        lost = await write(connection, [added(2)])
        await connection.rollback()
    async with work() as third:
        third.emit(added(3))
    before, after = (rung[0].id for rung in bell.rung)
    assert before < lost[0].id < after


async def test_work_without_facts_rings_nobody(engine: AsyncEngine, work: Work, bell: Bell) -> None:
    async with work() as uow:
        uow.session.add(city("Betim", "3106705"))
    assert await cities(engine) == ["Betim"]
    assert bell.rung == []


async def test_a_deaf_bell_does_not_undo_what_was_committed(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(facts: list[Recorded]) -> None:
        raise ConnectionError("the bus is away")

    async def stuck(facts: list[Recorded]) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(db.uow, "RING_DEADLINE", timedelta(milliseconds=20))
    failures = db.uow.counters.ring_failures
    for device, ring in ((1, broken), (2, stuck)):
        async with UnitOfWork(engine, ring=ring, clock=lambda: datetime.now(UTC)) as uow:
            uow.emit(added(device))
    assert [one.fact for one in await recorded(engine)] == [added(1), added(2)]
    assert db.uow.counters.ring_failures == failures + 2


async def test_a_fact_without_a_declared_subject_is_refused_when_it_is_emitted(work: Work) -> None:
    class Forgotten(Fact, frozen=True, kw_only=True, tag=True):
        pass

    async with work() as uow:
        with pytest.raises(TypeError, match=r"Forgotten has no line in db\.events\.SUBJECTS"):
            uow.emit(Forgotten(place=HERE, at=THEN))  # type: ignore[arg-type]


async def test_a_unit_of_work_is_used_once_and_only_inside_its_block(
    engine: AsyncEngine, work: Work, bell: Bell
) -> None:
    uow = work()
    with pytest.raises(RuntimeError, match="DeviceAdded was emitted outside"):
        uow.emit(added(1))
    async with uow:
        uow.emit(added(2))
    with pytest.raises(RuntimeError, match="DeviceAdded was emitted outside"):
        uow.emit(added(3))
    with pytest.raises(RuntimeError, match="used once"):
        async with uow:
            pass
    assert [one.fact for one in await recorded(engine)] == [added(2)]
    assert len(bell.rung) == 1


async def test_a_month_without_its_partition_is_made_on_the_way(engine: AsyncEngine, work: Work, bell: Bell) -> None:
    partitions = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass")
    async with engine.begin() as connection:
        for name in (await connection.scalars(partitions)).all():
            await connection.execute(text(f"DROP TABLE {name}"))
    async with work() as uow:
        uow.session.add(city("Betim", "3106705"))
        uow.emit(added(1))
    assert await cities(engine) == ["Betim"]
    assert [one.fact for one in await recorded(engine)] == [added(1)]
    assert len(bell.rung) == 1
