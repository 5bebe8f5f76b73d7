"""A collector that hears accounting over real UDP, with a real Postgres that is locked, refuses, or dies."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address

import pytest
from sqlalchemy import text

from collectors.metrics import Metrics
from db.engine import create_engine
from farol.embedded.postgres import EmbeddedPostgres
from realtime.readings import SessionsMoved
from tests.collectors.agents import free_udp_port
from tests.collectors.lab import Lab, build_lab
from tests.collectors.radius.provider import Speaker, add_login, add_nas, ended_sessions, open_sessions, speaking
from tests.collectors.radius.wire import is_reply_to, request
from tests.waiting import until


@pytest.fixture
async def port(lab: Lab) -> AsyncIterator[int]:
    """Where a collector listens that knows every source on loopback."""
    await add_nas(lab.engine, lab.world, lab.vault)
    number = free_udp_port()
    async with lab.collector(radius_port=number) as collector:
        assert collector.accounting is not None
        async with asyncio.timeout(20):
            await collector.accounting.listening.wait()
        yield number


@pytest.fixture
async def nas(port: int) -> AsyncIterator[Speaker]:
    async with speaking(port) as speaker:
        yield speaker


def figures(lab: Lab) -> dict[str, float]:
    metrics: Metrics = lab.metrics["one"]
    return metrics.summary()


async def counted(lab: Lab, name: str, value: float) -> None:
    async def reached() -> bool:
        return figures(lab).get(name, 0) >= value

    await until(reached, what=f"{name} = {value:g} in {figures(lab)}")


async def test_a_session_is_recorded_and_told(lab: Lab, nas: Speaker) -> None:
    await add_login(lab.engine, lab.world, "baixo@norte")
    await nas.tell("start", login="Baixo@norte", address="100.64.0.9", mac="aa:bb:cc:dd:ee:ff")
    (session,) = await open_sessions(lab.engine)
    assert (session.login, session.address, session.mac) == ("baixo@norte", ip_address("100.64.0.9"), "aabbccddeeff")

    async def told() -> list[SessionsMoved]:
        return [each for each in lab.heard if isinstance(each, SessionsMoved)]

    (reading,) = await until(told)
    assert (reading.started, reading.subscribers) == (1, [lab.world.subscriber_baixo])
    await nas.tell("stop", login="Baixo@norte", seconds=3, octets_in=10, octets_out=20)
    assert await open_sessions(lab.engine) == []
    assert [each.in_octets for each in await ended_sessions(lab.engine)] == [10]


async def test_no_reply_leaves_before_the_commit(lab: Lab, nas: Speaker) -> None:
    await nas.tell("interim", seconds=1)
    asked = request("interim", "other", number_=200)
    async with lab.engine.connect() as holder:
        await holder.execute(text("SELECT id FROM nas FOR UPDATE"))
        nas.say(asked)

        async def waits() -> bool:
            query = """SELECT count(*) FROM pg_stat_activity
                WHERE wait_event_type = 'Lock' AND datname = current_database()"""
            async with lab.engine.connect() as db:
                return bool(await db.scalar(text(query)))

        await until(waits, what="a batch that waits")
        nas.say(asked)
        await counted(lab, "radius_duplicates", 1)
        assert not any(is_reply_to(reply, asked) for reply in nas.replies)
    await nas.replied(asked)
    assert {session.session_id for session in await open_sessions(lab.engine)} == {"81a00001", "other"}


async def test_a_repeated_request_gets_the_same_reply_again(lab: Lab, nas: Speaker) -> None:
    asked = await nas.tell("start")
    nas.say(asked)
    await nas.replied(asked, times=2)
    assert len(set(nas.replies)) == 1
    assert figures(lab)["radius_acknowledged"] == 1


async def test_what_is_not_ours_is_dropped_counted_and_harmless(lab: Lab, nas: Speaker) -> None:
    nas.say(b"garbage")
    nas.say(request("start", secret=b"a guess"))
    nas.say(request("start")[:-3])
    for _ in range(200):
        nas.say(bytes(60))
    await counted(lab, "radius_dropped.malformed", 2)
    await counted(lab, "radius_dropped.bad_authenticator", 1)
    await nas.tell("start")
    assert len(await open_sessions(lab.engine)) == 1
    assert len(nas.replies) == 1


async def test_a_stranger_is_dropped_until_it_is_added(lab: Lab) -> None:
    port = free_udp_port()
    async with lab.collector(radius_port=port) as collector, speaking(port) as nas:
        assert collector.accounting is not None
        await collector.accounting.listening.wait()
        nas.say(request("start"))
        await counted(lab, "radius_dropped.unknown_nas", 1)
        await add_nas(lab.engine, lab.world, lab.vault, "127.0.0.1")
        await nas.tell("start")
    assert len(await open_sessions(lab.engine)) == 1


async def test_sessions_of_a_reloaded_nas_are_moved_by_the_collector(lab: Lab, nas: Speaker) -> None:
    for number in range(5):
        await nas.tell("start", str(number), login=f"s{number}", delay=30)
    await nas.tell("on")

    async def moved() -> bool:
        return len(await ended_sessions(lab.engine)) == 5

    await until(moved, what="five ends")
    assert await open_sessions(lab.engine) == []
    await counted(lab, "radius_closed.reload", 5)


async def test_what_postgres_refuses_does_not_hold_up_the_rest(lab: Lab, nas: Speaker) -> None:
    async with lab.engine.begin() as db:
        await db.execute(text("ALTER TABLE session ADD CONSTRAINT believable CHECK (login <> 'poison')"))
    asked = [request("start", str(n), number_=n, login="poison" if n == 7 else f"s{n}") for n in range(1, 30)]
    for each in asked:
        nas.say(each)
    for number, each in enumerate(asked, 1):
        if number != 7:
            await nas.replied(each)
    await counted(lab, "radius_dropped.refused", 1)
    assert len(await open_sessions(lab.engine)) == 28


async def test_a_killed_postgres_is_waited_for_and_nothing_acknowledged_is_lost(own_postgres: EmbeddedPostgres) -> None:
    engine = create_engine(own_postgres.url)
    lab = await build_lab(own_postgres.url, engine)
    await add_nas(engine, lab.world, lab.vault)
    port = free_udp_port()
    try:
        async with lab.collector(radius_port=port) as collector, speaking(port) as nas:
            assert collector.accounting is not None
            await collector.accounting.listening.wait()
            await nas.tell("start", "before")
            await own_postgres.kill()
            during = request("start", "during", number_=250)
            nas.say(during)
            await counted(lab, "radius_commit_failures", 1)
            assert not any(is_reply_to(reply, during) for reply in nas.replies)
            await own_postgres.start()
            await nas.ask(during)
            assert {each.session_id for each in await open_sessions(engine)} == {"before", "during"}
    finally:
        await engine.dispose()


async def test_a_port_that_is_taken_is_ours_once_it_is_free(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    await add_nas(lab.engine, lab.world, lab.vault)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as other:
        other.bind(("", 0))
        port = other.getsockname()[1]
        async with lab.collector(radius_port=port) as collector:
            device = await lab.add(free_udp_port())

            async def polled() -> bool:
                state = await lab.state(device)
                return state is not None and state.last_polled_at is not None

            await until(polled, what="a poll beside the port that is not ours")
            assert collector.accounting is not None and not collector.accounting.listening.is_set()
            other.close()
            async with asyncio.timeout(20):
                await collector.accounting.listening.wait()
