"""The process `farol collect`: ended in every way, with Postgres and Valkey going away under it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import extract, func, select

from collectors.housekeeping import tidy
from db.engine import create_engine
from db.models import DeviceState, Port, TrafficSample
from farol.collect import run
from farol.embedded.postgres import EmbeddedPostgres
from farol.embedded.valkey import EmbeddedValkey
from farol.settings import Settings, SettingsError
from tests.collectors.agents import Snmpd, free_udp_port
from tests.collectors.lab import SECRET, Lab, build_lab
from tests.waiting import until

LEASE_S = 3.0
PORTS = 3

BUSY_S = 3.0
"""What a machine that does other things may add before the test sees what happened."""


@pytest.fixture(scope="module")
def snmpd() -> Iterator[Snmpd]:
    with Snmpd() as agent:
        for index in range(1, PORTS + 1):
            agent.set_interface(index, f"ge-0/0/{index}", octets_in=index)
        yield agent


@pytest.fixture
async def lab(database_url: str) -> AsyncIterator[Lab]:
    engine = create_engine(database_url)
    yield await build_lab(database_url, engine)
    await engine.dispose()


class Process:
    """`log` is what it said so far."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text()

    async def says(self, words: str) -> None:
        async def said() -> bool:
            assert self.process.returncode is None or words in self.log, self.log
            return words in self.log

        await until(said, what=f"'{words}' in {self.log}")

    async def end(self, how: signal.Signals, *, within_s: float = 30) -> int:
        self.process.send_signal(how)
        async with asyncio.timeout(within_s):
            return await self.process.wait()


