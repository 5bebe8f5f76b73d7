"""One contract for the bus over memory and over a real Valkey, which is killed and started again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from broadcaster import Broadcast
from broadcaster._backends.memory import MemoryBackend
from redis.asyncio import Redis

from farol.embedded.valkey import EmbeddedValkey
from realtime.bus import Bus
from realtime.control import Control, RightsChanged
from realtime.facts import DeviceAdded, Recorded
from realtime.payload import MAX_PAYLOAD, pack, read_facts, read_readings
from realtime.readings import DevicePolled, Reading, TrafficSampled
from realtime.scope import Place

PLACE = Place(1, None, None)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
QUICK = timedelta(milliseconds=300)
"""A beat for tests that wait for the bus to find out that it is deaf."""


def fact(number: int) -> Recorded:
    return Recorded(number, DeviceAdded(place=PLACE, at=NOW, device_id=number))


def reading(at: float, ports: int = 1) -> TrafficSampled:
    return TrafficSampled(place=PLACE, at=at, device_id=1, rows=[(port, 1.0, None) for port in range(ports)])


class Listener:
    """Keeps what a bus hears, and wakes whoever waits for a condition."""

    def __init__(self, url: str, beat: timedelta = timedelta(seconds=5), *, only_speaks: bool = False) -> None:
        self.facts: list[Recorded] = []
        self.readings: list[Reading] = []
        self.controls: list[Control] = []
        self.gaps = 0
        self._changed = asyncio.Event()
        self.bus = Bus(
            url,
            on_facts=self._on_facts,
            on_readings=self._on_readings,
            on_control=self._on_control,
            on_gap=self._on_gap,
            beat=beat,
            longest_wait=timedelta(milliseconds=300),
            only_speaks=only_speaks,
        )

    def _on_facts(self, facts: list[Recorded]) -> None:
        self.facts += facts
        self._changed.set()

    def _on_readings(self, readings: list[Reading]) -> None:
        self.readings += readings
        self._changed.set()

    def _on_control(self, message: Control) -> None:
        self.controls.append(message)
        self._changed.set()

    def _on_gap(self) -> None:
        self.gaps += 1
        self._changed.set()

    async def until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(15):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "memory":
        return "memory://"
    server = request.getfixturevalue("valkey_server")
    return str(server.url)


@pytest_asyncio.fixture
async def listener(url: str) -> AsyncIterator[Listener]:
    heard = Listener(url)
    async with heard.bus:
        yield heard


async def test_facts_readings_and_control_arrive_as_they_were_sent(listener: Listener) -> None:
    assert not listener.bus.deaf
    await listener.bus.ring([fact(1), fact(2)])
    await listener.bus.announce([reading(1.5), DevicePolled(place=PLACE, at=2.0, device_id=1, round_trip_ms=None)])
    await listener.bus.control(RightsChanged(key="session:7"))
    await listener.until(lambda: len(listener.facts) == 2 and len(listener.readings) == 2 and listener.controls)
    assert listener.facts == [fact(1), fact(2)]
    assert listener.readings == [
        reading(1.5),
        DevicePolled(place=PLACE, at=2.0, device_id=1, round_trip_ms=None),
    ]
    assert listener.controls == [RightsChanged(key="session:7")]
    assert listener.gaps == 0


async def test_a_batch_above_the_payload_limit_arrives_whole(listener: Listener) -> None:
    batch: list[Reading] = [reading(float(n), ports=2000) for n in range(100)]
    await listener.bus.announce(batch)
    await listener.until(lambda: len(listener.readings) == 100)
    assert listener.readings == batch
    assert listener.bus.counters.published > 1


async def test_nothing_is_sent_for_nothing(listener: Listener) -> None:
    await listener.bus.ring([])
    await listener.bus.ring([fact(1)])
    await listener.until(lambda: listener.facts)
    assert listener.bus.counters.published == 1


async def test_a_handler_that_fails_does_not_make_the_bus_deaf(url: str) -> None:
    heard: list[Recorded] = []
    done = asyncio.Event()

    def fragile(facts: list[Recorded]) -> None:
        if facts[0].id == 1:
            raise ValueError("a bug")
        heard.extend(facts)
        done.set()

    bus = Bus(
        url,
        on_facts=fragile,
        on_readings=lambda readings: None,
        on_control=lambda message: None,
        on_gap=lambda: None,
    )
    async with bus:
        await bus.ring([fact(1)])
        await bus.ring([fact(2)])
        async with asyncio.timeout(5):
            await done.wait()
        assert heard == [fact(2)]
        assert bus.counters.builds == 1


async def test_two_processes_hear_each_other(valkey_server: EmbeddedValkey) -> None:
    one, other = Listener(valkey_server.url), Listener(valkey_server.url)
    async with one.bus, other.bus:
        await one.bus.ring([fact(1)])
        await other.bus.ring([fact(2)])
        await one.until(lambda: len(one.facts) == 2)
        await other.until(lambda: len(other.facts) == 2)


async def test_one_that_only_speaks_is_heard_and_is_not_sent_what_it_says(valkey_server: EmbeddedValkey) -> None:
    speaker, other = Listener(valkey_server.url, only_speaks=True), Listener(valkey_server.url)
    async with speaker.bus, other.bus:
        assert not speaker.bus.deaf
        await speaker.bus.ring([fact(1)])
        await speaker.bus.announce([reading(1.0)])
        await speaker.bus.control(RightsChanged(user_id=1))
        await other.until(lambda: _heard_everything(other))
        await speaker.until(lambda: speaker.controls)
    assert (speaker.facts, speaker.readings) == ([], [])


def _heard_everything(listener: Listener) -> bool:
    return bool(listener.facts and listener.readings and listener.controls)


async def test_the_three_channels_are_heard_although_all_are_subscribed_for_the_first_time(
    valkey_server: EmbeddedValkey,
) -> None:
    """broadcaster loses one of two concurrent first subscribers of a channel; many buses start here at once."""
    listeners = [Listener(valkey_server.url) for _ in range(8)]
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(stack.enter_async_context(each.bus) for each in listeners))
        await listeners[0].bus.ring([fact(1)])
        await listeners[0].bus.announce([reading(1.0)])
        await listeners[0].bus.control(RightsChanged(user_id=1))
        for each in listeners:
            await each.until(partial(_heard_everything, each))
            assert each.bus.counters.builds == 1


class _Slow(MemoryBackend):
    """Suspends while it subscribes, as the Redis backend does."""

    def __init__(self) -> None:
        super().__init__("memory://")
        self.go = asyncio.Event()

    async def subscribe(self, channel: str) -> None:
        await self.go.wait()
        await super().subscribe(channel)


async def test_broadcaster_still_loses_one_of_two_first_subscribers() -> None:
    """Why `Bus` subscribes one after another. When this fails, broadcaster was mended."""
    backend = _Slow()
    heard: list[str] = []

    async def subscribe(broadcast: Broadcast, name: str) -> None:
        async with broadcast.subscribe("ch") as subscriber:
            await subscriber.get()
            heard.append(name)

    async with Broadcast(backend=backend) as broadcast:
        both = [asyncio.create_task(subscribe(broadcast, name)) for name in "ab"]
        await asyncio.sleep(0)
        backend.go.set()
        await asyncio.wait(both, timeout=0.05)
        await broadcast.publish("ch", "hello")
        await asyncio.wait(both, timeout=0.2)
        assert len(heard) == 1
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)


async def test_valkey_killed_and_started_again_is_heard_again_and_the_gap_is_told(
    valkey_server: EmbeddedValkey,
) -> None:
    listener = Listener(valkey_server.url, QUICK)
    async with listener.bus:
        await listener.bus.ring([fact(1)])
        await listener.until(lambda: listener.facts)
        await valkey_server.kill()
        await listener.until(lambda: listener.gaps)
        assert listener.bus.deaf
        told = listener.gaps
        await valkey_server.start()
        await listener.until(lambda: not listener.bus.deaf)
        assert listener.gaps > told
        await listener.bus.ring([fact(3)])
        await listener.until(lambda: fact(3) in listener.facts)


async def test_ringing_while_valkey_is_away_never_raises_and_never_waits(valkey_server: EmbeddedValkey) -> None:
    listener = Listener(valkey_server.url, QUICK)
    async with listener.bus:
        await valkey_server.kill()
        async with asyncio.timeout(0.5):
            for number in range(1000):
                await listener.bus.ring([fact(number)])
        await listener.until(lambda: listener.gaps)
        assert not await listener.bus.flush(timedelta(milliseconds=10))
        await valkey_server.start()


async def test_a_bus_that_finds_no_valkey_starts_deaf_and_hears_later(valkey_server: EmbeddedValkey) -> None:
    await valkey_server.kill()
    listener = Listener(valkey_server.url, QUICK)
    async with listener.bus:
        assert listener.bus.deaf
        await valkey_server.start()
        await listener.until(lambda: not listener.bus.deaf)
        await listener.bus.ring([fact(1)])
        await listener.until(lambda: listener.facts)


async def test_a_payload_that_is_not_utf8_costs_a_gap_and_not_the_bus(valkey_server: EmbeddedValkey) -> None:
    """broadcaster's listener dies of it without a word."""
    listener = Listener(valkey_server.url, QUICK)
    async with listener.bus, Redis.from_url(valkey_server.url) as redis:
        await redis.publish("facts", b"\x93\xff\xfe")
        await listener.until(lambda: listener.gaps and not listener.bus.deaf)
        await listener.bus.ring([fact(1)])
        await listener.until(lambda: listener.facts)
        assert listener.bus.counters.builds == 2


