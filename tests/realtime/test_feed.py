"""Facts reach the hub once, from the bus or from the tail, whatever is away for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from realtime.facts import DeviceAdded, Recorded
from realtime.feed import FactFeed
from realtime.scope import Place
from tests.realtime.virtual_time import run

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = timedelta(seconds=15)


class Events:
    """The event table as the tail sees it: a fact is found from its commit on, under the time it was written."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, float, int]] = []
        self.away = False
        self.asked: list[datetime] = []

    def commit(self, number: int, written: float, committed: float) -> None:
        self.rows.append((written, committed, number))

    async def tail(self, since: datetime) -> list[Recorded]:
        self.asked.append(since)
        if self.away:
            raise ConnectionError("the database is away")
        now = asyncio.get_running_loop().time()
        return [
            recorded(number)
            for written, committed, number in self.rows
            if committed <= now and START + timedelta(seconds=written) >= since
        ]


def recorded(number: int) -> Recorded:
    return Recorded(number, DeviceAdded(place=Place(1, None, None), at=START, device_id=number))


def clock() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())


def feed_of(events: Events, delivered: list[int], remembered: int = 1000) -> FactFeed:
    def deliver(facts: list[Recorded]) -> None:
        delivered.extend(fact.id for fact in facts)

    return FactFeed(tail=events.tail, deliver=deliver, clock=clock, window=WINDOW, remembered=remembered)


def in_feed(play: Callable[[FactFeed, Events, list[int]], asyncio.Future[None] | object]) -> list[int]:
    async def main() -> list[int]:
        events, delivered = Events(), list[int]()
        async with feed_of(events, delivered) as feed:
            await play(feed, events, delivered)  # type: ignore[misc]
        return delivered

    return run(main())


def test_a_fact_the_bus_lost_comes_by_the_tail() -> None:
    async def play(feed: FactFeed, events: Events, delivered: list[int]) -> None:
        events.commit(1, written=1, committed=1)
        await asyncio.sleep(3)

    assert in_feed(play) == [1]


def test_a_fact_from_both_sides_is_handed_on_once() -> None:
    async def play(feed: FactFeed, events: Events, delivered: list[int]) -> None:
        events.commit(1, written=1, committed=1)
        await asyncio.sleep(1)
        feed.heard([recorded(1)])
        await asyncio.sleep(10)
        feed.heard([recorded(1)])
        assert (feed.counters.from_bus, feed.counters.from_tail) == (1, 0)

    assert in_feed(play) == [1]


def test_a_fact_of_a_long_transaction_is_found_although_later_ones_were_seen() -> None:
    async def play(feed: FactFeed, events: Events, delivered: list[int]) -> None:
        events.commit(1, written=1, committed=12)
        events.commit(2, written=2, committed=2)
        await asyncio.sleep(20)

    assert in_feed(play) == [2, 1]


def test_a_database_that_was_away_is_caught_up_with_from_where_it_was() -> None:
    async def play(feed: FactFeed, events: Events, delivered: list[int]) -> None:
        await asyncio.sleep(5)
        events.away = True
        events.commit(1, written=6, committed=6)
        await asyncio.sleep(600)
        assert delivered == [] and feed.counters.failures > 100
        events.away = False
        await asyncio.sleep(3)

    assert in_feed(play) == [1]


def test_a_tail_that_never_answers_is_given_up_and_asked_again() -> None:
    async def main() -> int:
        asked = 0

        async def tail(since: datetime) -> list[Recorded]:
            nonlocal asked
            asked += 1
            await asyncio.Event().wait()
            raise AssertionError

        async with FactFeed(tail=tail, deliver=lambda facts: None, clock=clock, deadline=timedelta(seconds=5)):
            await asyncio.sleep(15)
        return asked

    assert run(main()) == 3


def test_memory_of_ids_is_bounded_and_forgetting_only_repeats() -> None:
    async def main() -> list[int]:
        delivered: list[int] = []
        feed = feed_of(Events(), delivered, remembered=10)
        feed.heard([recorded(number) for number in range(100)])
        feed.heard([recorded(0), recorded(99)])
        return delivered

    assert run(main()) == [*range(100), 0]


facts = st.lists(
    st.tuples(
        st.floats(0, 100),
        st.floats(0, WINDOW.total_seconds() - 3),
        st.sampled_from(["lost", "heard", "twice"]),
    ),
    max_size=20,
)
outages = st.lists(st.tuples(st.floats(0, 100), st.floats(1, 40)), max_size=3)


@given(facts, outages)
def test_every_fact_arrives_once_whatever_the_bus_loses_and_the_database_misses(
    written: list[tuple[float, float, str]], away: list[tuple[float, float]]
) -> None:
    async def main() -> list[int]:
        events, delivered = Events(), list[int]()
        loop = asyncio.get_running_loop()
        async with feed_of(events, delivered) as feed:
            for number, (at, took, fate) in enumerate(written):
                events.commit(number, written=at, committed=at + took)
                for _ in range({"lost": 0, "heard": 1, "twice": 2}[fate]):
                    loop.call_at(at + took, feed.heard, [recorded(number)])
            for at, lasts in away:
                loop.call_at(at, setattr, events, "away", True)
                loop.call_at(at + lasts, setattr, events, "away", False)
            await asyncio.sleep(150)
        return delivered

    assert sorted(run(main())) == list(range(len(written)))
