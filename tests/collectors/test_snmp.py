from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
import uvloop

from collectors.credentials import Credentials
from collectors.failures import Endless, Garbled, NoAnswer, Refused, SnmpFailure, TooBig
from collectors.snmp import Client, Patience
from tests.collectors import ber
from tests.collectors.agents import Answer, Snmpd, free_udp_port, liar

UPTIME = "1.3.6.1.2.1.1.3.0"
IN_1 = "1.3.6.1.2.1.31.1.1.1.6.1"
NAMES = "1.3.6.1.2.1.31.1.1.1.1"

QUICK = Patience(timeout_s=0.2, attempts=1)


@pytest.fixture(scope="module")
def snmpd() -> Iterator[Snmpd]:
    with Snmpd(extra='createUser noc SHA-256 "authpass-1" AES "privpass-1"\nrouser noc priv') as agent:
        for index in range(1, 61):
            agent.set_interface(index, f"ge-0/0/{index}", octets_in=2**40 + index, octets_out=index)
        yield agent


@asynccontextmanager
async def client(
    port: int, credentials: Credentials | None = None, patience: Patience = QUICK
) -> AsyncIterator[Client]:
    asked = Client("127.0.0.1", port, credentials or Credentials(), patience=patience)
    try:
        yield asked
    finally:
        asked.close()


def tick(request: bytes, value: int = 7) -> bytes:
    return ber.response(request, [ber.variable(UPTIME, ber.integer(value, ber.TIMETICKS))])


@pytest.mark.parametrize(
    "credentials",
    [
        Credentials(version="1"),
        Credentials(version="2c"),
        Credentials("3", user="noc", auth_protocol="sha256", auth_password="authpass-1", priv_password="privpass-1"),
    ],
    ids=["v1", "v2c", "v3"],
)
async def test_a_real_snmpd_answers_a_get_and_a_walk_in_every_version(snmpd: Snmpd, credentials: Credentials) -> None:
    async with client(snmpd.port, credentials, Patience()) as asked:
        values = await asked.get([UPTIME, "1.3.6.1.2.1.2.2.1.10.3"])
        assert isinstance(values[UPTIME], int)
        assert values["1.3.6.1.2.1.2.2.1.10.3"] == 3
        rows = await asked.walk(NAMES, max_rows=100, deadline_s=5)
        assert rows == [(str(index), f"ge-0/0/{index}".encode()) for index in range(1, 61)]


async def test_a_variable_the_agent_lacks_is_left_out_also_in_version_1(snmpd: Snmpd) -> None:
    for version in ("1", "2c"):
        async with client(snmpd.port, Credentials(version=version)) as asked:
            values = await asked.get(["1.3.6.1.2.1.2.2.1.10.999", UPTIME, "1.3.6.1.2.1.2.2.1.10.1"])
            assert list(values) == [UPTIME, "1.3.6.1.2.1.2.2.1.10.1"]


async def test_a_wrong_v3_password_is_unauthorised_or_silence_within_the_deadline(snmpd: Snmpd) -> None:
    wrong = Credentials(
        "3", user="noc", auth_protocol="sha256", auth_password="not-the-one", priv_password="privpass-1"
    )
    async with client(snmpd.port, wrong) as asked:
        with pytest.raises(SnmpFailure):
            await asked.get([UPTIME])


async def test_a_64_bit_counter_arrives_whole() -> None:
    def answer(request: bytes) -> list[bytes]:
        return [ber.response(request, [ber.variable(IN_1, ber.integer(2**64 - 1, ber.COUNTER64))])]

    async with liar(answer) as (_, port), client(port) as asked:
        assert await asked.get([IN_1]) == {IN_1: 2**64 - 1}


LIES: dict[str, tuple[Answer, type[SnmpFailure]]] = {
    "garbage": (lambda _: [b"\x00\xff garbage"], Garbled),
    "an empty datagram": (lambda _: [b""], Garbled),
    "garbage inside a good frame": (
        lambda r: [ber.response(r, [b"\x30\xff\xff\xff\xff"])],
        Garbled,
    ),
    "cut short": (lambda r: [tick(r)[:-3]], Garbled),
    "longer than it says": (lambda r: [tick(r) + b"\x00"], Garbled),
    "a request": (lambda r: [ber.response(r, [], tag=0xA0)], Garbled),
    "no variables": (lambda r: [ber.response(r, [])], Garbled),
    "the wrong request id": (lambda r: [_other_id(r)], NoAnswer),
    "never": (lambda _: [], NoAnswer),
    "a flood of strays": (lambda r: [_other_id(r)] * 500, NoAnswer),
    "tooBig": (lambda r: [ber.response(r, [], status=1)], TooBig),
    "6,000 bytes": (lambda r: [ber.response(r, [ber.variable(UPTIME, ber.element(4, b"x" * 6_000))])], TooBig),
    "genErr": (lambda r: [ber.response(r, [ber.variable(UPTIME, ber.element(5, b""))], status=5, index=1)], Refused),
}


def _other_id(request: bytes) -> bytes:
    return ber.response(request, [ber.variable(UPTIME, ber.integer(1, ber.TIMETICKS))], id_offset=1)


@pytest.mark.parametrize("lie", LIES)
async def test_an_agent_that_lies_ends_in_its_own_error_before_the_deadline(lie: str) -> None:
    answer, failure = LIES[lie]
    async with liar(answer) as (_, port), client(port) as asked:
        started = time.monotonic()
        with pytest.raises(failure):
            await asked.get([UPTIME])
        assert time.monotonic() - started < QUICK.timeout_s * 2


