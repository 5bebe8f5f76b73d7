"""The agents as a collector finds them, against what the seed stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from collectors.credentials import Credentials
from collectors.discovery import Changes, record
from collectors.interfaces import read_system, walk_interfaces
from collectors.inventory import Leases, load
from collectors.rates import Counters, Rate, advance
from collectors.snmp import Client, Patience
from db.vault import Vault
from demo.history import samples
from demo.network import port_ids
from demo.plant import COMMUNITY, DEVICES, POLL_INTERVAL_S
from tests.demo.agents import Clock, device_of, listening
from tests.demo.conftest import SECRET, Seeded

IF_X = "1.3.6.1.2.1.31.1.1.1"
NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
UPTIME = "1.3.6.1.2.1.1.3.0"


async def _ring(recorded: object) -> None:
    """Nobody listens."""


async def test_a_collector_discovers_the_two_hundred_ports_and_finds_nothing_to_correct(own_demo: Seeded) -> None:
    owner, clock = "a collector", Clock()
    leases = Leases(own_demo.engine, owner=owner, lease=timedelta(minutes=5))
    assert await leases.claim(50) == {device.id for device in DEVICES}
    targets = await load(own_demo.engine, Vault(SECRET), [device.id for device in DEVICES])
    assert sum(len(target.counted) for target, _ in targets.values()) == 200
    found = 0
    async with listening(*DEVICES, clock=clock) as agents:
        for device, agent in zip(DEVICES, agents, strict=True):
            target, _ = targets[device.id]
            assert target.credentials is not None, target.misconfigured
            client = Client("127.0.0.1", agent.address[1], target.credentials, patience=Patience())
            try:
                system, interfaces = await read_system(client), await walk_interfaces(client)
            finally:
                client.close()
            found += len(interfaces)
            changes = await record(
                own_demo.engine, device.id, target.place, interfaces, system,
                owner=owner, ring=_ring, clock=lambda: own_demo.now,
            )  # fmt: skip
            assert changes == Changes(0, 0, 0), device.name
    assert found == 200


@pytest.mark.parametrize("family", ["border", "olt", "switch"])
async def test_what_the_counters_give_is_what_the_seed_stored_for_the_same_poll(family: str) -> None:
    device = device_of(family)
    ids = port_ids()[device.id]
    (rows,) = samples(NOW, timedelta(seconds=POLL_INTERVAL_S))
    assert {row[0] for row in rows} == {NOW}
    stored = {port_id: (in_bps, out_bps) for _, port_id, in_bps, out_bps, _, _ in rows}
    ends = NOW.timestamp()
    clock = Clock(ends - POLL_INTERVAL_S)
    oids = [UPTIME] + [f"{IF_X}.{column}.{port.interface.index}" for port in device.ports for column in (6, 10)]
    async with listening(device, clock=clock) as (agent,):
        client = Client("127.0.0.1", agent.address[1], Credentials(community=COMMUNITY), patience=Patience())
        try:
            then = await client.get(oids)
            clock.now = ends
            now = await client.get(oids)
        finally:
            client.close()
    for port_id, port in zip(ids, device.ports, strict=True):
        readings = [_counters(values, port.interface.index, at) for values, at in ((then, 0.0), (now, 10.0))]
        track, _ = advance(None, readings[0], port.capacity_bps)
        _, outcome = advance(track, readings[1], port.capacity_bps)
        if port.curve_in is None:
            assert stored[port_id] == (0.0, 0.0)
            continue
        assert isinstance(outcome, Rate)
        assert (outcome.in_bps, outcome.out_bps) == pytest.approx(stored[port_id], rel=1e-5, abs=2)


def _counters(values: Mapping[str, object], index: int, at: float) -> Counters:
    octets_in, octets_out, ticks = values[f"{IF_X}.6.{index}"], values[f"{IF_X}.10.{index}"], values[UPTIME]
    assert isinstance(octets_in, int) and isinstance(octets_out, int) and isinstance(ticks, int)
    return Counters(octets_in, octets_out, 64, ticks, at)