@asynccontextmanager
async def collecting(
    url: str, redis_url: str, home: Path, name: str = "one", *, radius_port: int | None = None
) -> AsyncIterator[Process]:
    log = home / f"{name}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.farol.collector_process",
            stdout=output,
            stderr=output,
            env={
                **os.environ,
                "DATABASE_URL": url,
                "REDIS_URL": redis_url,
                "FAROL_SECRET": SECRET.decode(),
                "FAROL_HOME": str(home),
                "FAROL_TEST_LEASE": str(LEASE_S),
                "FAROL_RADIUS_ACCT_PORT": str(radius_port or free_udp_port()),
            },
        )
    try:
        yield Process(process, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def owners(lab: Lab) -> set[str | None]:
    return set((await lab.owners()).values())


async def halves(lab: Lab) -> list[tuple[object, ...]]:
    """Polls of which some ports are stored and others are not."""
    async with lab.engine.connect() as db:
        rows = await db.execute(
            select(Port.device_id, TrafficSample.at, func.count())
            .join(Port, Port.id == TrafficSample.port_id)
            .group_by(Port.device_id, TrafficSample.at)
            .having(func.count() != PORTS)
        )
        return [tuple(row) for row in rows]


async def unwritten(lab: Lab) -> list[int]:
    """Devices with a sample newer than the poll that their state tells of: both are written together, or none."""
    async with lab.engine.connect() as db:
        latest = (
            select(Port.device_id, func.max(TrafficSample.at).label("at"))
            .join(Port, Port.id == TrafficSample.port_id)
            .group_by(Port.device_id)
            .subquery()
        )
        rows = await db.execute(
            select(DeviceState.device_id)
            .join(latest, latest.c.device_id == DeviceState.device_id)
            .where(DeviceState.last_polled_at < latest.c.at)
        )
        return list(rows.scalars())


async def test_a_killed_collectors_devices_move_within_a_lease_and_nothing_is_half_written(
    lab: Lab, snmpd: Snmpd, valkey_url: str, tmp_path: Path
) -> None:
    devices = [await lab.add(snmpd.port) for _ in range(4)]
    async with (
        collecting(lab.url, valkey_url, tmp_path, "one") as one,
        collecting(lab.url, valkey_url, tmp_path, "two") as two,
    ):

        async def shared() -> bool:
            holders = [owner for owner in (await lab.owners()).values() if owner]
            return len(holders) == 4 and sorted(holders.count(owner) for owner in set(holders)) == [2, 2]

        await until(shared, what="an even share")

        async def all_sampled() -> bool:
            return all([await lab.samples(*(p.id for p in (await lab.ports(d)).values())) for d in devices])

        await until(all_sampled, what="samples of all")
        mine = {owner for owner in await owners(lab) if owner and f"-{one.process.pid}-" in owner}
        assert len(mine) == 1
        await one.end(signal.SIGKILL)
        killed_at = time.monotonic()
        async with lab.engine.connect() as db:
            last = await db.scalar(
                select(extract("epoch", func.max(DeviceState.lease_until) - func.now())).where(
                    DeviceState.lease_owner.in_(mine)
                )
            )
        assert last is not None and float(last) < LEASE_S
        assert await halves(lab) == []
        assert await unwritten(lab) == []

        async def moved() -> bool:
            return not mine & await owners(lab) and len(await owners(lab)) == 1

        await until(moved, what="the move")
        assert time.monotonic() - killed_at < LEASE_S + BUSY_S
        moved_at = datetime.now(UTC)

        async def polled_on() -> bool:
            states = [await lab.state(device) for device in devices]
            return all(s and s.last_polled_at and s.last_polled_at > moved_at for s in states)

        await until(polled_on, what="polls of all by the other")
        assert await two.end(signal.SIGTERM) == 0
    assert await owners(lab) == {None}
    assert await halves(lab) == []


async def test_sigterm_ends_it_in_order_with_everything_stored_and_given_back(
    lab: Lab, snmpd: Snmpd, valkey_url: str, tmp_path: Path
) -> None:
    device = await lab.add(snmpd.port)
    async with collecting(lab.url, valkey_url, tmp_path) as process:
        ports = await lab.discovered(device)
        await until(lambda: lab.samples(next(iter(ports.values())).id), what="a sample")
        assert await process.end(signal.SIGTERM) == 0
        assert "all_stored" in process.log and "Traceback" not in process.log
    assert await owners(lab) == {None}


async def test_postgres_killed_while_polling_costs_no_poll(
    own_postgres: EmbeddedPostgres, valkey_url: str, snmpd: Snmpd, tmp_path: Path
) -> None:
    engine = create_engine(own_postgres.url)
    lab = await build_lab(own_postgres.url, engine)
    device = await lab.add(snmpd.port)
    home = tmp_path / "collector"
    home.mkdir()
    async with collecting(own_postgres.url, valkey_url, home) as process:
        port = (await lab.discovered(device))["ge-0/0/1"]
        await until(lambda: lab.samples(port.id), what="a sample")
        await own_postgres.kill()
        await process.says("postgres_away")
        await own_postgres.start()
        back_at = datetime.now(UTC)

        async def goes_on() -> bool:
            return len([s for s in await lab.samples(port.id) if s.at > back_at]) >= 2

        await until(goes_on, what="samples after the return")
        times = [sample.at.timestamp() for sample in await lab.samples(port.id)]
        assert len(times) == len(set(times))
        assert await halves(lab) == []
        assert await process.end(signal.SIGTERM) == 0
        assert "all_stored=True" in process.log
        assert "dropped" not in process.log and "Traceback" not in process.log
    await engine.dispose()


async def test_without_valkey_samples_are_stored_all_the_same(
    lab: Lab, snmpd: Snmpd, valkey_server: EmbeddedValkey, tmp_path: Path
) -> None:
    device = await lab.add(snmpd.port)
    async with collecting(lab.url, valkey_server.url, tmp_path) as process:
        port = (await lab.discovered(device))["ge-0/0/1"]
        await until(lambda: lab.samples(port.id), what="a sample")
        await valkey_server.kill()
        killed_at = datetime.now(UTC)

        async def goes_on() -> bool:
            return len([s for s in await lab.samples(port.id) if s.at > killed_at]) >= 3

        await until(goes_on, what="samples without a bus")
        assert await process.end(signal.SIGTERM) == 0
        assert "Traceback" not in process.log


async def test_it_waits_for_postgres_in_words_and_begins_when_it_comes(
    own_postgres: EmbeddedPostgres, snmpd: Snmpd, tmp_path: Path
) -> None:
    engine = create_engine(own_postgres.url)
    lab = await build_lab(own_postgres.url, engine)
    device = await lab.add(snmpd.port)
    await own_postgres.stop()
    home = tmp_path / "collector"
    home.mkdir()
    async with collecting(own_postgres.url, f"redis://127.0.0.1:{free_udp_port()}/0", home) as process:
        await process.says("PostgreSQL does not answer yet")
        await own_postgres.start()
        await process.says("collecting")
        await until(lambda: lab.ports(device), what="a walk")
        assert await process.end(signal.SIGTERM) == 0
    await engine.dispose()


async def test_it_can_be_stopped_while_it_waits(valkey_url: str, tmp_path: Path) -> None:
    async with collecting("postgresql://nobody@127.0.0.1:1/none", valkey_url, tmp_path) as process:
        await process.says("waiting_for_the_database")
        assert await process.end(signal.SIGTERM) == 0


async def test_a_missing_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        await run(Settings())


async def test_two_that_keep_house_at_once_do_it_once_and_the_partitions_are_there(lab: Lab) -> None:
    results = await asyncio.gather(*(tidy(lab.engine, datetime(2032, 5, 5, tzinfo=UTC)) for _ in range(2)))
    made = [name for changes in results if changes for name in changes.created]
    assert "traffic_sample_20320508" in made
    assert len(made) == len(set(made))
