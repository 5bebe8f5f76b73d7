"""A whole installation of its own: PostgreSQL, Valkey, a serving process, a collector. All can be killed."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import create_engine
from farol.child import Child
from farol.embedded.postgres import EmbeddedPostgres
from farol.embedded.valkey import EmbeddedValkey
from frontend.build import CHECKOUT
from tests.waiting import until
from tests.world import PASSWORD, World, build_world

SECRET = "a secret of the stories, long enough"
PAGES = CHECKOUT / ".farol"
"""Where the pages are built: the home that `make run` uses in this checkout, so that they are built once."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class House:
    """`engine` and `world` are for arranging; everything that is checked goes through the front door at `url`."""

    def __init__(self, folder: Path, postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> None:
        self.postgres = postgres
        self.valkey = valkey
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self._run = folder / "run"
        self.engine: AsyncEngine
        self.world: World
        self.serve = self._program("serve")
        self.collect = self._program("collect")

    def _program(self, name: Literal["serve", "collect"]) -> Child:
        environment = {
            **os.environ,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "FAROL_HOME": str(PAGES),
            "FAROL_DEMO": "0",
            "FAROL_SECRET": SECRET,
            "DATABASE_URL": self.postgres.url.replace("+asyncpg", ""),
            "REDIS_URL": self.valkey.url,
        }
        command = [sys.executable, "-m", "farol", name]
        log = self.log / f"{name}.log"
        return Child(name, command, pid_file=self._run / f"{name}.pid", log=log, env=environment, cwd=CHECKOUT)

    async def open(self) -> None:
        """Start to serve; returns when the house says that it is ready."""
        await self.serve.start()
        async with httpx.AsyncClient() as client:

            async def ready() -> bool:
                assert self.serve.running, (self.log / "serve.log").read_text()[-3000:]
                try:
                    return (await client.get(f"{self.url}/health/ready")).status_code == 200
                except httpx.TransportError:
                    return False

            await until(ready, within_s=60, what="a serving process that is ready")

    @asynccontextmanager
    async def signed_in(self, login: str) -> AsyncIterator[httpx.AsyncClient]:
        """REST as one of the world's users."""
        async with httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=30) as client:
            answer = await client.post("/session", json={"login": login, "password": PASSWORD})
            answer.raise_for_status()
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            yield client


@asynccontextmanager
async def house(folder: Path, postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> AsyncIterator[House]:
    """An open house with the small world of the tests in it."""
    made = House(folder, postgres, valkey)
    made.engine = create_engine(postgres.url)
    try:
        made.world = await build_world(made.engine)
        await made.open()
        yield made
    finally:
        await made.collect.stop()
        await made.serve.stop()
        await made.engine.dispose()
