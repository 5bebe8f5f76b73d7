"""What the traffic panels say when polls stop: nothing that looks fresh and is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.panels import devices_health, traffic_port, traffic_top
from db.models import DeviceState, Port
from db.partitions import ensure
from db.samples import copy_traffic
from db.session import reading
from realtime.panel import Answer, NoParams
from realtime.panels.traffic_port import Params as OnePort
from realtime.panels.traffic_top import Params as Top
from realtime.scope import EVERYWHERE
from tests.backend.conftest import SignIn
from tests.backend.test_devices import add, make_port
from tests.world import World

AGO = timedelta(hours=2)


@pytest.fixture
async def port(engine: AsyncEngine, world: World, api: SignIn) -> int:
    """A port whose last samples are two hours old, of a device polled every minute."""
    device = await add(await api("root"), world)
    port = await make_port(engine, device)
    last = datetime.now(UTC) - AGO
    await ensure(engine, last)
    rows = [(last - timedelta(minutes=n), port, 5e6, 1e6, 60.0, 0) for n in range(3)]
    await copy_traffic(engine, rows)
    return port


async def polled(engine: AsyncEngine, at: datetime) -> None:
    async with engine.begin() as db:
        await db.execute(update(DeviceState).values(last_polled_at=at, status="up"))


async def panels(engine: AsyncEngine, port: int) -> tuple[Answer, Answer, Answer]:
    """`traffic.top`, `devices.health` and `traffic.port`."""
    async with reading(engine) as db:
        return (
            await traffic_top.snapshot(db, EVERYWHERE, Top()),
            await devices_health.snapshot(db, EVERYWHERE, NoParams()),
            await traffic_port.snapshot(db, EVERYWHERE, OnePort(port)),
        )


async def test_when_nobody_polls_the_last_picture_stays_and_says_its_age(engine: AsyncEngine, port: int) -> None:
    await polled(engine, datetime.now(UTC) - AGO)
    top, health, graph = await panels(engine, port)
    assert [row.in_bps for row in top.data] == [5e6]
    assert len(top.data[0].trail) == 3
    assert health.data[0].in_bps == 5e6
    for answer in (top, health, graph):
        assert abs(datetime.now(UTC) - answer.as_of - AGO) < timedelta(minutes=1)


async def test_a_device_that_fell_silent_is_not_among_the_busiest(engine: AsyncEngine, port: int) -> None:
    await polled(engine, datetime.now(UTC))
    top, health, _ = await panels(engine, port)
    assert top.data == []
    assert health.data[0].in_bps is None


async def test_the_operators_capacity_wins_over_the_devices_speed(engine: AsyncEngine, port: int) -> None:
    await polled(engine, datetime.now(UTC) - AGO)
    async with engine.begin() as db:
        await db.execute(update(Port).values(capacity_bps=10_000_000))
    top, *_ = await panels(engine, port)
    assert (top.data[0].capacity_bps, top.data[0].utilisation) == (10_000_000, 0.5)
