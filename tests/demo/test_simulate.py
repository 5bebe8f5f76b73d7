"""The simulators against the real application, served by uvicorn on loopback."""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime

import httpx
import uvicorn
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import create_engine
from demo import pace
from demo.backoff import Backoff
from demo.logins import LIMITED_LOGIN, PASSWORD
from demo.plant import DEVICES
from demo.simulate import Simulation
from farol.serve import wire
from tests.collectors.agents import free_udp_port
from tests.demo.agents import ask
from tests.demo.conftest import SECRET, Seeded
from tests.demo.test_seed import INVARIANTS

DEADLINE_S = 30
PROGRAM = """
import asyncio, sys
from types import SimpleNamespace
from demo.simulate import run
asyncio.run(run(SimpleNamespace(url=sys.argv[1], radius_acct_port=int(sys.argv[2]))))
"""
UPTIME = "1.3.6.1.2.1.1.3.0"


def free_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def served(url: str, port: int) -> AsyncIterator[str]:
    """The application on the seeded database; gone, sockets and all, when the block ends."""
    wiring = wire(
        engine=create_engine(url),
        redis_url="memory://",
        secret=SECRET,
        clock=lambda: datetime.now(UTC),
        build="test",
        demo=True,
    )
    async with wiring.running():
        config = uvicorn.Config(
            wiring.application(),
            host="127.0.0.1",
            port=port,
            log_level="error",
            lifespan="on",
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        await until(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await task


@asynccontextmanager
async def simulating(url: str) -> AsyncIterator[Simulation]:
    simulation = Simulation(url, radius_port=free_udp_port(), rng=random.Random(3), haste=500)
    task = asyncio.create_task(simulation.run())
    try:
        yield simulation
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event: it is counted by the code under test
            await asyncio.sleep(0.01)


async def count(engine: AsyncEngine, sql: str) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(text(sql)) or 0)


async def settled(demo: Seeded) -> int:
    return await count(demo.engine, "SELECT count(*) FROM settlement")


async def _on_free_ports(demo: Seeded) -> None:
    """The seed's own UDP ports may be taken on this machine, by a demo for one."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in DEVICES]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        ports = [probe.getsockname()[1] for probe in probes]
    async with demo.engine.begin() as connection:
        for device, port in zip(DEVICES, ports, strict=True):
            await connection.execute(
                text("UPDATE device SET port = :port WHERE id = :id"), {"port": port, "id": device.id}
            )


async def test_payments_go_in_by_rest_and_devices_answer_across_a_restart_of_the_server(own_demo: Seeded) -> None:
    await _on_free_ports(own_demo)
    before, port = await settled(own_demo), free_tcp_port()
    async with simulating(f"http://127.0.0.1:{port}") as simulation:
        done = simulation.cashier.done
        async with served(own_demo.url, port):
            await until(lambda: done["settled"] >= 15 and done["issued"] >= 1 and len(simulation.agents) == 20)
            away = simulation.api.lost
        await until(lambda: simulation.api.lost > away)
        reached = done["settled"]
        async with served(own_demo.url, port):
            await until(lambda: done["settled"] > reached + 5)
            assert (await ask("snmpget", simulation.agents[4].address[1], UPTIME))[0] == 0
    assert simulation.api.found >= 1
    assert not simulation.cashier.refused
    # One that was under way when the simulation ended may have been stored without being counted.
    assert 0 <= await settled(own_demo) - before - done["settled"] <= 1
    assert await count(own_demo.engine, INVARIANTS["every bill, payment and cancellation left its fact"]) == 0
    assert await count(own_demo.engine, INVARIANTS["what was settled is the sum of the settlements"]) == 0


async def test_farol_demo_ends_at_once_and_clean_on_sigterm(own_demo: Seeded) -> None:
    await _on_free_ports(own_demo)
    before = await settled(own_demo)
    async with served(own_demo.url, free_tcp_port()) as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            PROGRAM,
            url,
            str(free_udp_port()),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(DEADLINE_S):
            while await settled(own_demo) == before:  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    assert b"Traceback" not in output
    assert b"simulators_stopped" in output


async def test_the_user_of_one_city_gets_that_city_by_rest(own_demo: Seeded) -> None:
    async with served(own_demo.url, free_tcp_port()) as url, httpx.AsyncClient(base_url=f"{url}/api/v1") as client:
        answer = await client.post("/session", json={"login": LIMITED_LOGIN, "password": PASSWORD})
        assert answer.is_success
        for path in ("/receivables", "/devices"):
            items = (await client.get(path, params={"limit": 200})).json()["items"]
            assert {item["city_id"] for item in items} == {3}


AT_ONCE = 10
"""Tasks that ask by REST: five under the login of all of them, and the help desk under five of its own."""


async def test_a_server_that_forgets_every_session_is_not_flooded() -> None:
    asked: list[float] = []

    async def forget(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"POST"):
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r")[0]))
            status, body = b"200 OK", b'{"csrf":"x"}'
        else:
            asked.append(time.monotonic())
            status, body = b"401 Unauthorized", b"{}"
        writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(forget, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with simulating(f"http://127.0.0.1:{port}"):
            await until(lambda: len(asked) >= 2 * AT_ONCE + 1)
    # The last of these questions is at least the third of one of the tasks, after 0.2 and 0.4 s.
    assert asked[2 * AT_ONCE] - asked[0] > 0.2


def test_the_counter_is_closed_at_night_and_the_wall_moves_by_day() -> None:
    rng = random.Random(1)
    assert "counter" not in {pace.channel(rng, 3) for _ in range(300)}
    noon = Counter(pace.channel(rng, 10) for _ in range(2000))
    assert set(noon) == {"boleto", "pix", "counter", "debit", "card"}
    assert pace.mean_wait_s(10) < 8 < 20 < pace.mean_wait_s(3)
    assert all(pace.wait_s(rng, hour) >= pace.SHORTEST_S for hour in range(24) for _ in range(50))


def test_waiting_grows_with_jitter_up_to_its_limit_and_starts_over() -> None:
    backoff = Backoff(random.Random(1), first_s=1.0, longest_s=30.0)
    waits = [backoff.next_s() for _ in range(40)]
    assert all(0.2 <= wait <= 30.0 for wait in waits)
    assert 0.2 <= waits[0] <= 1.0
    assert len(set(waits[10:])) == 30
    assert min(waits[10:]) >= 6.0
    backoff.succeeded()
    assert backoff.next_s() <= 1.0
