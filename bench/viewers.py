"""Many viewers in one process that cost little themselves: `python -m bench.viewers PORT PATH COUNT TOKEN TOPIC...`.

With a token it speaks `/live` and counts updates; with `-` it only counts frames, for the peers. It prints a line of
JSON when everybody is there, and one for each line it reads: `{"updates", "frames", "bytes"}` so far.
"""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import cast

import msgspec
import uvloop

from realtime.encoding import encode
from realtime.wire import VERSION, Hello, Watch

NOBODY = "-"
"""In place of a token: for a peer that sends without being asked."""


@dataclass
class Counted:
    updates: int = 0
    frames: int = 0
    bytes: int = 0
    snapshots: int = 0
    closed: int = 0


def masked(text: str) -> bytes:
    """A text frame as a client must send it (RFC 6455, 5.2); a zero mask leaves the payload as it is."""
    payload = text.encode()
    length = len(payload)
    head = bytes((0x81, 0x80 | length)) if length < 126 else b"\x81\xfe" + length.to_bytes(2)
    return head + bytes(4) + payload


class Viewer(asyncio.Protocol):
    """`heard` is given the payload of every frame."""

    def __init__(
        self, path: str, says: list[str], counted: Counted, heard: Callable[[bytes], None] | None = None
    ) -> None:
        self._path = path
        self._says = says
        self._counted = counted
        self._heard = heard
        self._held = b""
        self._open = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        self._counted.closed += 1

    def data_received(self, data: bytes) -> None:
        held = self._held + data if self._held else data
        if not self._open:
            head, end, held = held.partition(b"\r\n\r\n")
            if not end:
                self._held = head
                return
            assert b" 101 " in head.split(b"\r\n")[0], head
            self._open = True
            assert self._transport is not None
            self._transport.writelines([masked(text) for text in self._says])
            if not self._says:
                self._counted.snapshots += 1
        self._held = self._frames(held)

    def _frames(self, held: bytes) -> bytes:
        """Counts the whole frames; returns what is left."""
        at = 0
        counted = self._counted
        while len(held) - at >= 2:
            length, start = held[at + 1] & 0x7F, at + 2
            if length >= 126:
                size = 2 if length == 126 else 8
                if len(held) < start + size:
                    break
                length, start = int.from_bytes(held[start : start + size]), start + size
            if len(held) < start + length:
                break
            if held[at] & 0x0F == 9:
                assert self._transport is not None
                self._transport.write(bytes([0x8A, 0x80 | length]) + bytes(4) + held[start : start + length])
            else:
                counted.frames += 1
                counted.bytes += length
                end = start + length
                counted.updates += held.count(b'"op":"diff"', start, end) + held.count(b'"op":"push"', start, end)
                counted.snapshots += held.count(b'"op":"snap"', start, end)
                if self._heard is not None:
                    self._heard(held[start:end])
            at = start + length
        return held[at:]


async def main(port: str, path: str, number: str, token: str, *topics: str) -> None:
    loop = asyncio.get_running_loop()
    counted = Counted()
    says = (
        []
        if token == NOBODY
        else [encode(Hello(v=VERSION, token=token)), *(encode(Watch(t=topic)) for topic in topics)]
    )
    wanted = int(number) * max(1, len(topics))
    for _ in range(int(number)):
        await loop.create_connection(lambda: Viewer(path, says, counted), "127.0.0.1", int(port))
        await asyncio.sleep(0.002)
    async with asyncio.timeout(120):
        while counted.snapshots < wanted:
            assert not counted.closed, "the server closed a viewer"
            await asyncio.sleep(0.05)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while True:
        sys.stdout.buffer.write(msgspec.json.encode(asdict(counted)) + b"\n")
        sys.stdout.flush()
        if not await reader.readline():
            return


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
