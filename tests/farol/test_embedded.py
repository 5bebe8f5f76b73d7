"""The embedded servers: start, stop, kill, stale files, stolen ports."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from farol.embedded.postgres import EmbeddedPostgres
from farol.embedded.valkey import EmbeddedValkey
from tests.conftest import plain


async def answer(url: str, query: str) -> object:
    connection = await asyncpg.connect(plain(url), timeout=10)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


@pytest.fixture
async def postgres(tmp_path: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(tmp_path, durable=False)


async def test_what_was_committed_survives_kill_minus_nine_and_the_port_stays(tmp_path: Path) -> None:
    postgres = EmbeddedPostgres(tmp_path)
    await postgres.start()
    try:
        url = postgres.url
        await answer(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        await postgres.kill()
        await postgres.start()
        assert postgres.url == url
        assert await answer(url, "SELECT answer FROM kept") == 42
    finally:
        await postgres.stop()


async def test_a_server_left_running_by_a_killed_farol_is_ended_by_the_next_start(tmp_path: Path) -> None:
    left = EmbeddedPostgres(tmp_path, durable=False)
    await left.start()
    assert left.child is not None and left.child.process is not None
    following = EmbeddedPostgres(tmp_path, durable=False)
    await following.start()
    try:
        assert await left.child.process.wait() == 0  # a clean shutdown, not a kill
        assert await answer(following.url, "SELECT 1") == 1
    finally:
        await following.stop()


async def test_a_stale_pid_file_naming_somebody_elses_process_does_not_stop_the_start(
    postgres: EmbeddedPostgres,
) -> None:
    await postgres.start()
    await postgres.kill()
    pid_file = postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    await postgres.start()
    try:
        assert await answer(postgres.url, "SELECT 1") == 1
    finally:
        await postgres.stop()


async def test_a_port_taken_by_somebody_else_is_replaced(postgres: EmbeddedPostgres) -> None:
    await postgres.start()
    await postgres.stop()
    taken = postgres.place.port
    assert taken is not None
    with socket.create_server(("127.0.0.1", taken)):
        await postgres.start()
        try:
            assert postgres.place.port != taken
            assert await answer(postgres.url, "SELECT 1") == 1
        finally:
            await postgres.stop()


async def test_a_half_made_database_is_made_again(postgres: EmbeddedPostgres) -> None:
    half = postgres.place.folder / "data.new" / "base"
    half.mkdir(parents=True)
    (postgres.data / "global").mkdir(parents=True)
    await postgres.start()
    try:
        assert await answer(postgres.url, "SELECT 1") == 1
    finally:
        await postgres.stop()


async def test_nobody_gets_into_the_database_without_its_password(postgres_server: EmbeddedPostgres) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await answer(postgres_server.url.replace(postgres_server.place.password, "wrong"), "SELECT 1")
    mode = (postgres_server.place.folder / "password").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


async def test_the_database_keeps_its_files_inside_its_home_with_their_owner(postgres_server: EmbeddedPostgres) -> None:
    owners = {path.stat().st_uid for path in postgres_server.data.iterdir()}
    assert owners == {postgres_server.place.folder.stat().st_uid}
    assert await answer(postgres_server.url, "SHOW unix_socket_directories") == ""
    assert await answer(postgres_server.url, "SHOW listen_addresses") == "127.0.0.1"


async def test_commits_are_durable_unless_a_test_asks_otherwise() -> None:
    assert not {"fsync", "synchronous_commit", "full_page_writes"} & EmbeddedPostgres(Path("x")).settings.keys()


async def test_valkey_comes_back_on_the_same_port_after_kill_minus_nine(valkey_server: EmbeddedValkey) -> None:
    url = valkey_server.url
    await valkey_server.kill()
    await valkey_server.start()
    assert valkey_server.url == url
    async with Redis.from_url(url) as client:
        assert await client.set("rings", "once")


async def test_valkey_hides_its_password_from_the_list_of_processes(valkey_server: EmbeddedValkey) -> None:
    assert valkey_server.child is not None
    assert valkey_server.place.password not in " ".join(valkey_server.child.program)
    assert stat.S_IMODE(valkey_server.config.stat().st_mode) == 0o600
