"""An installation for one measurement: PostgreSQL and Valkey of its own, a serving process of the real wiring."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from backend.auth.secrets import digest, new_secret
from db.engine import create_engine
from db.migrate import upgrade
from db.models import AppUser, Role, RolePermission, Token, TokenGrant, UserGrant
from farol.embedded.postgres import EmbeddedPostgres
from farol.embedded.valkey import EmbeddedValkey


@dataclass(frozen=True, kw_only=True)
class Installation:
    """`token` may do everything everywhere."""

    database_url: str
    redis_url: str
    token: str


@asynccontextmanager
async def installation() -> AsyncIterator[Installation]:
    """Empty but for one user. PostgreSQL is durable, as in production."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="farol-bench-")))
        os.chmod(folder, 0o755)  # PostgreSQL refuses to run as root, so another user has to reach its folder
        postgres, valkey = EmbeddedPostgres(folder / "postgres"), EmbeddedValkey(folder / "valkey")
        for server in (postgres, valkey):
            await server.start()
            stack.push_async_callback(server.stop)
        await upgrade(postgres.url)
        yield Installation(database_url=postgres.url, redis_url=valkey.url, token=await _token(postgres.url))


async def _token(database_url: str) -> str:
    secret = new_secret("bench")
    engine = create_engine(database_url)
    async with AsyncSession(engine) as session, session.begin():
        user = AppUser(login="bench", name="Bench", password_hash=digest("").hex(), active=True, locale="en")
        role = Role(name="bench")
        session.add_all([user, role])
        await session.flush()
        token = Token(
            user_id=user.id,
            name="bench",
            token_hash=digest(secret),
            expires_at=datetime.now(UTC) + timedelta(days=1),
        )
        session.add_all(
            [
                RolePermission(role_id=role.id, module="*", action="*"),
                UserGrant(user_id=user.id, role_id=role.id),
                token,
            ]
        )
        await session.flush()
        session.add(TokenGrant(token_id=token.id, module="*", action="*"))
    await engine.dispose()
    return secret


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def program(
    module: str, *arguments: str, port: int, environment: Mapping[str, str] | None = None, log: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A module of ours in a process of its own, ready when it accepts on `port`, ended with the block.

    `environment` is what it sees beside ours; what it prints goes to `log`, if there is one."""
    with log.open("wb") if log else nullcontext() as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments),
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=output and asyncio.subprocess.STDOUT,
        )
    try:
        await accepting(process, port)
        yield process
    finally:
        await end(process)


async def until(condition: Callable[[], bool], *, within_s: float = 60.0) -> None:
    """Looks every few milliseconds. Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


async def accepting(process: asyncio.subprocess.Process, port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"the process to measure ended with {process.returncode} before it listened")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return


async def end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(15):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
