"""Devices, ports and traffic history by REST."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.devices.queries import choose_step
from db.models import Device, DeviceState, Event, IdempotencyKey, Port
from db.partitions import ensure
from db.samples import copy_traffic
from db.session import reading
from farol.serve import Wiring
from tests.backend.conftest import Api, SignIn
from tests.world import NOW, World

COMMUNITY = "cem-por-cento-secreta"


def new_device(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Borda 1",
        "address": "127.0.0.1",
        "port": 16100,
        "city_id": world.alto,
        "company_id": world.north,
        "snmp": {"version": "2c", "community": COMMUNITY},
    } | changes


async def add(api: Api, world: World, **changes: Any) -> int:
    answer = await api.post("/devices", json=new_device(world, **changes))
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def make_port(engine: AsyncEngine, device: int, name: str = "xe-0/0/0", **values: Any) -> int:
    async with engine.begin() as db:
        made = await db.execute(
            insert(Port).values(device_id=device, if_index=1, name=name, speed_bps=10**10, **values).returning(Port.id)
        )
        return int(made.scalar_one())


async def sample(engine: AsyncEngine, port: int, points: list[tuple[datetime, float | None]]) -> None:
    for day in {at.date() for at, _ in points}:
        await ensure(engine, datetime.combine(day, datetime.min.time(), NOW.tzinfo))
    await copy_traffic(engine, [(at, port, bps, bps, 10.0, 0) for at, bps in points])


async def test_a_new_device_waits_for_its_discovery(engine: AsyncEngine, world: World, api: SignIn) -> None:
    root = await api("root")
    device = await add(root, world)
    async with reading(engine) as db:
        assert await db.scalar(select(DeviceState.discover_requested_at).where(DeviceState.device_id == device)) == NOW
        assert await db.scalar(select(Event.kind)) == "DeviceAdded"
    assert (await root.get(f"/devices/{device}")).json()["status"] == "unknown"


async def test_a_community_is_sealed_and_never_leaves(
    engine: AsyncEngine, world: World, api: SignIn, wiring: Wiring
) -> None:
    root = await api("root")
    answer = await root.post("/devices", json=new_device(world), headers={"Idempotency-Key": "k"})
    device = answer.json()["id"]
    assert COMMUNITY not in answer.text
    assert COMMUNITY not in (await root.get("/devices")).text
    async with reading(engine) as db:
        sealed = (await db.execute(select(Device.snmp_credentials))).scalar_one()
        answers = (await db.execute(select(IdempotencyKey.body))).scalars().all()
    assert COMMUNITY.encode() not in sealed
    assert answers
    assert all(COMMUNITY.encode() not in answer for answer in answers if answer)
    opened = wiring.services.vault.open(sealed, purpose="snmp", record=f"device:{device}")
    assert msgspec.json.decode(opened) == {"community": COMMUNITY}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "router.example"}, "address"),
        ({"address": "127.0.0.1; rm"}, "address"),
        ({"port": 0}, "port"),
        ({"port": 70000}, "port"),
        ({"name": " "}, "name"),
        ({"poll_interval_s": 1}, "poll_interval_s"),
        ({"snmp": {"version": "2c"}}, "snmp"),
        ({"snmp": {"version": "4", "community": "x"}}, "snmp"),
        ({"snmp": {"version": "3", "user": "u", "priv_protocol": "aes", "priv_password": "12345678"}}, "snmp"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_bad_devices_are_refused_in_words(world: World, api: SignIn, change: dict[str, Any], field: str) -> None:
    answer = await (await api("root")).post("/devices", json=new_device(world, **change))
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert field in answer.text


async def test_discovery_can_be_asked_for_again(engine: AsyncEngine, world: World, api: SignIn, clock: Any) -> None:
    root = await api("root")
    device = await add(root, world)
    clock.advance(timedelta(minutes=5))
    assert (await root.post(f"/devices/{device}/discover")).status_code == 202
    async with reading(engine) as db:
        asked = await db.scalar(select(DeviceState.discover_requested_at))
    assert asked == NOW + timedelta(minutes=5)


async def test_lists_filter_by_city_state_and_words_and_export(engine: AsyncEngine, world: World, api: SignIn) -> None:
    root = await api("root")
    first = await add(root, world, name="Borda 1")
    second = await add(root, world, name="=OLT 50%", city_id=world.baixo, address="127.0.0.2")

    async def found(**params: Any) -> list[int]:
        return [item["id"] for item in (await root.get("/devices", params=params)).json()["items"]]

    assert await found() == [second, first]
    assert await found(city_id=world.baixo) == [second]
    assert await found(q="borda") == [first]
    assert await found(q="%") == [second]
    assert await found(q="127.0.0.2") == [second]
    assert await found(status="down") == []
    assert await found(limit=1) == [second]
    table = (await root.get("/devices", headers={"Accept": "text/csv"})).text
    assert len(table.splitlines()) == 3
    assert "'=OLT 50%" in table


async def test_ports_come_in_the_devices_order_with_what_disappeared_last(
    engine: AsyncEngine, world: World, api: SignIn
) -> None:
    root = await api("root")
    device = await add(root, world)
    async with engine.begin() as db:
        for index, name in ((None, "gone"), (20, "xe-0/0/20"), (3, "xe-0/0/3")):
            await db.execute(insert(Port).values(device_id=device, if_index=index, name=name))
    page = (await root.get(f"/devices/{device}/ports", params={"limit": 2})).json()
    rest = (await root.get(f"/devices/{device}/ports", params={"limit": 2, "cursor": page["next"]})).json()
    assert [port["name"] for port in page["items"] + rest["items"]] == ["xe-0/0/3", "xe-0/0/20", "gone"]


async def test_the_operator_says_what_a_port_may_carry(engine: AsyncEngine, world: World, api: SignIn) -> None:
    root = await api("root")
    port = await make_port(engine, await add(root, world))
    assert (await root.patch(f"/ports/{port}", json={"capacity_bps": 5 * 10**9})).json()["capacity_bps"] == 5 * 10**9
    kept = await root.patch(f"/ports/{port}", json={"polled": False})
    assert (kept.json()["capacity_bps"], kept.json()["polled"]) == (5 * 10**9, False)
    assert (await root.patch(f"/ports/{port}", json={"capacity_bps": None})).json()["capacity_bps"] is None
    assert (await root.patch(f"/ports/{port}", json={"capacity_bps": 0})).status_code == 422


async def test_raw_traffic_shows_a_hole_where_polls_are_missing(engine: AsyncEngine, world: World, api: SignIn) -> None:
    root = await api("root")
    port = await make_port(engine, await add(root, world, poll_interval_s=10))
    start = NOW - timedelta(minutes=10)
    times = [start + timedelta(seconds=10 * n) for n in (0, 1, 2, 30, 31)]
    await sample(engine, port, [(at, 1e6) for at in times])
    answer = (await root.get(f"/ports/{port}/traffic")).json()
    assert (answer["port"], answer["step"]) == (port, "raw")
    values = [in_bps for _, in_bps, _ in answer["points"]]
    assert values == [1e6, 1e6, 1e6, None, 1e6, 1e6]
    stamps = [at for at, _, _ in answer["points"]]
    assert stamps == sorted(stamps)


async def test_steps_average_and_leave_empty_bins_empty(engine: AsyncEngine, world: World, api: SignIn) -> None:
    root = await api("root")
    port = await make_port(engine, await add(root, world))
    start = NOW - timedelta(minutes=20)
    await sample(engine, port, [(start + timedelta(seconds=s), bps) for s, bps in ((10, 1e6), (20, 3e6), (700, 8e6))])
    answer = (
        await root.get(
            f"/ports/{port}/traffic", params={"from": start.isoformat(), "to": NOW.isoformat(), "step": "5m"}
        )
    ).json()
    assert [in_bps for _, in_bps, _ in answer["points"]] == [2e6, None, 8e6, None, None]
    assert answer["p95_in_bps"] is not None


@pytest.mark.parametrize(
    "params",
    [
        {"from": "2026-11-24T12:00:00"},
        {"from": NOW.isoformat(), "to": (NOW - timedelta(hours=1)).isoformat()},
        {"from": (NOW - timedelta(days=900)).isoformat()},
        {"from": (NOW - timedelta(days=30)).isoformat(), "step": "raw"},
        {"step": "2m"},
        {"from": "yesterday"},
    ],
)
async def test_ranges_that_cannot_be_drawn_are_refused_in_words(
    engine: AsyncEngine, world: World, api: SignIn, params: dict[str, str]
) -> None:
    root = await api("root")
    port = await make_port(engine, await add(root, world))
    answer = await root.get(f"/ports/{port}/traffic", params=params)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("span", "step"),
    [(timedelta(hours=1), "raw"), (timedelta(days=2), "5m"), (timedelta(days=30), "1h"), (timedelta(days=365), "1d")],
)
def test_the_step_follows_the_range(span: timedelta, step: str) -> None:
    assert choose_step(span) == step