GARBAGE = ["", "{", "[" * 100_000, "null", "7", '{"a":1}', '"text"', '[{"id":1}]', "[[]]", "\u0000"]


@pytest.mark.parametrize("channel", ["facts", "telemetry", "control"])
async def test_garbage_on_a_channel_is_counted_and_dropped(valkey_server: EmbeddedValkey, channel: str) -> None:
    listener = Listener(valkey_server.url)
    async with listener.bus, Redis.from_url(valkey_server.url) as redis:
        for payload in GARBAGE:
            await redis.publish(channel, payload)
        await redis.publish(channel, '{"kind":"FromTheFuture"}')
        await listener.bus.ring([fact(1)])
        await listener.until(lambda: listener.facts and listener.bus.counters.garbage == len(GARBAGE) + 1)
        assert listener.bus.counters.builds == 1
        assert (listener.facts, listener.readings, listener.controls) == ([fact(1)], [], [])


def test_an_item_of_an_unknown_kind_is_dropped_and_the_others_are_read() -> None:
    known = pack([fact(1)])[0][1:-1]
    future = '{"id":2,"fact":{"kind":"SubscriberMoved","place":{}}}'
    assert read_facts(f"[{future},{known},{future}]") == ([fact(1)], 2)
    assert read_readings('[{"kind":"TemperatureRead","at":1}]') == ([], 1)


def test_payloads_are_split_in_order_and_stay_below_the_limit() -> None:
    batch = [reading(float(n), ports=3000) for n in range(64)]
    payloads = pack(batch)
    assert len(payloads) > 1
    assert all(len(payload) <= MAX_PAYLOAD for payload in payloads)
    assert [item for payload in payloads for item in read_readings(payload)[0]] == batch
