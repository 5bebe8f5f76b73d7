from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.answer import Dropped, answer
from demo.plant import COMMUNITY, DEVICES, FLAPPING
from demo.replay import Replay
from demo.traffic import Instant, on_curve
from tests.collectors.agents import Snmpd
from tests.demo.agents import NOON_S, Clock, ask, device_of, listening

UPTIME = "1.3.6.1.2.1.1.3.0"
GET_UPTIME = (
    bytes.fromhex("30290201010406")
    + b"public"
    + bytes.fromhex("a01c02041a2b3c4d020100020100300e300c06082b060102010103000500")
)
"""A GET of sysUpTime as snmpget sends it, with the community `public`."""


def at(seconds: float = 0.0) -> float:
    return on_curve(NOON_S + seconds)


async def test_net_snmp_reads_one_variable_of_each_type() -> None:
    device = device_of("border")
    async with listening(device, clock=Clock()) as (agent,):
        oids = ("1.3.6.1.2.1.1.2.0", UPTIME, "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.2.1.0", "1.3.6.1.2.1.2.2.1.5.516",
                "1.3.6.1.2.1.2.2.1.10.516", "1.3.6.1.2.1.31.1.1.1.6.516", "1.3.6.1.2.1.31.1.1.1.18.530")  # fmt: skip
        status, output = await ask("snmpget", agent.address[1], *oids)
    assert status == 0
    kinds = [line.split(" = ")[1].split(":")[0] for line in output.splitlines()]
    assert kinds == ["OID", "Timeticks", "STRING", "INTEGER", "Gauge32", "Counter32", "Counter64", "STRING"]
    assert '"RT-BORDA-VICOSA"' in output
    assert '"TRANSITO 10G OPERADORA ALFA"' in output


async def test_a_bulk_walk_gives_every_variable_once_in_order() -> None:
    device = device_of("olt")
    async with listening(device, clock=Clock()) as (agent,):
        status, bulk = await ask("snmpbulkwalk", agent.address[1], "1.3.6.1.2.1")
        _, single = await ask("snmpwalk", agent.address[1], "1.3.6.1.2.1.31")
    assert status == 0
    oids = [tuple(map(int, line.split(" = ")[0].strip(".").split("."))) for line in bulk.splitlines()]
    assert oids[:-1] == [variable.oid for variable in device.recording.variables]
    assert "No more variables left in this MIB View" in bulk.splitlines()[-1]
    assert set(single.splitlines()) <= set(bulk.splitlines())


@pytest.mark.parametrize(
    ("tool", "oid"),
    [
        ("snmpget", "1.3.6.1.2.1.1.5.7"),
        ("snmpget", "1.3.6.1.2.1.1.99.0"),
        ("snmpget", "1.3.6.1.2.1.2.2.1.10.999"),
        ("snmpget", "1.3.9.9"),
        ("snmpgetnext", "2.9"),
        ("snmpbulkget", "2.9"),
        ("snmpwalk", "1.3.9.9"),
    ],
)
async def test_what_is_not_there_is_refused_as_debians_snmpd_refuses_it(snmpd: Snmpd, tool: str, oid: str) -> None:
    async with listening(device_of("switch"), clock=Clock()) as (agent,):
        ours = await ask(tool, agent.address[1], oid)
    assert ours == await ask(tool, snmpd.port, oid, community="public")


@pytest.fixture(scope="module")
def snmpd() -> Iterator[Snmpd]:
    with Snmpd() as agent:
        agent.set_interface(1, "eth0")
        yield agent


async def test_the_wrong_community_gets_silence_and_the_right_one_an_answer_after_it() -> None:
    async with listening(device_of("bng"), clock=Clock()) as (agent,):
        status, output = await ask("snmpget", agent.address[1], UPTIME, community="public", wait_s=0.2)
        assert (status, "No Response" in output) == (1, True)
        assert agent.dropped == {"community": 1}
        assert (await ask("snmpget", agent.address[1], UPTIME))[0] == 0


async def test_nothing_can_be_set() -> None:
    async with listening(device_of("bng"), clock=Clock()) as (agent,):
        status, output = await ask("snmpset", agent.address[1], "1.3.6.1.2.1.1.5.0", "s", "mine")
    assert status != 0
    assert "noAccess" in output


