"""Who polls what: each device by exactly one collector, shared evenly, moved when one dies."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise
from statistics import median

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.inventory import Leases, application_name, load
from db.engine import create_engine
from db.models import Device, DeviceState
from realtime.readings import DevicePolled
from tests.collectors import ber
from tests.collectors.agents import Answer, Snmpd, liar
from tests.collectors.lab import Lab
from tests.waiting import until


@pytest.fixture(scope="module")
def snmpd() -> Iterator[Snmpd]:
    with Snmpd() as agent:
        agent.set_interface(1, "ge-0/0/0")
        yield agent


async def test_collectors_that_claim_at_the_same_moment_get_different_devices(lab: Lab) -> None:
    devices = {await lab.add(20_000 + number) for number in range(40)}
    leases = [Leases(lab.engine, owner=str(number), lease=timedelta(seconds=30)) for number in range(4)]
    taken = await asyncio.gather(*(lease.claim(15) for lease in leases))
    assert sum(len(part) for part in taken) == len(set().union(*taken))
    rest = await leases[0].claim(40)
    assert set().union(rest, *taken) == devices


async def test_a_lease_in_force_cannot_be_taken_and_one_given_back_can(lab: Lab) -> None:
    device = await lab.add(20_000)
    one, two = (Leases(lab.engine, owner=owner, lease=timedelta(seconds=30)) for owner in ("one", "two"))
    assert await one.claim(5) == {device}
    assert await two.claim(5) == set()
    assert await one.renew() == {device}
    await one.release()
    assert await two.claim(5) == {device}
    assert await one.renew() == set()


async def _expire(lab: Lab) -> None:
    async with lab.engine.begin() as db:
        await db.execute(update(DeviceState).values(lease_until=func.now() - timedelta(seconds=1)))


async def test_an_expired_lease_can_be_taken_and_its_owner_learns_it(lab: Lab) -> None:
    device = await lab.add(20_000)
    one, two = (Leases(lab.engine, owner=owner, lease=timedelta(milliseconds=100)) for owner in ("one", "two"))
    await one.claim(5)
    await _expire(lab)
    assert await two.claim(5) == {device}
    assert await one.renew() == set()


async def test_after_a_start_of_postgres_owners_have_a_lease_time_to_say_that_they_live(lab: Lab) -> None:
    device = await lab.add(20_000)
    long = timedelta(days=1)
    one, two = (Leases(lab.engine, owner=owner, lease=long) for owner in ("one", "two"))
    await one.claim(5)
    await _expire(lab)
    assert await two.claim(5) == set()
    assert await one.renew() == {device}


async def test_a_disabled_device_is_not_claimed(lab: Lab) -> None:
    device = await lab.add(20_000)
    await lab.change(Device, device, enabled=False)
    assert await Leases(lab.engine, owner="one", lease=timedelta(seconds=30)).claim(5) == set()


async def test_a_share_counts_every_collector_that_speaks_to_postgres(lab: Lab) -> None:
    for number in range(5):
        await lab.add(20_000 + number)
    engines: list[AsyncEngine] = []
    shares = []
    for owner in ("one", "two", "three"):
        engine = create_engine(lab.url, application_name=application_name(owner))
        engines.append(engine)
        shares.append(await Leases(engine, owner=owner, lease=timedelta(seconds=30)).fair_share())
    assert shares == [5, 3, 2]
    for engine in engines:
        await engine.dispose()


async def test_a_change_of_a_device_or_a_port_changes_its_mark_and_polling_does_not(lab: Lab) -> None:
    one, two = await lab.add(20_000), await lab.add(20_001)
    leases = Leases(lab.engine, owner="one", lease=timedelta(seconds=30))
    await leases.claim(5)
    before, mark = await leases.marks(), await leases.mark_of_all()
    await leases.renew()
    assert (await leases.marks(), await leases.mark_of_all()) == (before, mark)
    await lab.change(Device, one, poll_interval_s=30)
    after = await leases.marks()
    assert after[one] != before[one]
    assert after[two] == before[two]
    assert await leases.mark_of_all() != mark


async def test_what_is_loaded_is_what_the_backend_stored(lab: Lab) -> None:
    device = await lab.add(20_161, interval_s=30, community="segredo")
    await Leases(lab.engine, owner="one", lease=timedelta(seconds=30)).claim(5)
    ((target, remembered),) = (await load(lab.engine, lab.vault, [device])).values()
    assert (target.address, target.port, target.interval_s) == ("127.0.0.1", 20_161, 30.0)
    assert target.credentials is not None and target.credentials.community == "segredo"
    assert (remembered.status, remembered.discovered) == ("unknown", False)


async def test_two_collectors_share_the_devices_and_each_is_polled_by_exactly_one(lab: Lab, snmpd: Snmpd) -> None:
    devices = {await lab.add(snmpd.port) for _ in range(6)}
    async with lab.collector("one") as one:

        async def all_of_one() -> bool:
            return one.poller.polling == devices

        await until(all_of_one, what="one polling all")
        async with lab.collector("two") as two:

            async def shared() -> bool:
                return len(one.poller.polling) == 3 == len(two.poller.polling)

            await until(shared, what="an even share")
            assert one.poller.polling | two.poller.polling == devices
            owners = await lab.owners()
            assert {device for device, owner in owners.items() if owner == "two"} == two.poller.polling
            seen = {device: await _polls(lab, device) for device in devices}

            async def polled_on() -> bool:
                return all([await _polls(lab, device) != seen[device] for device in devices])

            await until(polled_on, what="a poll of every device")

        await until(all_of_one, what="the return to one")
    assert set((await lab.owners()).values()) == {None}
    dropped = {name for metrics in lab.metrics.values() for name in metrics.summary() if "dropped" in name}
    assert dropped == set()
    announced = Counter((r.device_id, r.at) for r in lab.heard if isinstance(r, DevicePolled))
    assert set(announced.values()) == {1}


async def _polls(lab: Lab, device: int) -> object:
    async with lab.engine.connect() as db:
        return await db.scalar(select(DeviceState.last_polled_at).where(DeviceState.device_id == device))


def polls(lab: Lab, device: int) -> list[float]:
    return sorted(r.at for r in lab.heard if isinstance(r, DevicePolled) and r.device_id == device)


async def test_a_silent_device_and_liars_do_not_slow_the_others(lab: Lab, snmpd: Snmpd) -> None:
    def endless(request: bytes) -> list[bytes]:
        return [ber.response(request, [ber.variable("1.3.6.1.2.1.2.2.1.2.1", ber.integer(1))])]

    lies: dict[str, Answer] = {
        "never": lambda _: [],
        "garbage": lambda _: [b"\x00\xff garbage"],
        "cut short": lambda r: [ber.response(r, [])[:-3]],
        "wrong id": lambda r: [ber.response(r, [], id_offset=1)],
        "for ever": endless,
        "a flood": lambda r: [ber.response(r, [], id_offset=1)] * 100,
    }
    async with AsyncExitStack() as stack:
        bad = {name: await lab.add((await stack.enter_async_context(liar(lie)))[1]) for name, lie in lies.items()}
        good = [await lab.add(snmpd.port) for _ in range(3)]
        async with lab.collector():

            async def four_polls_each() -> bool:
                return all(len(polls(lab, device)) >= 4 for device in good)

            await until(four_polls_each, what="polls of the good")

            async def all_down() -> bool:
                states = [await lab.state(device) for name, device in bad.items() if name != "for ever"]
                return all(state is not None and state.status == "down" for state in states)

            await until(all_down, what="the bad being down")
            summary = lab.metrics["one"].summary()
        gaps = [later - earlier for device in good for earlier, later in pairwise(polls(lab, device)[2:])]
        assert median(gaps) == pytest.approx(1.0, abs=0.2)
        assert summary["misses.no_answer"] >= 9
        assert summary["misses.garbled"] >= 6
        assert "bugs" not in summary
        endless_state = await lab.state(bad["for ever"])
        assert endless_state is not None and endless_state.status == "up" and endless_state.discovery_error
