"""Collectors against Debian's snmpd: what a counter does is what is stored and announced."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from collectors.rates import Reason
from db.models import Device
from realtime.bus import Bus
from realtime.readings import DevicePolled, Reading, TrafficSampled
from tests.collectors.agents import Snmpd
from tests.collectors.lab import Lab, Sample
from tests.waiting import until

STEP = 1_000_000


@pytest.fixture
def snmpd() -> Iterator[Snmpd]:
    with Snmpd() as agent:
        agent.set_interface(1, "ge-0/0/0", octets_in=2**40, octets_out=2**41, alias="Upstream", mbps=10_000)
        agent.set_interface(2, "ge-0/0/1")
        yield agent


@pytest.fixture
async def heard(valkey_url: str) -> AsyncIterator[tuple[Bus, list[Reading]]]:
    """A bus, and what is heard on it."""
    readings: list[Reading] = []
    async with Bus(
        valkey_url,
        on_facts=lambda facts: None,
        on_readings=readings.extend,
        on_control=lambda message: None,
        on_gap=lambda: None,
        beat=timedelta(seconds=1),
    ) as bus:
        yield bus, readings


async def test_a_moved_counter_is_stored_and_heard_at_the_next_poll_with_its_rate(
    lab: Lab, snmpd: Snmpd, heard: tuple[Bus, list[Reading]]
) -> None:
    bus, readings = heard
    device = await lab.add(snmpd.port)
    moved = 0
    async with lab.collector(announce=bus.announce):
        port = (await lab.discovered(device))["ge-0/0/0"]
        polls = 0

        async def another_poll() -> bool:
            return len(await lab.samples(port.id)) > polls

        for _ in range(3):
            await until(another_poll, what="a poll")
            polls = len(await lab.samples(port.id))
            moved += 1
            snmpd.set_interface(1, "ge-0/0/0", octets_in=2**40 + moved * STEP, octets_out=2**41 + moved * STEP // 4)

        async def moving() -> list[Sample]:
            # A poll between two moves sees silence, which is its own true rate.
            return [sample for sample in await lab.rates(port.id) if sample.in_bps]

        rates = await until(moving, what="a rate")

        async def all_heard() -> bool:
            said = {(r.at, row) for r in readings if isinstance(r, TrafficSampled) for row in r.rows}
            return {(s.at.timestamp(), (s.port_id, s.in_bps, s.out_bps)) for s in rates} <= said

        await until(all_heard, what="an announcement")
    for sample in rates:
        assert sample.in_bps and sample.out_bps
        octets = sample.in_bps * sample.interval_s / 8
        assert octets == pytest.approx(STEP * round(octets / STEP), rel=1e-4)
        assert sample.out_bps == pytest.approx(sample.in_bps / 4)
        assert 0.4 < sample.interval_s < 5
    assert any(isinstance(r, DevicePolled) and r.device_id == device and r.round_trip_ms for r in readings)
    state = await lab.state(device)
    assert state is not None and state.status == "up" and state.uptime_s and state.lease_owner is None


async def test_discovery_finds_what_a_real_snmpd_shows_and_stores_what_it_says_of_itself(
    lab: Lab, snmpd: Snmpd
) -> None:
    device = await lab.add(snmpd.port)
    async with lab.collector():
        ports = await lab.discovered(device)
    assert {name: (p.if_index, p.alias, p.speed_bps, p.has_hc, p.oper, p.polled) for name, p in ports.items()} == {
        "ge-0/0/0": (1, "Upstream", 10_000_000_000, True, "up", True),
        "ge-0/0/1": (2, "", 1_000_000_000, True, "up", True),
    }
    state = await lab.state(device)
    assert state is not None and state.sys_name == "agent-under-test" and state.discovery_error is None
    assert [fact["added"] for fact in await lab.facts("PortsDiscovered")] == [2]


async def test_the_machines_own_interfaces_are_found_too(lab: Lab) -> None:
    with Snmpd(interfaces=False) as agent:
        device = await lab.add(agent.port)
        async with lab.collector():
            ports = await lab.discovered(device)
    assert not ports["lo"].polled


async def test_version_3_is_polled_with_what_the_vault_holds(lab: Lab) -> None:
    with Snmpd(extra='createUser noc SHA-256 "authpass-1" AES "privpass-1"\nrouser noc priv') as agent:
        agent.set_interface(1, "ge-0/0/0", octets_in=5)
        device = await lab.add(
            agent.port,
            version="3",
            user="noc",
            auth_protocol="sha256",
            auth_password="authpass-1",
            priv_protocol="aes128",
            priv_password="privpass-1",
        )
        async with lab.collector():
            port = (await lab.discovered(device))["ge-0/0/0"]
            await until(lambda: lab.samples(port.id), what="a poll")


async def test_a_wish_for_discovery_is_served_between_polls_and_finds_the_new_port(lab: Lab, snmpd: Snmpd) -> None:
    device = await lab.add(snmpd.port, interval_s=600)
    async with lab.collector():
        await lab.discovered(device)
        snmpd.set_interface(3, "xe-0/1/0")
        await lab.ask_discovery(device)

        async def found() -> bool:
            return "xe-0/1/0" in await lab.ports(device)

        await until(found, what="the wished walk")


async def test_a_wish_for_a_dead_device_says_why_nothing_came(lab: Lab) -> None:
    with Snmpd() as gone:
        port = gone.port
    device = await lab.add(port, interval_s=600)
    async with lab.collector():
        await until(lambda: lab.state(device))
        await lab.ask_discovery(device)

        async def told() -> str | None:
            state = await lab.state(device)
            return state.discovery_error if state else None

        assert await until(told, what="a reason")


async def test_credentials_of_another_secret_are_told_and_not_asked_with(lab: Lab, snmpd: Snmpd) -> None:
    device = await lab.add(snmpd.port)
    await lab.change(Device, device, snmp_credentials=b"\x01" + bytes(60))
    async with lab.collector():
        await until(lambda: lab.state(device))
        await lab.ask_discovery(device)

        async def told() -> bool:
            state = await lab.state(device)
            return state is not None and "credentials" in (state.discovery_error or "")

        await until(told, what="the reason")


async def test_ports_renumbered_at_a_reboot_keep_their_history_and_show_no_spike(lab: Lab, snmpd: Snmpd) -> None:
    """ge-0/0/0 and ge-0/0/1 swap their numbers while the agent restarts: each port goes on under its own name."""
    device = await lab.add(snmpd.port)
    async with lab.collector():
        ports = await lab.discovered(device)
        one, two = ports["ge-0/0/0"], ports["ge-0/0/1"]
        await until(lambda: lab.samples(one.id), what="a poll")
        with snmpd.rebooted():
            snmpd.set_interface(1, "ge-0/0/1", octets_in=7, octets_out=7)
            snmpd.set_interface(2, "ge-0/0/0", octets_in=2**40, octets_out=2**41)

        async def swapped() -> bool:
            now = await lab.ports(device)
            return (now["ge-0/0/0"].if_index, now["ge-0/0/1"].if_index) == (2, 1)

        await until(swapped, what="the walk after the reboot")
        now = await lab.ports(device)
        assert (now["ge-0/0/0"].id, now["ge-0/0/1"].id) == (one.id, two.id)

        async def polled_after() -> bool:
            samples = await lab.samples(one.id)
            return len([s for s in samples if s.flags >> 8 == Reason.FIRST]) >= 2

        await until(polled_after, what="a first reading under the new number")
        assert all((s.in_bps or 0) < 10 * STEP * 8 for s in await lab.rates())


async def test_a_changed_interval_and_a_disabled_device_take_effect_without_a_restart(lab: Lab, snmpd: Snmpd) -> None:
    device = await lab.add(snmpd.port, interval_s=600)
    async with lab.collector() as collector:
        port = (await lab.discovered(device))["ge-0/0/0"]
        await lab.change(Device, device, poll_interval_s=1)

        async def more() -> bool:
            state = await lab.state(device)
            return state is not None and len({r.at for r in lab.heard if r.at}) >= 4

        await until(more, what="faster polls")
        times = sorted({s.at for s in await lab.samples(port.id)})
        assert all((later - earlier) < timedelta(seconds=10) for earlier, later in pairwise(times[-2:]))
        await lab.change(Device, device, enabled=False)

        async def dropped() -> bool:
            return not collector.poller.polling and (await lab.owners())[device] is None

        await until(dropped, what="an end of polling")
