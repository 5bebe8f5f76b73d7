"""One device polled again and again, without a database: counters of a real snmpd, and the lies of others."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from collectors.credentials import Credentials
from collectors.device import DevicePoller, Polled
from collectors.failures import Garbled, NoAnswer
from collectors.inventory import Target
from collectors.metrics import Metrics
from collectors.packing import Counted
from collectors.rates import Flag, Reason
from collectors.snmp import Patience
from realtime.scope import Place
from tests.collectors import ber
from tests.collectors.agents import Answer, Snmpd, free_udp_port, liar

STEP = 1_000_000
GIGABIT = 10**9
QUICK = Patience(timeout_s=0.2, attempts=2)


@pytest.fixture(scope="module")
def snmpd() -> Iterator[Snmpd]:
    with Snmpd() as agent:
        yield agent


@asynccontextmanager
async def device(
    port: int, *counted: Counted, credentials: Credentials | None = None, misconfigured: str | None = None
) -> AsyncIterator[DevicePoller]:
    target = Target(
        device_id=1,
        place=Place(1, None, 1),
        address="127.0.0.1",
        port=port,
        credentials=None if misconfigured else credentials or Credentials(),
        misconfigured=misconfigured,
        interval_s=10.0,
        counted=counted,
    )
    made = DevicePoller(target, variables_per_pdu=None, patience=QUICK, clock=time.time, metrics=Metrics())
    try:
        yield made
    finally:
        made.close()


def reasons(polled: Polled) -> list[Reason]:
    return [Reason(flags >> 8) for _, _, _, _, _, flags in polled.rows if flags >> 8]


def octets(polled: Polled) -> list[tuple[int, int]]:
    """What moved in and out, worked back from the rates."""
    return [
        (round(in_bps * interval / 8), round((out_bps or 0) * interval / 8))
        for _, _, in_bps, out_bps, interval, _ in polled.rows
        if in_bps is not None
    ]


async def test_a_rate_is_what_moved_over_the_time_between_the_answers(snmpd: Snmpd) -> None:
    snmpd.set_interface(1, "a", octets_in=2**63, octets_out=2**40)
    async with device(snmpd.port, Counted(7, 1, 64, None)) as polled:
        assert reasons(await polled.poll(5)) == [Reason.FIRST]
        snmpd.set_interface(1, "a", octets_in=2**63 + STEP, octets_out=2**40 + STEP // 4)
        assert octets(await polled.poll(5)) == [(STEP, STEP // 4)]


async def test_a_64_bit_counter_that_falls_is_a_gap_and_the_next_rate_starts_from_there(snmpd: Snmpd) -> None:
    snmpd.set_interface(1, "a", octets_in=2**40, octets_out=2**40)
    async with device(snmpd.port, Counted(7, 1, 64, None)) as polled:
        await polled.poll(5)
        snmpd.set_interface(1, "a", octets_in=5, octets_out=2**40 + STEP)
        assert reasons(await polled.poll(5)) == [Reason.RESET]
        snmpd.set_interface(1, "a", octets_in=5 + STEP, octets_out=2**40 + 2 * STEP)
        assert octets(await polled.poll(5)) == [(STEP, STEP)]


async def test_a_32_bit_counter_wraps_once_without_a_gap(snmpd: Snmpd) -> None:
    """1,000 octets, so that no pause between the polls makes them too many, or leaves time to wrap twice."""
    snmpd.set_interface(1, "a", octets_in=2**32 - 5, octets_out=1, hc=False)
    async with device(snmpd.port, Counted(7, 1, 32, GIGABIT)) as polled:
        await polled.poll(5)
        snmpd.set_interface(1, "a", octets_in=2**32 - 5 + 1_000, octets_out=1_001, hc=False)
        after = await polled.poll(5)
    assert octets(after) == [(1_000, 1_000)]
    assert after.rows[0][5] == Flag.WRAPPED


async def test_a_32_bit_counter_that_was_set_back_is_no_wrap(snmpd: Snmpd) -> None:
    snmpd.set_interface(1, "a", octets_in=2**31, octets_out=2**31, hc=False)
    async with device(snmpd.port, Counted(7, 1, 32, 10**9)) as polled:
        await polled.poll(5)
        snmpd.set_interface(1, "a", octets_in=3, octets_out=3, hc=False)
        assert reasons(await polled.poll(5)) == [Reason.RESET]


async def test_more_than_the_capacity_is_a_gap_and_says_by_how_much(snmpd: Snmpd) -> None:
    snmpd.set_interface(1, "a", octets_in=1)
    async with device(snmpd.port, Counted(7, 1, 64, GIGABIT)) as polled:
        await polled.poll(5)
        snmpd.set_interface(1, "a", octets_in=2**50)
        after = await polled.poll(5)
    assert reasons(after) == [Reason.OVER_CAPACITY]
    (excess,) = after.excesses
    assert (excess.port_id, excess.capacity_bps) == (7, GIGABIT)
    assert excess.rate_bps > GIGABIT * 1.05


async def test_a_port_without_64_bit_counters_is_told_missing_beside_its_healthy_neighbour(snmpd: Snmpd) -> None:
    snmpd.set_interface(1, "a", octets_in=2**40)
    snmpd.set_interface(2, "b", hc=False)
    async with device(snmpd.port, Counted(7, 1, 64, None), Counted(8, 2, 64, None)) as polled:
        first = await polled.poll(5)
        assert [(row[1], Reason(row[5] >> 8)) for row in first.rows] == [(7, Reason.FIRST), (8, Reason.MISSING)]
        assert [row[1] for row in (await polled.poll(5)).rows] == []
    snmpd.remove_interface(2)


async def test_a_restarted_agent_is_a_reboot_and_no_rate_crosses_it() -> None:
    with Snmpd() as agent:
        agent.set_interface(1, "a", octets_in=2**40)
        async with device(agent.port, Counted(7, 1, 64, None)) as polled:
            deadline = time.monotonic() + 20
            while (before := await polled.poll(5)).uptime_s is None or before.uptime_s < 0.5:
                assert time.monotonic() < deadline
            with agent.rebooted():
                agent.set_interface(1, "a", octets_in=2**41)
            after = await polled.poll(5)
    assert after.uptime_s is not None and after.uptime_s < before.uptime_s
    assert reasons(after) == [Reason.REBOOTED]
    assert after.rebooted


@pytest.mark.parametrize("version", ["1", "2c"])
async def test_fifty_ports_come_in_several_requests_in_both_versions(snmpd: Snmpd, version: str) -> None:
    for index in range(1, 51):
        snmpd.set_interface(index, f"p{index}", octets_in=index, hc=False)
    counted = [Counted(1_000 + index, index, 32, None) for index in range(1, 51)]
    credentials = Credentials("1" if version == "1" else "2c")
    async with device(snmpd.port, *counted, credentials=credentials) as polled:
        assert reasons(await polled.poll(5)) == [Reason.FIRST] * 50
        for _ in range(3):
            assert (await polled.poll(5)).failure is None
        assert polled.packing.variables > 21


LIES: dict[str, Answer] = {
    "garbage": lambda _: [b"\x00\xff garbage"],
    "cut short": lambda r: [ber.response(r, [])[:-3]],
    "never": lambda _: [],
    "the wrong request id": lambda r: [ber.response(r, [], id_offset=1)],
    "a flood": lambda r: [ber.response(r, [], id_offset=1)] * 300,
    "genErr": lambda r: [ber.response(r, [], status=5, index=1)],
    "tooBig": lambda r: [ber.response(r, [], status=1)],
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_liar_costs_its_own_poll_no_more_than_the_deadline(lie: str) -> None:
    async with liar(LIES[lie]) as (_, port), device(port, *(Counted(n, n, 64, None) for n in range(1, 11))) as polled:
        started = time.monotonic()
        result = await polled.poll(0.5)
        assert time.monotonic() - started < 1.5
        assert result.failure is not None or reasons(result) == [Reason.MISSING] * 10
        assert not octets(result)


async def test_a_line_is_ended_once_when_a_device_falls_silent(snmpd: Snmpd) -> None:
    async with device(free_udp_port(), Counted(7, 1, 64, None)) as polled:
        assert reasons(await polled.poll(1)) == [Reason.NO_ANSWER]
        assert (await polled.poll(1)).rows == []


async def test_an_agent_that_answers_only_small_requests_is_learned() -> None:
    asked: list[int] = []

    def answer(request: bytes) -> list[bytes]:
        names = request.count(b"\x05\x00")
        asked.append(names)
        if names > 9:
            return [ber.response(request, [], status=1)]
        return [ber.response(request, [ber.variable("1.3.6.1.2.1.1.3.0", ber.integer(9, ber.TIMETICKS))])]

    async with liar(answer) as (_, port), device(port, *(Counted(n, n, 64, None) for n in range(1, 31))) as polled:
        for _ in range(10):
            assert (await polled.poll(2)).answered
        asked.clear()
        assert (await polled.poll(2)).failure is None
        assert max(asked) == 9


async def test_a_device_that_cannot_be_asked_says_why(snmpd: Snmpd) -> None:
    async with device(snmpd.port, misconfigured="the stored credentials cannot be used") as polled:
        result = await polled.poll(1)
    assert isinstance(result.failure, NoAnswer) and "credentials" in str(result.failure)


async def test_an_answer_with_variables_of_garbage_is_garbled() -> None:
    def answer(request: bytes) -> list[bytes]:
        return [ber.response(request, [b"\x30\xff\xff\xff\xff"])]

    async with liar(answer) as (_, port), device(port, Counted(1, 1, 64, None)) as polled:
        assert isinstance((await polled.poll(1)).failure, Garbled)


async def test_after_a_retarget_a_port_with_another_number_starts_anew(snmpd: Snmpd) -> None:
    snmpd.set_interface(1, "a", octets_in=10)
    snmpd.set_interface(2, "b", octets_in=2**50)
    async with device(snmpd.port, Counted(7, 1, 64, None)) as polled:
        await polled.poll(5)
        polled.retarget(
            Target(
                device_id=1,
                place=polled.target.place,
                address="127.0.0.1",
                port=snmpd.port,
                credentials=Credentials(),
                misconfigured=None,
                interval_s=10.0,
                counted=(Counted(7, 2, 64, None),),
            )
        )
        assert reasons(await polled.poll(5)) == [Reason.FIRST]
