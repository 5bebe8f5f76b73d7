"""The UDP side: datagrams in, replies out, never a wait in between.

A datagram is either dropped and counted, answered from the cache, or put where the next commit takes it.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

import structlog

from collectors.metrics import Metrics
from collectors.radius.clients import Client, Clients
from collectors.radius.duplicates import PENDING, Duplicates
from collectors.radius.packet import HEADER, Notice, Rejected, check_header, read

log = structlog.get_logger(__name__)

MOST_WAITING = 20_000
"""Four seconds at the target of 5,000 packets a second. What comes above it is dropped, and the NAS sends it again."""

RECEIVE_BUFFER = 16 * 1024 * 1024
"""What the kernel holds while a batch is made: as much as it allows, a NAS that reboots sends thousands at once."""

STRANGER_EVERY_S = 60.0
MOST_STRANGERS = 1_000


class Waiting(NamedTuple):
    """A verified request that no commit has taken yet."""

    request: tuple[Any, ...]
    source: tuple[Any, ...]
    client: Client
    notice: Notice
    reply: bytes


class Listener(asyncio.DatagramProtocol):
    """`clock` is epoch seconds. The transport comes with `connection_made`; `filled` is set while something waits."""

    def __init__(self, *, metrics: Metrics, clock: Callable[[], float], most_waiting: int = MOST_WAITING) -> None:
        self.clients = Clients()
        self.filled = asyncio.Event()
        self._metrics = metrics
        self._clock = clock
        self._most = most_waiting
        self._waiting: deque[Waiting] = deque()
        self._duplicates = Duplicates()
        self._told: dict[tuple[str, str], float] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # uvloop's is one without saying so

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        now = self._clock()
        try:
            self._take_in(data, addr, now)
        except Rejected as error:
            self._metrics.radius_dropped.labels(error.reason).inc()
            self._tell(addr[0], error.reason, now)

    def error_received(self, exc: Exception) -> None:
        """An ICMP error to a reply: the NAS went away meanwhile."""
        self._metrics.radius_dropped.labels("unreachable").inc()

    def _take_in(self, data: bytes, addr: tuple[Any, ...], now: float) -> None:
        check_header(data)
        client = self.clients.find(addr[0])
        if client is None:
            raise Rejected("unknown_nas")
        request = (addr[0], addr[1], data[1], data[4:HEADER])
        verified = read(data, client.secret, now)
        met = self._duplicates.meet(request, now)
        if met is not None:
            self._metrics.radius_duplicates.inc()
            if met is not PENDING:
                self._send(met, addr)
            return
        if len(self._waiting) >= self._most:
            self._duplicates.forget(request)
            raise Rejected("busy")
        if verified.notice.clock_off:
            self._metrics.radius_clock_off.inc()
        self._waiting.append(Waiting(request, addr, client, verified.notice, verified.reply))
        self.filled.set()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def take(self, most: int) -> list[Waiting]:
        """The oldest that wait, in the order of their arrival."""
        waiting = self._waiting
        taken = [waiting.popleft() for _ in range(min(most, len(waiting)))]
        if not waiting:
            self.filled.clear()
        return taken

    def acknowledge(self, taken: Sequence[Waiting]) -> None:
        """They are stored: reply, and be ready to reply again."""
        for each in taken:
            self._duplicates.answered(each.request, each.reply)
            self._send(each.reply, each.source)
        self._metrics.radius_acknowledged.inc(len(taken))

    def give_up(self, taken: Sequence[Waiting]) -> None:
        """They are not stored: no reply, and the NAS sends them again."""
        for each in taken:
            self._duplicates.forget(each.request)

    def _send(self, reply: bytes, to: tuple[Any, ...]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(reply, to)

    def _tell(self, host: str, reason: str, now: float) -> None:
        """A line a minute for each sender and reason; a flood of senders makes no flood of lines."""
        if reason == "busy" or now - self._told.get((host, reason), float("-inf")) < STRANGER_EVERY_S:
            return
        if len(self._told) >= MOST_STRANGERS:
            if now - max(self._told.values()) < STRANGER_EVERY_S / MOST_STRANGERS:
                return
            self._told.clear()
        self._told[host, reason] = now
        log.warning("radius_dropped", source=host, reason=reason)


def bound(port: int) -> socket.socket:
    """A UDP socket on every address of this host, IPv6 and IPv4 where both exist. Raises OSError."""
    try:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    except OSError as error:
        if error.errno != errno.EAFNOSUPPORT:
            raise
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        try:
            sock.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_RCVBUFFORCE", 33), RECEIVE_BUFFER)
        except OSError:  # not root, or no Linux
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        sock.bind(("", port))
    except OSError:
        sock.close()
        raise
    return sock
