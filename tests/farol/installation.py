"""A `farol up` in a home of its own, as a person starts it: a process with a terminal's signals."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import httpx

from farol.child import start_time
from farol.embedded.place import free_port
from frontend.build import CHECKOUT
from tests.waiting import until

OURS = ("DATABASE_URL", "REDIS_URL", "FAROL_SECRET", "FAROL_WORKERS")
"""Settings of whoever runs the tests, which must not leak into them."""
START_S = 300.0
"""A deadline for a busy machine on which somebody edits the pages meanwhile, so that they are built anew."""


class Installation:
    """Inert until `start`. `pages` is a home in which the pages were built already."""

    def __init__(self, home: Path, pages: Path, **settings: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = home.with_suffix(".out")
        home.mkdir(parents=True)
        (home / "cache").symlink_to(pages / "cache")
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        own = {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "FAROL_HOME": str(home),
            "FAROL_DEMO": "0",
            "COLUMNS": "200",
        }
        self.environment = {**inherited, **own, **settings}
        self.up: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns when the page that says so was printed. Does nothing when it runs."""
        if self.up is not None and self.up.returncode is None:
            return
        with self.output.open("wb") as out:
            self.up = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "farol", "up"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self.environment,
                cwd=CHECKOUT,
            )
        await until(self._welcomed, within_s=START_S, what="`farol up`")

    async def _welcomed(self) -> bool:
        assert self.up is not None and self.up.returncode is None, self.said()
        return self.url in self.said()

    def said(self) -> str:
        return self.output.read_text()

    async def end(self, how: signal.Signals) -> int:
        """Sends a signal to `farol up` and returns its status."""
        assert self.up is not None
        with suppress(ProcessLookupError):
            self.up.send_signal(how)
        return await self.up.wait()

    async def ready(self) -> bool:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                return (await client.get(f"{self.url}/health/ready")).status_code == 200
        except httpx.TransportError:
            return False

    def pid(self, name: str) -> int | None:
        """Of a part that runs, from its pid file; None while there is none."""
        try:
            number, _, started = (self.home / "run" / f"{name}.pid").read_text().strip().partition(" ")
        except FileNotFoundError:
            return None
        return int(number) if number and start_time(int(number)) == started else None

    async def command(self, *words: str, given: str = "", within_s: float = 60) -> tuple[int, str, str]:
        """`farol ...` beside it: status, standard output, standard error."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "farol", *words),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self.environment,
            cwd=CHECKOUT,
        )
        async with asyncio.timeout(within_s):
            out, err = await process.communicate(given.encode())
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    def processes(self) -> dict[int, str]:
        """Every living process that was started with this home or works inside it, and its command line."""
        found = {}
        wanted = f"FAROL_HOME={self.home}".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                # Valkey writes its title over its environment, but works in its folder.
                inside = (entry / "cwd").readlink().is_relative_to(self.home)
                if (inside or wanted in (entry / "environ").read_bytes().split(b"\0")) and start_time(int(entry.name)):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    async def nobody_left(self) -> bool:
        return not self.processes()