async def test_the_good_answer_after_a_stray_counts() -> None:
    async with liar(lambda r: [_other_id(r), tick(r, 42)]) as (_, port), client(port) as asked:
        assert await asked.get([UPTIME]) == {UPTIME: 42}


async def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_one() -> None:
    kept: list[bytes] = []

    def answer(request: bytes) -> list[bytes]:
        kept.append(tick(request, len(kept) + 1))
        return [] if len(kept) == 1 else [kept[0], kept[-1]]

    async with liar(answer) as (_, port), client(port) as asked:
        with pytest.raises(NoAnswer):
            await asked.get([UPTIME])
        assert await asked.get([UPTIME]) == {UPTIME: 2}


async def test_silence_is_asked_again_once_and_then_believed() -> None:
    async with liar(lambda _: []) as (agent, port), client(port, patience=Patience(timeout_s=0.05)) as asked:
        with pytest.raises(NoAnswer):
            await asked.get([UPTIME])
        assert len(agent.requests) == 2


async def test_a_closed_port_is_known_at_once() -> None:
    async with client(free_udp_port(), patience=Patience(timeout_s=5, attempts=1)) as asked:
        started = time.monotonic()
        with pytest.raises(NoAnswer):
            await asked.get([UPTIME])
        assert time.monotonic() - started < 1


def _rows(*indexes: int) -> list[bytes]:
    return [ber.variable(f"{NAMES}.{index}", ber.element(4, b"x")) for index in indexes]


async def test_a_walk_that_goes_round_is_endless() -> None:
    async with liar(lambda r: [ber.response(r, _rows(1, 2, 3))]) as (_, port), client(port) as asked:
        with pytest.raises(Endless):
            await asked.walk(NAMES, max_rows=100, deadline_s=2)


async def test_a_walk_that_goes_down_is_endless() -> None:
    async with liar(lambda r: [ber.response(r, _rows(5, 4))]) as (_, port), client(port) as asked:
        with pytest.raises(Endless):
            await asked.walk(NAMES, max_rows=100, deadline_s=2)


async def test_a_walk_that_never_ends_stops_at_the_most_rows_anybody_believes() -> None:
    sent = iter(range(1, 10_000_000))

    def answer(request: bytes) -> list[bytes]:
        return [ber.response(request, _rows(*(next(sent) for _ in range(25))))]

    async with liar(answer) as (_, port), client(port) as asked:
        with pytest.raises(Endless):
            await asked.walk(NAMES, max_rows=1_000, deadline_s=5)


async def test_a_walk_that_is_slow_for_ever_stops_at_its_deadline() -> None:
    sent = iter(range(1, 10_000_000))
    async with liar(lambda r: [ber.response(r, _rows(next(sent)))]) as (_, port), client(port) as asked:
        started = time.monotonic()
        with pytest.raises(NoAnswer):
            await asked.walk(NAMES, max_rows=10**9, deadline_s=0.3)
        assert time.monotonic() - started < 1


async def test_an_error_in_the_middle_of_a_walk_is_not_its_end() -> None:
    answers = iter([{"variables": _rows(1, 2)}, {"variables": [], "status": 5}])
    async with liar(lambda r: [ber.response(r, **next(answers))]) as (_, port), client(port) as asked:  # type: ignore[arg-type]
        with pytest.raises(Refused):
            await asked.walk(NAMES, max_rows=100, deadline_s=2)


async def test_a_walk_asks_for_less_when_the_answer_would_be_too_big() -> None:
    def answer(request: bytes) -> list[bytes]:
        asked_rows = request[-40:].find(ber.integer(3))
        if asked_rows < 0:
            return [ber.response(request, [], status=1)]
        if request.rstrip(b"\x05\x00").endswith(ber.oid(NAMES)):
            return [ber.response(request, _rows(1, 2, 3))]
        return [ber.response(request, [ber.variable(f"{NAMES}.3", ber.element(ber.END_OF_MIB_VIEW, b""))])]

    async with liar(answer) as (_, port), client(port) as asked:
        assert [index for index, _ in await asked.walk(NAMES, max_rows=100, deadline_s=2)] == ["1", "2", "3"]


async def test_requests_of_one_client_wait_for_each_other(snmpd: Snmpd) -> None:
    async with client(snmpd.port, patience=Patience()) as asked:
        answers = await asyncio.gather(*(asked.get([f"{NAMES}.{index}"]) for index in range(1, 31)))
    assert [answer[f"{NAMES}.{index}"] for index, answer in enumerate(answers, 1)] == [
        f"ge-0/0/{index}".encode() for index in range(1, 31)
    ]


async def test_sockets_are_given_back() -> None:
    before = len(os.listdir("/proc/self/fd"))
    async with liar(lambda r: [b"\x00\xff"]) as (_, port):
        for _ in range(20):
            async with client(port) as asked:
                with pytest.raises(Garbled):
                    await asked.get([UPTIME])
    assert len(os.listdir("/proc/self/fd")) <= before + 2


@pytest.mark.parametrize("make_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_an_agent_that_was_gone_is_heard_again(make_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Its host says "port unreachable" meanwhile, which ends libuv's interest in the socket."""

    async def story(agent: Snmpd) -> None:
        async with client(agent.port, patience=Patience(timeout_s=2, attempts=1)) as asked:
            assert await asked.get([UPTIME])
            with agent.rebooted():
                for _ in range(3):
                    with pytest.raises(NoAnswer):
                        await asked.get([UPTIME])
            assert await asked.get([UPTIME])

    with Snmpd() as agent, asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(story(agent))
