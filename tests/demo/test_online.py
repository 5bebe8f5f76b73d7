"""The simulated BNGs against the real listener: over UDP, with its commits, and with the REST API they learn from."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from collectors.metrics import Metrics
from collectors.radius.accounting import Accounting
from db.partitions import SESSIONS, ensure_for
from db.vault import Vault
from demo.api import Api
from demo.bng import BNGS
from demo.lines import outage, stays
from demo.logins import LOGIN, PASSWORD
from demo.online import Online
from tests.collectors.agents import free_udp_port
from tests.demo.conftest import SECRET, Seeded
from tests.demo.test_simulate import free_tcp_port, served
from tests.waiting import running, until

Clock = Callable[[], float]


async def _nothing(_: Any) -> None:
    """Nobody watches."""


@asynccontextmanager
async def listening(demo: Seeded, port: int, clock: Clock = time.time) -> AsyncIterator[Metrics]:
    metrics = Metrics()
    await ensure_for(demo.engine, SESSIONS, [datetime.fromtimestamp(clock() - ago, UTC) for ago in (0, 86_400)])
    accounting = Accounting(
        demo.engine,
        vault=Vault(SECRET),
        port=port,
        announce=_nothing,
        ring=_nothing,
        clock=lambda: datetime.fromtimestamp(clock(), UTC),
        metrics=metrics,
    )
    async with running(accounting.run()):
        yield metrics


@asynccontextmanager
async def simulated(url: str, port: int, clock: Clock = time.time) -> AsyncIterator[Online]:
    rng = random.Random(5)
    async with Api(url, login=LOGIN, password=PASSWORD, rng=rng) as api:
        online = Online(api, port=port, clock=clock, rng=rng)
        async with running(online.work()):
            yield online


async def rows(demo: Seeded, sql: str, **values: Any) -> list[Any]:
    async with demo.engine.connect() as connection:
        return list(await connection.execute(text(sql), values))


async def all_told(online: Online) -> bool:
    """Everybody who is online was told, and every request was answered."""
    return online.told["interim"] > 0.9 * len(online.lines) > 0 and not any(
        nas.unanswered for nas in online.nas.values()
    )


async def test_bngs_wait_for_the_listener_and_everybody_active_is_online(own_demo: Seeded) -> None:
    port = free_udp_port()
    async with served(own_demo.url, free_tcp_port()) as url, simulated(url, port) as online:

        async def repeats() -> bool:
            return sum(nas.repeated for nas in online.nas.values()) > 20

        await until(repeats, what="requests that nobody answers")
        async with listening(own_demo, port) as metrics:
            await until(lambda: all_told(online), what="the sessions")
            figures = metrics.summary()
    at = time.time()
    expected = {line.login for line in online.lines if next(stays(line, at)).began < at - 30}
    found = await rows(
        own_demo,
        "SELECT s.login, n.name, c.status FROM session s JOIN nas n ON n.id = s.nas_id"
        " LEFT JOIN contract c ON c.id = s.contract_id",
    )
    logins = [login for login, _, _ in found]
    assert len(logins) == len(set(logins))
    assert len(expected & set(logins)) > 0.97 * len(expected)
    assert {status for _, _, status in found} == {"active"}
    served_by = {line.login: line.bng.name for line in online.lines}
    assert {(login, nas) for login, nas, _ in found} == {(login, served_by[login]) for login in logins}
    assert {nas for _, nas, _ in found} == {bng.name for bng in BNGS}
    assert not [name for name in figures if "dropped" in name and figures[name]]
    assert (await rows(own_demo, "SELECT count(*) FROM contract WHERE status = 'suspended'"))[0][0] > 0


async def test_a_simulator_that_is_started_again_goes_on_with_the_same_sessions(own_demo: Seeded) -> None:
    port = free_udp_port()
    sessions = "SELECT login, started_at FROM session ORDER BY login"
    async with served(own_demo.url, free_tcp_port()) as url, listening(own_demo, port):
        async with simulated(url, port) as online:
            await until(lambda: all_told(online), what="the sessions")
        before = dict(map(tuple, await rows(own_demo, sessions)))
        async with simulated(url, port) as again:
            await until(lambda: all_told(again), what="the sessions once more")
            assert again.told["on"] == 0
        after = await rows(own_demo, sessions)
    assert len(after) == len({login for login, _ in after})
    same = [login for login, began in after if before.get(login) == began]
    assert len(same) > 0.97 * len(before)


async def test_bngs_that_were_away_for_hours_say_that_they_were_restarted(own_demo: Seeded) -> None:
    port = free_udp_port()
    async with served(own_demo.url, free_tcp_port()) as url:
        early = time.time() - 9 * 3600
        began = time.time()

        def then() -> float:
            return early + time.time() - began

        async with listening(own_demo, port, then), simulated(url, port, then) as online:
            await until(lambda: all_told(online), what="the sessions of nine hours ago")
        async with listening(own_demo, port), simulated(url, port) as again:
            await until(lambda: all_told(again), what="the sessions of now")
            assert again.told["on"] == len(BNGS)

            async def moved() -> bool:
                return not await rows(
                    own_demo,
                    "SELECT 1 FROM session s JOIN nas n ON n.id = s.nas_id WHERE s.last_at < n.reloaded_at LIMIT 1",
                )

            await until(moved, what="the end of the sessions of before")
    assert not await rows(own_demo, "SELECT login FROM session GROUP BY login HAVING count(*) > 1")


async def test_an_olt_without_light_ends_the_sessions_behind_it_together(own_demo: Seeded) -> None:
    port, began = free_udp_port(), time.time()
    cut = outage(int(began // 5400) - 1)

    def clock() -> float:
        return cut.start - 4 + time.time() - began

    async with (
        served(own_demo.url, free_tcp_port()) as url,
        listening(own_demo, port, clock),
        simulated(url, port, clock) as online,
    ):
        await until(lambda: all_told(online), what="the sessions")
        behind = [line for line in online.lines if line.node == cut.node]
        assert len(behind) > 10
        # NAS tell whole seconds.
        query = """SELECT count(*) FROM session_history h JOIN nas n ON n.id = h.nas_id
            WHERE h.ended_at BETWEEN to_timestamp(:start - 1) AND to_timestamp(:start + 7) AND cause = 2
            AND n.name = :name"""

        async def dropped() -> bool:
            ((ended,),) = await rows(own_demo, query, start=cut.start, name=cut.bng.name)
            return bool(ended > 0.85 * len(behind))

        await until(dropped, what="the drop")
