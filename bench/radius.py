"""RADIUS accounting: requests that were stored before they were answered, per second, and a NAS that comes back.

A collector as `farol collect` starts it hears NAS from this process over loopback, against a durable PostgreSQL. First
50,000 Starts, then an interim of each, kept at 2,000 unanswered at a time; then an Accounting-On and 20,000 Starts
spread over a minute, beside interims of the rest. Counted are replies that prove themselves, and the CPU time of the
collecting process alone; the rates are those of a machine that PostgreSQL and the NAS share with it.
`python -m bench.radius` prints the figures.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import struct
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from ipaddress import IPv4Address, ip_network
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.panels.access_online import snapshot
from bench.figures import Figure
from bench.installation import Installation, end, free_port, installation
from bench.machine import cpu_seconds, describe, resident_bytes
from db.engine import create_engine
from db.models import City, Company, Nas
from db.session import reading
from db.vault import Vault
from realtime.panel import NoParams
from realtime.scope import EVERYWHERE

SECRET = b"what the measured collector seals with"
SHARED = b"between the NAS and us"
SESSIONS = 50_000
BACK = 20_000
BACK_S = 60.0
UNANSWERED = 2_000
TARGET_PER_S = 5_000.0
REPEAT_S = 2.0
RECEIVE_BUFFER = 16 * 1024 * 1024
START, INTERIM, ON = 1, 3, 7


def _attribute(code: int, value: bytes) -> bytes:
    return bytes([code, len(value) + 2]) + value


def _number(code: int, value: int) -> bytes:
    return _attribute(code, struct.pack(">I", value))


def packet(kind: int, number: int, at: int, *, life: int = 0, seconds: int = 600) -> bytes:
    """Some 190 octets, as a MikroTik sends them. `life` counts restarts: other session ids, the same people.
    `seconds` is how long the session lasts, for interims."""
    attributes = b"".join(
        (
            _number(40, kind),
            _attribute(44, f"{life:02x}{number:06x}".encode()),
            _attribute(1, f"s{number}@bench".encode()),
            _attribute(87, b"vlan%d" % (number % 4000)),
            _attribute(32, b"bench"),
            _attribute(4, bytes((192, 0, 2, 1))),
            _attribute(8, IPv4Address(0x64400000 + number).packed),
            _attribute(31, b"AA:BB:%02X:%02X:%02X:%02X" % (0, number >> 16, number >> 8 & 255, number & 255)),
            _number(55, at),
            _number(41, 0),
            *(
                (_number(46, seconds), _number(42, number), _number(43, 9 * number), _number(52, 1), _number(53, 3))
                * (kind == INTERIM)
            ),
        )
    )
    header = struct.pack(">BBH", 4, number & 255, 20 + len(attributes))
    proof = hashlib.md5(header + bytes(16) + attributes + SHARED, usedforsecurity=False).digest()
    return header + proof + attributes


def _expected(data: bytes) -> bytes:
    """The only reply that a NAS would believe (RFC 2866, section 3): no attribute of ours asks for another."""
    header = struct.pack(">BBH", 5, data[1], 20)
    return header + hashlib.md5(header + data[4:20] + SHARED, usedforsecurity=False).digest()


class Speaker(asyncio.DatagramProtocol):
    """Keeps at most `UNANSWERED` requests in flight and repeats what stays unanswered, as NAS do."""

    def __init__(self) -> None:
        self.waiting: dict[bytes, tuple[bytes, float]] = {}
        self.answered = 0
        self.repeated = 0
        self.slowest_s = 0.0
        self._room = asyncio.Event()
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        asked = self.waiting.pop(data, None)
        if asked is not None:
            self.answered += 1
            self.slowest_s = max(self.slowest_s, time.monotonic() - asked[1])
            self._room.set()

    def error_received(self, exc: Exception) -> None:
        """The collector does not listen yet."""

    def say(self, data: bytes) -> None:
        self.waiting[_expected(data)] = (data, time.monotonic())
        self._transport.sendto(data)

    async def has_room(self, unanswered: int) -> None:
        while len(self.waiting) > unanswered:
            self._room.clear()
            try:
                async with asyncio.timeout(REPEAT_S):
                    await self._room.wait()
            except TimeoutError:
                for data, _ in self.waiting.values():
                    self._transport.sendto(data)
                    self.repeated += 1

    async def all_of(self, packets: Iterator[bytes]) -> None:
        for data in packets:
            self.say(data)
            if len(self.waiting) >= UNANSWERED:
                await self.has_room(UNANSWERED - 100)
        await self.has_room(0)


async def _nas(home: Installation) -> None:
    engine = create_engine(home.database_url)
    async with AsyncSession(engine) as session, session.begin():
        company = Company(name="Bench", legal_name="Bench", cnpj="11222333000181", time_zone="America/Sao_Paulo")
        city = City(name="Bench", state="MG", ibge_code="3106200", latitude=-19.9, longitude=-43.9)
        session.add_all([company, city])
        await session.flush()
        for network in ("127.0.0.1", "127.0.0.2"):
            nas = Nas(company_id=company.id, city_id=city.id, name=network, network=ip_network(network), secret=b"")
            session.add(nas)
            await session.flush()
            nas.secret = Vault(SECRET).seal(SHARED, purpose="radius", record=f"nas:{nas.id}")
    await engine.dispose()


@asynccontextmanager
async def _collector(home: Installation, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    with tempfile.TemporaryDirectory(prefix="farol-bench-collect-") as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "farol.collect"),
            stdout=sys.stderr,  # its log; the figures are ours to print
            env={
                **os.environ,
                "DATABASE_URL": home.database_url,
                "REDIS_URL": home.redis_url,
                "FAROL_SECRET": SECRET.decode(),
                "FAROL_HOME": folder,
                "FAROL_RADIUS_ACCT_PORT": str(port),
            },
        )
        try:
            yield process
        finally:
            await end(process)


@asynccontextmanager
async def _speaker(source: str, port: int) -> AsyncIterator[Speaker]:
    # A batch is answered at once, and the usual buffer holds fewer than 300 replies.
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_RCVBUFFORCE", 33), RECEIVE_BUFFER)
    sock.bind((source, 0))
    sock.connect(("127.0.0.1", port))
    transport, speaker = await asyncio.get_running_loop().create_datagram_endpoint(Speaker, sock=sock)
    try:
        yield speaker
    finally:
        transport.close()


async def _rate(speaker: Speaker, pid: int, packets: list[bytes]) -> tuple[float, float]:
    """(requests per second of wall time, us of the collector's CPU per request)."""
    cpu, began = cpu_seconds(pid), time.monotonic()
    await speaker.all_of(iter(packets))
    return len(packets) / (time.monotonic() - began), (cpu_seconds(pid) - cpu) * 1e6 / len(packets)


async def _shown(engine: AsyncEngine, ready: Callable[[Any], bool]) -> float:
    """Seconds until the panel says so."""
    began = time.monotonic()
    async with asyncio.timeout(60):
        while True:
            async with reading(engine) as db:
                if ready((await snapshot(db, EVERYWHERE, NoParams())).data):
                    return time.monotonic() - began
            await asyncio.sleep(0.05)


async def _storm(reloaded: Speaker, others: Speaker, at: int, begun: int) -> None:
    """An Accounting-On of the second NAS and 20,000 Starts in a minute, while the first sends its interims of 300 s."""

    async def interims() -> None:
        began, number = time.monotonic(), 0
        while True:
            due = int((time.monotonic() - began) * SESSIONS / 300)
            for _ in range(due - number):
                number += 1
                now = int(time.time())
                others.say(packet(INTERIM, number % SESSIONS, now, seconds=now - begun))
            await asyncio.sleep(0.01)

    beside = asyncio.create_task(interims())
    try:
        await reloaded.all_of(iter([packet(ON, 0, at)]))
        began = time.monotonic()
        for number in range(BACK):
            wait = began + number * BACK_S / BACK - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            reloaded.say(packet(START, number, at + 1 + int(time.monotonic() - began), life=1))
        await reloaded.has_room(0)
    finally:
        beside.cancel()


async def measure() -> list[Figure]:
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(installation())
        await _nas(home)
        port = free_port()
        process = await stack.enter_async_context(_collector(home, port))
        one = await stack.enter_async_context(_speaker("127.0.0.1", port))
        two = await stack.enter_async_context(_speaker("127.0.0.2", port))
        engine = create_engine(home.database_url)
        stack.push_async_callback(engine.dispose)
        # The instants lie behind the present by as much as the sessions say that they last.
        at = int(time.time()) - 3600
        await one.all_of(iter([packet(START, SESSIONS + 1, at)]))
        starts = await _rate(one, process.pid, [packet(START, number, at) for number in range(SESSIONS)])
        interims = await _rate(one, process.pid, [packet(INTERIM, number, at + 600) for number in range(SESSIONS)])
        await two.all_of(packet(START, number, at) for number in range(BACK))
        repeated = one.repeated + two.repeated
        two.slowest_s, cpu, began = 0.0, cpu_seconds(process.pid), time.monotonic()
        await _storm(two, one, int(time.time()), at)
        storm_s = time.monotonic() - began
        busy = (cpu_seconds(process.pid) - cpu) / storm_s
        shown = await _shown(engine, lambda data: data.online == SESSIONS + 1 + BACK)
        async with engine.connect() as db:
            lost = BACK - int(await db.scalar(text("SELECT count(*) FROM session_history WHERE ended = 'reload'")) or 0)
        resident = resident_bytes(process.pid) / 2**20
    return [
        Figure(what=f"Starts stored and answered, {SESSIONS} new sessions", value=starts[0], unit="1/s"),
        Figure(what="CPU of the collector per Start", value=starts[1], unit="us"),
        Figure(
            what=f"interims stored and answered, {SESSIONS} open sessions",
            value=interims[0],
            unit="1/s",
            target=TARGET_PER_S,
        ),
        Figure(what="CPU of the collector per interim", value=interims[1], unit="us", target=1e6 / TARGET_PER_S),
        Figure(what=f"{BACK} Starts after an Accounting-On beside interims of {SESSIONS}", value=storm_s, unit="s"),
        Figure(what="its slowest reply", value=two.slowest_s, unit="s"),
        Figure(what="its requests that were sent again", value=one.repeated + two.repeated - repeated, unit=""),
        Figure(what="requests sent again before that", value=repeated, unit=""),
        Figure(what="from its last reply to the panel's truth", value=shown, unit="s", target=2.0),
        Figure(what="sessions of before whose end is missing in the history", value=lost, unit="", target=0.0),
        Figure(what="of one core during it", value=busy * 100, unit="%"),
        Figure(what="resident memory of the collector", value=resident, unit="MB"),
    ]


def main() -> None:
    figures = asyncio.run(measure())
    print(msgspec.json.format(msgspec.json.encode({"machine": describe(), "figures": figures})).decode())


if __name__ == "__main__":
    main()
