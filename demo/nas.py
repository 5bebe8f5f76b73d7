"""A NAS on a socket of its own: what it says is said again, byte for byte, until it is answered (RFC 5080, 2.2.1)."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from pyrad.packet import AcctPacket, PacketError

from demo.backoff import Backoff
from demo.notices import Attributes

log = structlog.get_logger(__name__)

UNANSWERED = 200
"""Requests in flight: identifiers are one octet, and each has to be free again before it is used."""

REPEAT_S = (2.0, 30.0)
LOOK_S = 0.25


@dataclass
class _Asked:
    packet: Any
    data: bytes
    backoff: Backoff
    again_at: float


class Nas(asyncio.DatagramProtocol):
    """`answered` and `repeated` count requests. `clock` is monotonic seconds."""

    def __init__(self, name: str, secret: bytes, *, clock: Callable[[], float], rng: random.Random) -> None:
        self.name = name
        self.answered = 0
        self.repeated = 0
        self._secret = secret
        self._clock = clock
        self._rng = rng
        self._free = deque(range(256))
        self._asked: dict[int, _Asked] = {}
        self._changed = asyncio.Event()
        self._away = False
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not narrowed to DatagramTransport: uvloop's transport is not asyncio's class.
        self._transport = transport

    def error_received(self, exc: Exception) -> None:
        """Nobody listens yet: what was said is said again."""

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        asked = self._asked.get(data[1]) if len(data) > 1 else None
        if asked is None or not _proves(asked.packet, data):
            return
        del self._asked[data[1]]
        self._free.append(data[1])
        self.answered += 1
        if self._away:
            self._away = False
            log.info("accounting_answered", nas=self.name)
        self._changed.set()

    @property
    def unanswered(self) -> int:
        return len(self._asked)

    async def say(self, attributes: Attributes) -> None:
        """Returns when it was sent; waits while too much is unanswered."""
        while len(self._asked) >= UNANSWERED:
            self._changed.clear()
            await self._changed.wait()
        number = self._free.popleft()
        packet = AcctPacket(id=number, secret=self._secret)
        for code, values in attributes.items():
            packet[code] = values
        backoff = Backoff(self._rng, first_s=REPEAT_S[0], longest_s=REPEAT_S[1])
        asked = _Asked(packet, packet.RequestPacket(), backoff, self._clock() + REPEAT_S[0])
        self._asked[number] = asked
        self._transport.sendto(asked.data)
        self._changed.set()

    async def repeat(self) -> None:
        """Until cancelled: says again what is unanswered for too long."""
        while True:
            while not self._asked:
                self._changed.clear()
                await self._changed.wait()
            await asyncio.sleep(LOOK_S)
            now = self._clock()
            for asked in [asked for asked in self._asked.values() if asked.again_at <= now]:
                asked.again_at = now + max(REPEAT_S[0], asked.backoff.next_s())
                self._transport.sendto(asked.data)
                self.repeated += 1
                if asked.backoff.failures > 2 and not self._away:
                    self._away = True
                    log.warning("accounting_unanswered", nas=self.name)


def _proves(packet: Any, data: bytes) -> bool:
    """Whether a reply is to this request and signed with the secret."""
    try:
        return bool(packet.VerifyReply(packet.CreateReply(packet=data), data))
    except PacketError:
        return False


@asynccontextmanager
async def speaking(nas: Nas, *, source: str, port: int) -> AsyncIterator[Nas]:
    """From `source` to the listener on this machine. Raises OSError where there is no such loopback address."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: nas, local_addr=(source, 0), remote_addr=("127.0.0.1", port)
    )
    repeating = asyncio.create_task(nas.repeat())
    try:
        yield nas
    finally:
        repeating.cancel()
        transport.close()
