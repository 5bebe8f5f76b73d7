"""The outbox against a real Postgres: what was polled is stored once, whatever happens to the connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, event, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.device import Excess, Polled, Row
from collectors.inventory import Leases
from collectors.metrics import Metrics
from collectors.store import Outbox, Outcome
from db.engine import create_engine
from db.models import DeviceState
from farol.embedded.postgres import EmbeddedPostgres
from realtime.facts import DeviceStatus, Recorded
from realtime.readings import Reading, TrafficSampled
from realtime.scope import Place
from tests.collectors.lab import HURRY, Lab, build_lab
from tests.waiting import until

T0 = float(int(time.time()) - 60)


def outcome(
    device_id: int,
    at: float,
    *ports: int,
    status: DeviceStatus = "up",
    excesses: Sequence[Excess] = (),
    in_bps: float = 1e6,
) -> Outcome:
    rows: list[Row] = [(datetime.fromtimestamp(at, UTC), port, in_bps, 2e6, 10.0, 0) for port in ports]
    polled = Polled(
        at=at,
        rows=rows,
        excesses=list(excesses),
        answered=status == "up",
        round_trip_ms=1.5 if status == "up" else None,
        uptime_s=60.0,
        failure=None,
        rebooted=False,
        table_moved=False,
    )
    return Outcome(
        device_id=device_id, place=Place(1, 1, 1), polled=polled, status=status, misses=0, variables=21, skipped=0
    )


class Bench:
    """An outbox of `owner`, and what it announced."""

    def __init__(self, engine: AsyncEngine, owner: str = "one", most: int = 1_000) -> None:
        self.heard: list[Reading] = []
        self.rung: list[Recorded] = []
        self.metrics = Metrics()
        self.outbox = Outbox(
            engine,
            owner=owner,
            announce=self._announce,
            ring=self._ring,
            clock=lambda: datetime.now(UTC),
            metrics=self.metrics,
            most_buffered=most,
        )

    async def _announce(self, readings: list[Reading]) -> None:
        self.heard += readings

    async def _ring(self, facts: list[Recorded]) -> None:
        self.rung += facts

    @property
    def announced(self) -> list[float]:
        return [reading.at for reading in self.heard if isinstance(reading, TrafficSampled)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.outbox.run())
            try:
                yield
            finally:
                task.cancel()


async def leased(lab: Lab, owner: str = "one", devices: int = 1) -> list[int]:
    ids = [await lab.add(20_000 + number) for number in range(devices)]
    await Leases(lab.engine, owner=owner, lease=HURRY.lease * 100).claim(devices)
    return ids


async def test_a_poll_is_announced_only_after_it_can_be_read(lab: Lab) -> None:
    (device,) = await leased(lab)
    bench = Bench(lab.engine)
    bench.outbox.put(outcome(device, T0, 1, 2))
    assert await bench.outbox.drain(10)
    assert [sample.port_id for sample in await lab.samples()] == [1, 2]
    assert bench.announced == [T0]
    state = await lab.state(device)
    assert state is not None and state.last_polled_at == datetime.fromtimestamp(T0, UTC) == state.last_answered_at


async def test_many_devices_share_a_transaction(lab: Lab) -> None:
    devices = await leased(lab, devices=20)
    bench = Bench(lab.engine)
    commits: list[int] = []
    event.listen(lab.engine.sync_engine, "commit", lambda connection: commits.append(1))
    for device in devices:
        bench.outbox.put(outcome(device, T0, device))
    assert await bench.outbox.drain(10)
    assert len(await lab.samples()) == 20
    assert len(commits) == 1


async def test_a_commit_whose_answer_was_lost_is_not_repeated(lab: Lab) -> None:
    """The server commits, and the connection breaks before the client hears of it."""
    (device,) = await leased(lab)
    bench = Bench(lab.engine)
    broken: list[bool] = []

    @event.listens_for(lab.engine.sync_engine, "commit")
    def lose_the_answer(connection: Connection) -> None:
        if not broken:
            broken.append(True)
            connection.connection.commit()
            raise ConnectionResetError("the connection broke after COMMIT")

    bench.outbox.put(outcome(device, T0, 1, 2))
    with pytest.raises(ConnectionResetError):
        await bench.outbox._flush()
    assert len(await lab.samples()) == 2
    assert bench.announced == []
    bench.outbox.put(outcome(device, T0 + 10, 1, 2))
    assert await bench.outbox.drain(10)
    assert [s.at.timestamp() - T0 for s in await lab.samples()] == [0, 0, 10, 10]
    assert bench.announced == [T0, T0 + 10]


async def test_a_transaction_that_failed_is_tried_again_until_it_is_stored(lab: Lab) -> None:
    (device,) = await leased(lab)
    bench = Bench(lab.engine)
    async with lab.engine.connect() as holder:
        await holder.execute(text("LOCK TABLE traffic_sample IN ACCESS EXCLUSIVE MODE"))
        bench.outbox.put(outcome(device, T0, 1))
        async with bench.running():

            async def waits_for_the_lock() -> bool:
                async with lab.engine.connect() as db:
                    found = await db.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
                    return bool(found)

            await until(waits_for_the_lock)
            async with lab.engine.connect() as db:
                await db.execute(
                    text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
                )
            await holder.rollback()

            async def stored() -> bool:
                return bench.announced == [T0]

            await until(stored, what="the second try")
    assert len(await lab.samples()) == 1


async def test_what_was_polled_by_one_whose_lease_is_lost_is_not_stored_nor_announced(lab: Lab) -> None:
    ours, theirs = await leased(lab, devices=2)
    async with lab.engine.begin() as db:
        await db.execute(update(DeviceState).where(DeviceState.device_id == theirs).values(lease_owner="two"))
    bench = Bench(lab.engine)
    bench.outbox.put(outcome(ours, T0, 1))
    bench.outbox.put(outcome(theirs, T0, 2))
    assert await bench.outbox.drain(10)
    assert [sample.port_id for sample in await lab.samples()] == [1]
    assert {reading.device_id for reading in bench.heard} == {ours}  # type: ignore[attr-defined]
    assert bench.metrics.summary()["samples_dropped.lease_lost"] == 1


async def test_the_buffer_is_bounded_and_the_oldest_go_first_counted(lab: Lab) -> None:
    (device,) = await leased(lab)
    bench = Bench(lab.engine, most=10)
    for poll in range(8):
        bench.outbox.put(outcome(device, T0 + poll, 1, 2, 3))
    assert await bench.outbox.drain(10)
    kept = sorted({sample.at.timestamp() - T0 for sample in await lab.samples()})
    assert kept == [5, 6, 7]
    assert bench.metrics.summary()["samples_dropped.buffer_full"] == 15


async def test_polls_without_samples_are_bounded_too(lab: Lab) -> None:
    (device,) = await leased(lab)
    bench = Bench(lab.engine, most=10)
    for poll in range(500):
        bench.outbox.put(outcome(device, T0 + poll, status="down"))
    assert bench.metrics.summary()["samples_buffered"] == 10


async def test_dropping_the_oldest_does_not_touch_the_batch_in_flight(lab: Lab) -> None:
    """While a batch waits for its commit, the buffer overflows: what is committed and what is kept stay apart."""
    (device,) = await leased(lab)
    bench = Bench(lab.engine, most=4)
    async with lab.engine.connect() as holder, bench.running():
        await holder.execute(text("LOCK TABLE traffic_sample IN ACCESS EXCLUSIVE MODE"))
        bench.outbox.put(outcome(device, T0, 1, 2))

        async def in_flight() -> bool:
            async with lab.engine.connect() as db:
                return bool(await db.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

        await until(in_flight)
        for poll in range(1, 6):
            bench.outbox.put(outcome(device, T0 + poll, 1, 2))
        await holder.rollback()

        async def all_stored() -> bool:
            return bench.announced == [T0, T0 + 4, T0 + 5]

        await until(all_stored)
    assert sorted({s.at.timestamp() - T0 for s in await lab.samples()}) == [0, 4, 5]
    assert bench.metrics.summary()["samples_dropped.buffer_full"] == 6


async def test_a_status_that_changes_is_one_fact_with_what_was_stored_before(lab: Lab) -> None:
    (device,) = await leased(lab)
    bench = Bench(lab.engine)
    statuses: list[DeviceStatus] = ["up", "up", "suspect", "down"]
    for number, status in enumerate(statuses):
        bench.outbox.put(outcome(device, T0 + number, status=status))
        if number != 2:
            assert await bench.outbox.drain(10)
    facts = await lab.facts("DeviceStatusChanged")
    assert [(fact["before"], fact["after"]) for fact in facts] == [("unknown", "up"), ("up", "down")]
    assert len(bench.rung) == 2
    state = await lab.state(device)
    assert state is not None and state.status == "down" and state.status_since.timestamp() == T0 + 3


async def test_an_excess_is_told_once_an_hour_and_port(lab: Lab) -> None:
    (device,) = await leased(lab)
    bench = Bench(lab.engine)
    excess = Excess(port_id=5, rate_bps=2_000, capacity_bps=1_000)
    for at in (T0, T0 + 10, T0 + 3_599, T0 + 3_600):
        bench.outbox.put(outcome(device, at, excesses=[excess]))
        assert await bench.outbox.drain(10)
    assert len(await lab.facts("CapacityExceeded")) == 2


async def test_a_sample_of_a_day_without_a_partition_is_stored_all_the_same(lab: Lab) -> None:
    (device,) = await leased(lab)
    bench = Bench(lab.engine)
    at = datetime(2031, 1, 1, tzinfo=UTC).timestamp()
    bench.outbox.put(outcome(device, at, 1))
    assert await bench.outbox.drain(10)
    assert [sample.at.year for sample in await lab.samples()] == [2031]


async def test_what_postgres_refuses_is_counted_and_does_not_stop_the_rest(lab: Lab) -> None:
    (device,) = await leased(lab)
    bench = Bench(lab.engine)
    async with lab.engine.begin() as db:
        await db.execute(text("ALTER TABLE traffic_sample ADD CONSTRAINT believable CHECK (in_bps < 1e9)"))
    bench.outbox.put(outcome(device, T0, 1, in_bps=1e12))
    assert await bench.outbox.drain(10)
    bench.outbox.put(outcome(device, T0 + 10, 1))
    assert await bench.outbox.drain(10)
    assert [sample.in_bps for sample in await lab.samples()] == [1e6]
    assert bench.metrics.summary()["samples_dropped.refused"] == 1


async def test_a_killed_postgres_costs_nothing_that_was_polled_meanwhile(own_postgres: EmbeddedPostgres) -> None:
    engine = create_engine(own_postgres.url)
    try:
        lab = await build_lab(own_postgres.url, engine)
        (device,) = await leased(lab)
        bench = Bench(engine)
        async with bench.running():
            bench.outbox.put(outcome(device, T0, 1))
            await until(lambda: _is(bench.announced == [T0]))
            await own_postgres.kill()
            for poll in range(1, 6):
                bench.outbox.put(outcome(device, T0 + poll, 1))
            await until(lambda: _is("store_failures" in bench.metrics.summary()), what="a failure")
            await own_postgres.start()
            await until(lambda: _is(len(bench.announced) == 6), what="the rest")
        assert [s.at.timestamp() - T0 for s in await lab.samples()] == [0, 1, 2, 3, 4, 5]
        assert "samples_dropped.buffer_full" not in bench.metrics.summary()
    finally:
        await engine.dispose()


async def _is(truth: bool) -> bool:
    return truth


async def test_an_end_without_postgres_is_told_and_counted(lab: Lab) -> None:
    nowhere = create_engine("postgresql://nobody@127.0.0.1:1/none")
    bench = Bench(nowhere)
    bench.outbox.put(outcome(1, T0, 1, 2))
    assert not await bench.outbox.drain(0.8)
    assert bench.metrics.summary()["samples_dropped.shutdown"] == 2
    await nowhere.dispose()


@pytest.mark.parametrize("count", [0, 1, 25_000])
async def test_a_poll_of_any_size_is_one_batch(lab: Lab, count: int) -> None:
    (device,) = await leased(lab)
    bench = Bench(lab.engine, most=100_000)
    bench.outbox.put(outcome(device, T0, *range(1, count + 1)))
    assert await bench.outbox.drain(30)
    assert len(await lab.samples()) == count
