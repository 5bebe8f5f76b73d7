"""`farol up`: everything starts, whatever is killed comes back, nothing outlives it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from farol.child import start_time
from frontend.build import CHECKOUT, ensure_built
from tests.farol.installation import Installation
from tests.stories.house import PAGES
from tests.waiting import until

PARTS = ("postgres", "valkey", "serve", "collect")
PASSWORD = "a long enough one"


@pytest.fixture(scope="module")
async def kept(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """One home for all tests of this file; they may leave it running or not."""
    await asyncio.to_thread(ensure_built, PAGES)
    made = Installation(tmp_path_factory.mktemp("up") / "home", PAGES)
    yield made
    if made.up is not None and made.up.returncode is None:
        await made.end(signal.SIGTERM)


@pytest.fixture
async def installation(kept: Installation) -> Installation:
    """The installation, running and ready."""
    await kept.start()
    await until(kept.ready, within_s=60, what="a server that is ready")
    return kept


async def test_it_prints_one_address_where_pages_and_api_answer(installation: Installation) -> None:
    async with httpx.AsyncClient(base_url=installation.url, timeout=30) as client:
        page = await client.get("/login")
        described = await client.get("/api/openapi.json")
    assert page.status_code == 200 and "text/html" in page.headers["content-type"]
    assert described.json()["info"]["title"] == "Farol"
    assert installation.said().count("http://") == 1


@pytest.mark.parametrize("part", PARTS)
async def test_a_part_that_is_killed_comes_back_and_that_is_said(installation: Installation, part: str) -> None:
    before = installation.pid(part)
    assert before is not None
    os.kill(before, signal.SIGKILL)

    async def back() -> bool:
        return f"{part} runs again" in installation.said() and installation.pid(part) not in (None, before)

    await until(back, within_s=60, what=f"the return of {part}")
    await until(installation.ready, within_s=60, what="a server that is ready")
    assert f"{part} was ended by SIGKILL: starting it again" in installation.said()


async def test_a_second_one_in_the_same_home_is_refused_with_a_sentence(installation: Installation) -> None:
    assert installation.up is not None
    status, _, said = await installation.command("up")
    assert status == 1
    assert f"Farol already runs in {installation.home} (process {installation.up.pid})" in said
    assert "Traceback" not in said


async def test_a_port_in_use_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    other = Installation(tmp_path / "home", PAGES)
    with socket.create_server(("127.0.0.1", other.port)):
        status, _, said = await other.command("up")
    assert status == 1
    assert f"Port {other.port} is in use" in said and f"PORT={other.port + 1}" in said
    assert not (other.home / "postgres").exists()
    assert not other.processes()


async def test_ctrl_c_ends_every_process_and_the_next_start_keeps_the_data(installation: Installation) -> None:
    made = await installation.command("user", "create", "keeper", "--password-stdin", given=PASSWORD)
    assert made[0] == 0, made
    assert len(installation.processes()) > len(PARTS)
    assert await installation.end(signal.SIGINT) == 0
    assert installation.processes() == {}
    assert "Stopped. The data stays in" in installation.said()
    await installation.start()
    _, listed, _ = await installation.command("user", "list")
    assert "keeper" in listed


async def test_when_it_is_killed_its_children_end_and_the_next_start_is_clean(installation: Installation) -> None:
    assert await installation.end(signal.SIGKILL) == -signal.SIGKILL
    await until(installation.nobody_left, within_s=60, what="the end of the children")
    # One that missed the death of its parent, as on a system without PR_SET_PDEATHSIG.
    orphan = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(600)")
    (installation.home / "run" / "collect.pid").write_text(f"{orphan.pid} {start_time(orphan.pid)}\n")
    await installation.start()
    assert await installation.ready()
    assert await orphan.wait() == -signal.SIGTERM
    assert "Ended collect, left over by a farol that was killed" in installation.said()


async def test_users_tokens_watching_and_doctor_work_beside_it(installation: Installation) -> None:
    assert (await installation.command("user", "create", "ana", "--admin", "--password-stdin", given=PASSWORD))[0] == 0
    status, token, _ = await installation.command("token", "create", "ana", "--name", "wall")
    assert status == 0 and token.startswith("ft_")
    watching = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "farol", "watch", "receivables.day", "--json"),
        stdout=asyncio.subprocess.PIPE,
        env={**installation.environment, "FAROL_TOKEN": token.strip()},
        cwd=CHECKOUT,
    )
    assert watching.stdout is not None
    async with asyncio.timeout(60):
        line = json.loads(await watching.stdout.readline())
    assert line["t"] == "receivables.day" and line["data"]["is_today"] is True
    watching.send_signal(signal.SIGINT)
    assert await watching.wait() == 0
    status, found, _ = await installation.command("doctor")
    assert status == 0 and "wrong" not in found
    assert "PostgreSQL 18" in found and "is ready" in found