async def test_garbage_is_counted_and_the_next_request_is_answered() -> None:
    async with listening(device_of("bng"), clock=Clock()) as (agent,):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for datagram in (
                b"",
                b"\x30",
                b"\x30\x84\xff\xff\xff\xff",
                b"GET / HTTP/1.1\r\n",
                GET_UPTIME[:-3],
                GET_UPTIME + b"\0",
            ):
                sender.sendto(datagram, agent.address)
        # One socket, one queue: who is answered after them knows that they were read.
        assert (await ask("snmpget", agent.address[1], UPTIME))[0] == 0
        assert agent.dropped == {"garbage": 6}


REPLAY = Replay(device_of("bng"))


@given(st.binary(max_size=80) | st.builds(
    lambda cut, place, value: GET_UPTIME[:place] + bytes([value]) + GET_UPTIME[place + 1 : cut],
    st.integers(1, len(GET_UPTIME)), st.integers(0, len(GET_UPTIME) - 1), st.integers(0, 255),
))  # fmt: skip
def test_no_datagram_does_more_than_get_an_answer_or_none(datagram: bytes) -> None:
    assert outcome(datagram) in ("answered", "garbage", "version", "community", "not a request")


def outcome(datagram: bytes) -> str:
    try:
        answer(REPLAY, datagram, community="public", at=at())
    except Dropped as why:
        return why.reason
    return "answered"


def test_version_1_gets_no_answer() -> None:
    with pytest.raises(Dropped, match="version"):
        answer(REPLAY, GET_UPTIME.replace(b"\x02\x01\x01", b"\x02\x01\x00", 1), community="public", at=at())


def test_answers_to_one_instant_are_the_same_bytes() -> None:
    first = answer(REPLAY, GET_UPTIME, community="public", at=at())
    assert answer(Replay(device_of("bng")), GET_UPTIME, community="public", at=at()) == first
    assert answer(REPLAY, GET_UPTIME, community="public", at=at(1)) != first


def counters(replay: Replay, moment: float) -> list[int]:
    found = [
        replay.value(variable, Instant(moment))
        for variable in replay.device.recording.variables
        if variable.figure == "octets"
    ]
    return [value for value in found if isinstance(value, int)]


def uptime(replay: Replay, moment: float) -> int:
    variable = replay.get((1, 3, 6, 1, 2, 1, 1, 3, 0))
    assert variable is not None
    ticks = replay.value(variable, Instant(moment))
    assert isinstance(ticks, int)
    return ticks


def test_a_restarted_agent_counts_on_unless_the_device_is_told_that_it_rebooted() -> None:
    device = device_of("border")
    before, after = Replay(device), Replay(device)
    assert counters(after, at(10)) == counters(before, at(10)) != counters(before, at())
    assert uptime(after, at(10)) - uptime(before, at()) == 1000
    rebooted = Replay(device, booted=at(-60))
    assert uptime(rebooted, at()) == 6000
    assert 0 < max(counters(rebooted, at())) < max(counters(before, at())) / 1000


def test_32_bit_counters_wrap_and_64_bit_ones_go_on() -> None:
    old, new = Replay(device_of("old-switch")), Replay(device_of("border"))
    assert all(value < 2**32 for value in counters(old, at()))
    assert max(counters(new, at())) > 2**40


def test_sysuptime_wraps_after_497_days() -> None:
    replay = Replay(device_of("bng"), booted=0.0)
    assert uptime(replay, 2**32 / 100 + 5) == 500


async def test_one_device_goes_away_for_a_while_each_hour() -> None:
    device = next(device for device in DEVICES if device.name == FLAPPING)
    clock = Clock(NOON_S + device.silent[0][0] + 1)
    async with listening(device, clock=clock) as (agent,):
        assert (await ask("snmpget", agent.address[1], UPTIME, wait_s=0.2))[0] == 1
        assert agent.dropped == {"silent": 1}
        clock.now = NOON_S + device.silent[0][1] + 1
        assert (await ask("snmpget", agent.address[1], UPTIME))[0] == 0
    assert sum(bool(other.silent) for other in DEVICES) == 1
    assert COMMUNITY != "public"
