"""`farol collect` hears RADIUS accounting: from FreeRADIUS' own client, and through a `kill -9`."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.collectors.agents import free_udp_port
from tests.collectors.lab import Lab, build_lab
from tests.collectors.radius.provider import add_nas, ended_sessions, open_sessions, speaking
from tests.collectors.radius.wire import SECRET, request
from tests.farol.test_collect import collecting
from tests.waiting import until


@pytest.fixture
async def lab(database_url: str, engine: AsyncEngine) -> Lab:
    made = await build_lab(database_url, engine)
    await add_nas(engine, made.world, made.vault)
    return made


async def radclient(port: int, packets: str, *, secret: bytes = SECRET, tries: int = 5) -> tuple[int, str]:
    """Its exit code (0: every packet was answered) and what it said."""
    process = await asyncio.create_subprocess_exec(
        *("radclient", "-x", "-r", str(tries), "-t", "1", "-p", "20", f"127.0.0.1:{port}", "acct", secret.decode()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(packets.encode())
    assert process.returncode is not None
    return process.returncode, said.decode()


def packet(status: str, number: int, *more: str) -> str:
    lines = (
        f"Acct-Status-Type = {status}",
        f'Acct-Session-Id = "{number:08x}"',
        f'User-Name = "s{number}@norte"',
        "NAS-IP-Address = 192.0.2.1",
        f"Framed-IP-Address = 100.64.0.{number}",
        f'Calling-Station-Id = "AA-BB-CC-00-00-{number:02X}"',
        *more,
    )
    return "\n".join(lines) + "\n\n"


COUNTERS = (
    "Acct-Session-Time = 900",
    "Acct-Input-Octets = 17",
    "Acct-Input-Gigawords = 3",
    "Acct-Output-Octets = 4294967295",
    "Acct-Output-Gigawords = 1",
)


async def test_radclient_is_answered_and_believed(lab: Lab, valkey_url: str, tmp_path: Path) -> None:
    port = free_udp_port()
    async with collecting(lab.url, valkey_url, tmp_path, radius_port=port) as process:
        await process.says("radius_listening")
        code, said = await radclient(port, "".join(packet("Start", n) for n in range(1, 41)))
        assert code == 0, said
        assert said.count("Received Accounting-Response") == 40
        assert len(await open_sessions(lab.engine)) == 40
        code, said = await radclient(port, packet("Interim-Update", 7, *COUNTERS))
        assert code == 0, said
        (seventh,) = [each for each in await open_sessions(lab.engine) if each.login == "s7@norte"]
        assert (seventh.in_octets, seventh.out_octets, seventh.mac) == (3 << 32 | 17, 2 * 2**32 - 1, "aabbcc000007")
        code, said = await radclient(port, packet("Stop", 7, *COUNTERS, "Acct-Terminate-Cause = User-Request"))
        assert code == 0, said
        assert [(each.login, each.cause) for each in await ended_sessions(lab.engine)] == [("s7@norte", 1)]
        code, said = await radclient(port, packet("Start", 41), secret=b"wrong", tries=1)
        assert code != 0 and "No reply" in said
        assert await process.end(signal.SIGTERM) == 0
        assert "Traceback" not in process.log


async def test_kill_9_loses_nothing_that_was_acknowledged(lab: Lab, valkey_url: str, tmp_path: Path) -> None:
    """Counted: every session whose Start was answered is there, and after all were sent again, each is there once."""
    port = free_udp_port()
    asked = {
        number: request("start", f"{number:08x}", number_=number % 256, login=f"s{number}") for number in range(2000)
    }

    async with speaking(port) as nas:
        async with collecting(lab.url, valkey_url, tmp_path, "one", radius_port=port) as process:
            await process.says("radius_listening")
            await nas.ask(request("start", "first", login="first"))
            for data in asked.values():
                nas.say(data)

            async def in_the_middle() -> bool:
                return len(nas.replies) > 200

            await until(in_the_middle, what="replies")
            await process.end(signal.SIGKILL)
        survived = {number for number, data in asked.items() if nas.has_reply(data)}
        assert 200 <= len(survived) < 2000, "it was not killed in the middle"
        there = {int(each.session_id, 16) for each in await open_sessions(lab.engine) if each.session_id != "first"}
        assert survived - there == set()
        async with collecting(lab.url, valkey_url, tmp_path, "two", radius_port=port) as process:
            await process.says("radius_listening")
            await asyncio.gather(*(nas.ask(data) for data in asked.values()))
            assert await process.end(signal.SIGTERM) == 0
    sessions = [each.session_id for each in await open_sessions(lab.engine)]
    assert len(sessions) == len(set(sessions)) == 2001
