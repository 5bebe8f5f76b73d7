"""The viewers' process as seen from the one that measures."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from bench.installation import end
from bench.viewers import Counted

_counted = msgspec.json.Decoder(Counted)


class Crowd:
    """Viewers that are all there, each with every snapshot it asked for."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def counted(self) -> Counted:
        """What they all received so far."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        return await self._read()

    async def _read(self) -> Counted:
        assert self._process.stdout is not None
        async with asyncio.timeout(180):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the viewers' process ended")
        return _counted.decode(line)


@asynccontextmanager
async def crowd(port: int, path: str, viewers: int, token: str, topics: list[str]) -> AsyncIterator[Crowd]:
    """`token` is `-` for a peer that sends without being asked."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.viewers",
        *(str(port), path, str(viewers), token, *topics),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        there = Crowd(process)
        await there._read()
        yield there
    finally:
        await end(process)
