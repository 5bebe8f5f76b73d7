"""What was acknowledged is still there after `kill -9` of PostgreSQL, and what was not is whole or absent."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import create_engine
from db.events import read_tail
from db.models import Device
from db.session import reading
from db.uow import UnitOfWork
from farol.embedded.postgres import EmbeddedPostgres
from realtime.facts import DeviceAdded, Recorded
from realtime.scope import Place
from tests.world import World, build_world

WRITERS = 4
ENOUGH = 40
"""Commits acknowledged before the kill, which then falls somewhere among four that are under way."""


@dataclass
class Ledger:
    """What clients were told: event id by device."""

    acknowledged: dict[int, int] = field(default_factory=dict)
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def ring(self, facts: list[Recorded]) -> None:
        for recorded in facts:
            assert isinstance(recorded.fact, DeviceAdded)
            self.acknowledged[recorded.fact.device_id] = recorded.id
        if len(self.acknowledged) >= ENOUGH:
            self.enough.set()


async def writes_through(engine: AsyncEngine) -> None:
    """A kill of the server alone leaves the system's cache alive: only the settings say that the disk has it too."""
    async with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert await connection.scalar(text(f"SHOW {setting}")) == "on", setting
        unlogged = await connection.scalars(text("SELECT relname FROM pg_class WHERE relpersistence = 'u'"))
        assert unlogged.all() == [], "an unlogged table is emptied by a crash"


async def add_device(engine: AsyncEngine, ledger: Ledger, world: World) -> None:
    async with UnitOfWork(engine, ring=ledger.ring, clock=lambda: datetime.now(UTC)) as uow:
        device = Device(company_id=world.north, city_id=world.alto, name="x", address="127.0.0.1", snmp_credentials=b"")
        uow.session.add(device)
        await uow.session.flush()
        uow.emit(DeviceAdded(place=Place(world.north, None, world.alto), at=uow.now, device_id=device.id))


async def write_until_it_breaks(engine: AsyncEngine, ledger: Ledger, world: World) -> None:
    with contextlib.suppress(DBAPIError, OSError):  # what a dead server looks like, in the middle and at the start
        while True:
            await add_device(engine, ledger, world)


async def stored(engine: AsyncEngine) -> tuple[set[int], dict[int, int]]:
    """Devices, and event id by device."""
    async with reading(engine) as session:
        devices = set(await session.scalars(select(Device.id)))
        facts = await read_tail(session, back=timedelta(hours=1))
    assert len({recorded.id for recorded in facts}) == len(facts)
    return devices, {one.fact.device_id: one.id for one in facts if isinstance(one.fact, DeviceAdded)}


async def test_acknowledged_commits_survive_a_kill_with_their_facts(own_postgres: EmbeddedPostgres) -> None:
    engine = create_engine(own_postgres.url)
    ledger = Ledger()
    try:
        await writes_through(engine)
        world = await build_world(engine)
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            for _ in range(WRITERS):
                tasks.create_task(write_until_it_breaks(engine, ledger, world))
            await ledger.enough.wait()
            await own_postgres.kill()
        told = dict(ledger.acknowledged)
        await own_postgres.start()

        devices, events = await stored(engine)  # the same engine: its dead connections are replaced unasked
        assert {device: events.get(device) for device in told} == told
        assert set(events) == devices, "a row without its fact, or a fact without its row"
        assert len(devices) <= len(told) + WRITERS

        await add_device(engine, ledger, world)
        (new,) = set(ledger.acknowledged) - set(told)
        assert new > max(devices)
        assert ledger.acknowledged[new] > max(events.values())
    finally:
        await engine.dispose()
