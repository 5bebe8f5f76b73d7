"""CPU per delivered panel update: 500 viewers of a wall of 20 topics, each topic changing twice per second.

A reading per change goes through Valkey; the server takes it in, asks the panel, compares, encodes and sends over real
WebSockets on loopback. Counted is the CPU time of the serving process alone, over the updates its viewers received.
Beside it, at the same rate and with messages of the same size: nginx with nchan, each viewer on the 20 channels.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bench import nchan
from bench.crowd import Crowd, crowd
from bench.figures import Figure, Unmeasured
from bench.installation import free_port, installation, program
from bench.machine import cpu_seconds, resident_bytes
from bench.wall import TOPICS
from realtime.bus import Bus
from realtime.readings import TrafficSampled
from realtime.scope import Place

VIEWERS = 500
RATE_HZ = 2.0
SETTLE_S = 3.0
WINDOW_S = 20.0
TARGET_US = 8.5


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Of the serving process, while its viewers received `updates` in `frames`."""

    cpu_s: float
    updates: int
    frames: int
    bytes: int
    seconds: float

    @property
    def us_per_update(self) -> float:
        return self.cpu_s * 1e6 / self.updates


async def change(announce: Callable[[int, int], Awaitable[None]]) -> None:
    """Calls `announce(topic number from 1, step)` at RATE_HZ for each topic, evenly spread, for ever."""
    loop = asyncio.get_running_loop()
    began, step = loop.time(), 0
    while True:
        await announce(step % len(TOPICS) + 1, step)
        step += 1
        await asyncio.sleep(began + step / (RATE_HZ * len(TOPICS)) - loop.time())


async def watch(pid: int, viewers: Crowd, updates: Callable[[], Awaitable[int]]) -> Spent:
    await asyncio.sleep(SETTLE_S)
    before, cpu, began = await viewers.counted(), cpu_seconds(pid), time.monotonic()
    sent = await updates()
    await asyncio.sleep(WINDOW_S)
    after, spent, seconds = await viewers.counted(), cpu_seconds(pid) - cpu, time.monotonic() - began
    sent = await updates() - sent
    assert after.closed == 0, f"{after.closed} viewers were closed"
    received = (after.updates or after.frames) - (before.updates or before.frames)
    assert received > 0.95 * sent * VIEWERS, f"{received} updates received of {sent} for {VIEWERS} viewers"
    return Spent(
        cpu_s=spent,
        updates=received,
        frames=after.frames - before.frames,
        bytes=after.bytes - before.bytes,
        seconds=seconds,
    )


@asynccontextmanager
async def changing(announce: Callable[[int, int], Awaitable[None]]) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """`announce` is called in the background; yields how often it was."""
    done = 0

    async def counting(topic: int, step: int) -> None:
        nonlocal done
        await announce(topic, step)
        done += 1

    async def so_far() -> int:
        return done

    async with asyncio.TaskGroup() as tasks:
        changes = tasks.create_task(change(counting))
        yield so_far
        changes.cancel()


async def of_farol() -> tuple[Spent, float]:
    """What was spent, and the bytes of resident memory per viewer."""
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(installation())
        port = free_port()
        server = await stack.enter_async_context(
            program("bench.server", home.database_url, home.redis_url, str(port), "wall", port=port)
        )
        async with crowd(port, "/live", 1, home.token, TOPICS):
            empty = resident_bytes(server.pid)
        viewers = await stack.enter_async_context(crowd(port, "/live", VIEWERS, home.token, TOPICS))
        bus = await stack.enter_async_context(bus_of(home.redis_url))

        async def announce(topic: int, step: int) -> None:
            reading = TrafficSampled(
                place=Place(1, None, None), at=time.time(), device_id=topic, rows=[(topic, float(step), 1.0)]
            )
            await bus.announce([reading])

        updates = await stack.enter_async_context(changing(announce))
        spent = await watch(server.pid, viewers, updates)
        return spent, (resident_bytes(server.pid) - empty) / VIEWERS


def bus_of(url: str) -> Bus:
    return Bus(
        url,
        on_facts=lambda facts: None,
        on_readings=lambda readings: None,
        on_control=lambda message: None,
        on_gap=lambda: None,
        beat=timedelta(seconds=5),
    )


async def of_nchan(message_bytes: int) -> Spent:
    async with AsyncExitStack() as stack:
        nginx = await stack.enter_async_context(nchan.running([str(n) for n in range(1, len(TOPICS) + 1)]))
        viewers = await stack.enter_async_context(crowd(nginx.port, nginx.path, VIEWERS, "-", []))
        publish = await stack.enter_async_context(nginx.publisher("x" * message_bytes))
        updates = await stack.enter_async_context(changing(publish))
        return await watch(nginx.worker, viewers, updates)


async def measure() -> list[Figure]:
    spent, memory = await of_farol()
    size = round(spent.bytes / spent.updates)
    peer, peer_name = None, ""
    try:
        peer, peer_name = (await of_nchan(size)).us_per_update, f"nginx {nchan.version()} with nchan"
    except Unmeasured as reason:
        peer_name = str(reason)
    wall = f"{VIEWERS} viewers of {len(TOPICS)} topics at {RATE_HZ:g} updates/s each"
    return [
        Figure(
            what=f"server CPU per delivered update, {wall}",
            value=spent.us_per_update,
            unit="us",
            target=TARGET_US,
            peer=peer,
            peer_name=peer_name,
        ),
        Figure(what="server CPU in that time", value=100 * spent.cpu_s / spent.seconds, unit="% of a core"),
        Figure(what="updates per frame", value=spent.updates / spent.frames, unit=""),
        Figure(what="length of an update", value=size, unit="bytes"),
        Figure(what="server memory per viewer, its sockets and 20 cursors included", value=memory / 1024, unit="KiB"),
    ]
