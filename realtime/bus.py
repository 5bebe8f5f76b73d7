"""The doorbell between processes, over broadcaster. May lose messages, says so, and never blocks who rings.

broadcaster 0.3.1 loses a subscriber when two subscribe to a channel first at the same time, its Redis listener dies
without a word when the connection drops (encode/broadcaster#144), and dies of a payload that is not UTF-8. So three
fixed channels are subscribed one after another, payloads are text, and the bus rings itself: when it does not hear
that, everything is thrown away and built anew, and `on_gap` says that messages may be missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import msgspec
import structlog
from broadcaster import Broadcast

from realtime.control import Control, RightsChanged, Rung
from realtime.facts import Recorded
from realtime.payload import AnyChannel, Garbage, pack, read_control, read_facts, read_readings
from realtime.readings import Reading

log = structlog.get_logger(__name__)

OUTBOX = 10_000
"""Payloads waiting to be published. Rings beyond it are dropped and counted: the tail of `event` delivers them."""


@dataclass
class BusCounters:
    """Since the start of the process. `lost` counts payloads, `garbage` items, the others events."""

    published: int = 0
    lost: int = 0
    received: int = 0
    garbage: int = 0
    builds: int = 0
    gaps: int = 0


class _Deaf(Exception):
    """The bus did not hear its own ring in time."""


class Bus:
    """One per process: `async with Bus(...) as bus`. Handlers are called on the event loop and must not block.

    `beat` is how often the bus rings itself, and how long it waits to hear it. Starting never fails: a bus that cannot
    connect is `deaf` and keeps trying, with `on_gap` called on loss, after each failed try, and on recovery.
    `only_speaks` is for a process that nobody has to tell facts or readings: it is not sent its own either.
    """

    def __init__(
        self,
        url: str,
        *,
        on_facts: Callable[[list[Recorded]], None],
        on_readings: Callable[[list[Reading]], None],
        on_control: Callable[[Control], None],
        on_gap: Callable[[], None],
        beat: timedelta = timedelta(seconds=2),
        longest_wait: timedelta = timedelta(seconds=5),
        only_speaks: bool = False,
    ) -> None:
        self.counters = BusCounters()
        self._url = url
        self._on_facts = on_facts
        self._on_readings = on_readings
        self._on_control = on_control
        self._on_gap = on_gap
        self._beat = beat.total_seconds()
        self._longest_wait = longest_wait.total_seconds()
        self._only_speaks = only_speaks
        self._process = uuid4().hex
        self._rung = 0
        self._heard = asyncio.Event()
        self._hearing = asyncio.Event()
        self._outbox: asyncio.Queue[tuple[AnyChannel, str]] = asyncio.Queue(OUTBOX)
        self._tasks = asyncio.TaskGroup()
        self._supervisor: asyncio.Task[None] | None = None

    @property
    def deaf(self) -> bool:
        """Whether messages of other processes may be missed right now."""
        return not self._hearing.is_set()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._supervisor = self._tasks.create_task(self._supervise(), name="bus")
        try:
            async with asyncio.timeout(self._beat):
                await self._hearing.wait()
        except TimeoutError:
            log.warning("bus_deaf", reason="not connected at start, trying on")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._supervisor is not None
        self._supervisor.cancel()
        await self._tasks.__aexit__(kind, error, trace)

    async def ring(self, facts: list[Recorded]) -> None:
        """Announces committed facts. Never raises and never waits for the network."""
        self._post("facts", pack(facts))

    async def announce(self, readings: list[Reading]) -> None:
        """Announces stored readings. Never raises and never waits for the network."""
        self._post("telemetry", pack(readings))

    async def control(self, message: Control) -> None:
        """Tells every process, this one too. Never raises and never waits for the network."""
        self._post("control", [msgspec.json.encode(message).decode()])

    async def flush(self, deadline: timedelta) -> bool:
        """Waits until what was announced is out, for a program that is about to end. False when it did not get out."""
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                await self._outbox.join()
        except TimeoutError:
            return False
        return True

    def _post(self, channel: AnyChannel, payloads: list[str]) -> None:
        for payload in payloads:
            try:
                self._outbox.put_nowait((channel, payload))
            except asyncio.QueueFull:
                self.counters.lost += 1

    async def _supervise(self) -> None:
        """Builds, listens until the bus is deaf, and builds again, for ever."""
        attempt, was_deaf = 0, False
        while True:
            try:
                await self._live(gapped=was_deaf)
            except Exception as error:  # broadcaster fails with anything, KeyError included; all are logged
                if self._hearing.is_set() or not was_deaf:
                    attempt = 0
                    log.warning("bus_deaf", reason=_reason(error))
                self._hearing.clear()
                was_deaf = True
                self._gap()
            await asyncio.sleep(min(self._longest_wait, self._beat * 2**attempt / 4))
            attempt = min(attempt + 1, 10)

    async def _live(self, *, gapped: bool) -> None:
        """One broadcaster from connection to failure. Always raises."""
        self.counters.builds += 1
        broadcast = Broadcast(self._url)
        subscriptions = AsyncExitStack()
        try:
            async with asyncio.timeout(self._beat):
                await broadcast.connect()
                streams = [
                    (handle, await subscriptions.enter_async_context(broadcast.subscribe(channel)))
                    for channel, handle in self._channels()
                ]
            async with asyncio.TaskGroup() as parts:
                for handle, stream in streams:
                    parts.create_task(self._listen(stream, handle))
                parts.create_task(self._publish(broadcast))
                await self._prove(broadcast, gapped=gapped)
        finally:
            await self._take_down(broadcast, subscriptions)

    def _channels(self) -> list[tuple[AnyChannel, Callable[[str], None]]]:
        control: tuple[AnyChannel, Callable[[str], None]] = ("control", self._control)
        if self._only_speaks:
            return [control]
        return [("facts", self._facts), ("telemetry", self._telemetry), control]

    async def _prove(self, broadcast: Broadcast, *, gapped: bool) -> None:
        """Rings itself for ever; raises when a ring is not heard within a beat."""
        while True:
            self._heard.clear()
            self._rung += 1
            ring = msgspec.json.encode(Rung(process=self._process, count=self._rung)).decode()
            try:
                async with asyncio.timeout(self._beat):
                    await broadcast.publish("control", ring)
                    await self._heard.wait()
            except TimeoutError:
                raise _Deaf("did not hear its own ring") from None
            if not self._hearing.is_set():
                self._hearing.set()
                if gapped:
                    log.info("bus_hears_again", builds=self.counters.builds)
                    self._gap()
            await asyncio.sleep(self._beat)

    async def _publish(self, broadcast: Broadcast) -> None:
        while True:
            channel, payload = await self._outbox.get()
            try:
                async with asyncio.timeout(self._beat):
                    await broadcast.publish(channel, payload)
                self.counters.published += 1
            except Exception as error:
                self.counters.lost += 1
                raise _Deaf(f"could not publish: {_reason(error)}") from error
            finally:
                self._outbox.task_done()

    async def _listen(self, stream: Any, handle: Callable[[str], None]) -> None:
        while True:
            event = await stream.get()
            self.counters.received += 1
            handle(event.message)

    def _facts(self, payload: str) -> None:
        facts, garbage = read_facts(payload)
        self.counters.garbage += garbage
        if facts:
            _guarded(self._on_facts, facts)

    def _telemetry(self, payload: str) -> None:
        readings, garbage = read_readings(payload)
        self.counters.garbage += garbage
        if readings:
            _guarded(self._on_readings, readings)

    def _control(self, payload: str) -> None:
        try:
            message = read_control(payload)
        except Garbage:
            self.counters.garbage += 1
            return
        match message:
            case Rung(process=process, count=count):
                if process == self._process and count == self._rung:
                    self._heard.set()
            case RightsChanged():
                _guarded(self._on_control, message)

    def _gap(self) -> None:
        self.counters.gaps += 1
        _guarded(lambda _: self._on_gap(), None)

    async def _take_down(self, broadcast: Broadcast, subscriptions: AsyncExitStack) -> None:
        """Ends a broadcaster that may be broken in any way, each step within a beat."""
        for step in (subscriptions.aclose, broadcast.disconnect):
            try:
                async with asyncio.timeout(self._beat):
                    await step()
            except Exception as error:  # it is thrown away; the reason is kept
                log.debug("bus_take_down_failed", reason=_reason(error))
        listener: asyncio.Task[None] | None = getattr(broadcast._backend, "_listener", None)
        if listener is not None and listener.done() and not listener.cancelled():
            listener.exception()  # seen, so that the loop does not report it when it is collected


def _guarded[T](handle: Callable[[T], None], argument: T) -> None:
    """A handler that fails is a bug to log, and must not make the bus deaf."""
    try:
        handle(argument)
    except Exception:
        log.exception("bus_handler_failed")


def _reason(error: BaseException) -> str:
    if isinstance(error, ExceptionGroup):
        return _reason(error.exceptions[0])
    return f"{type(error).__name__}: {error}"[:200]


Ring = Callable[[list[Recorded]], Awaitable[None]]
"""The signature of `Bus.ring`, for the unit of work."""
