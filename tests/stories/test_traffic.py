"""From a counter in a real snmpd to the point a graph draws, and past the death of the collector in between."""

from __future__ import annotations

import asyncio

import httpx
from sqlalchemy import update

from db.models import Device
from tests.collectors.agents import Snmpd
from tests.stories.house import House
from tests.stories.watcher import Watcher, watching
from tests.waiting import running, until

SLOW_BPS, FAST_BPS = 10e6, 80e6
NAME = "xe-0/0/0"


class Line:
    """Traffic into the agent's one interface: its counter moves all the time, at `bps`."""

    def __init__(self, agent: Snmpd) -> None:
        self.bps = SLOW_BPS
        self._agent = agent

    async def run(self) -> None:
        clock = asyncio.get_running_loop().time
        octets, before = 0.0, clock()
        while True:
            now = clock()
            octets += self.bps / 8 * (now - before)
            before = now
            self._agent.set_interface(1, NAME, octets_in=int(octets), octets_out=int(octets) // 2)
            await asyncio.sleep(0.02)


async def add(house: House, root: httpx.AsyncClient, agent: Snmpd) -> int:
    """The agent as a device polled each second (REST starts at five); returns its id."""
    place = {"company_id": house.world.north, "city_id": house.world.alto}
    snmp = {"version": "2c", "community": "public"}
    asked = {"name": "Borda", "address": "127.0.0.1", "port": agent.port, "snmp": snmp, **place}
    made = await root.post("/devices", json=asked)
    made.raise_for_status()
    device = made.json()["id"]
    async with house.engine.begin() as db:
        await db.execute(update(Device).where(Device.id == device).values(poll_interval_s=1))
    return int(device)


async def port_of(root: httpx.AsyncClient, device: int) -> int:
    """The device's one port, once it has been discovered."""

    async def port() -> int:
        items = (await root.get(f"/devices/{device}/ports")).json()["items"]
        return int(items[0]["id"]) if items else 0

    return await until(port, within_s=40, what="the discovery of the port")


def points(watcher: Watcher, topic: str) -> list[tuple[float, float | None]]:
    """(time, rate in) of what is held, oldest first."""
    data = watcher.data(topic)
    return list(zip(data["t"], data["in_bps"], strict=True))


def after(watcher: Watcher, topic: str, at: float) -> list[float | None]:
    """The rates of the points later than `at`."""
    return [rate for time, rate in points(watcher, topic) if time > at]


def rates(watcher: Watcher, topic: str) -> list[float]:
    return [rate for _, rate in points(watcher, topic) if rate is not None]


def close_to(rate: float | None, bps: float) -> bool:
    return rate is not None and abs(rate - bps) < 0.15 * bps


async def test_a_moving_counter_is_on_the_graph_one_poll_later_at_its_true_rate(home: House) -> None:
    with Snmpd() as agent:
        line = Line(agent)
        agent.set_interface(1, NAME)
        async with home.signed_in("root") as root, running(line.run()):
            device = await add(home, root, agent)
            await home.collect.start()
            port = await port_of(root, device)
            topic = f"traffic.port?port={port}"
            async with watching(home.url, root.cookies, topic, "devices.health") as watcher:
                await watcher.shows(lambda: any(close_to(rate, SLOW_BPS) for rate in rates(watcher, topic)))

                held = points(watcher, topic)[-1][0]
                line.bps = FAST_BPS
                # The poll under way saw a part of it; the one after it must see all of it.
                await watcher.shows(lambda: len(after(watcher, topic, held)) >= 2)
                assert close_to(after(watcher, topic, held)[1], FAST_BPS), points(watcher, topic)

                await home.collect.kill()
                held = points(watcher, topic)[-1][0]
                line.bps = SLOW_BPS
                await home.collect.start()
                await watcher.shows(lambda: any(close_to(rate, SLOW_BPS) for rate in after(watcher, topic, held)))
                # What passed unseen has no rate: neither a spike nor an average that nobody measured.
                assert all(rate is None or close_to(rate, SLOW_BPS) for rate in after(watcher, topic, held))
                await watcher.shows(lambda: watcher.data("devices.health")[0]["status"] == "up")
                shown = points(watcher, topic)
            history = {at: rate for at, rate, _ in (await root.get(f"/ports/{port}/traffic")).json()["points"]}
            assert [(at, history[at]) for at, _ in shown] == shown
