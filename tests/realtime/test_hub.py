"""The hub asks as little as it can, never forgets, and one topic's trouble stays its own. In virtual time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import timedelta
from decimal import Decimal
from typing import Any

from realtime.facts import DeviceAdded, Recorded
from realtime.hub import HubSettings
from realtime.readings import TrafficSampled
from realtime.scope import Place, Reach, Scope
from tests.realtime.engine import HERE, Engine, clock, running
from tests.realtime.rows import Points, PortParams, Row, Somebody, points_of
from tests.realtime.virtual_time import run


def play(script: Callable[[Engine], Coroutine[Any, Any, None]], **options: Any) -> None:
    async def main() -> None:
        async with running(**options) as engine:
            await script(engine)

    run(main())


def test_facts_within_the_settle_time_cost_one_query() -> None:
    async def script(engine: Engine) -> None:
        screen = engine.screen("test.record")
        await asyncio.sleep(1)
        asked = engine.hub.counters.asked
        for step in range(10):
            engine.change_record(amount=Decimal(step))
            await asyncio.sleep(0.004)
        await asyncio.sleep(1)
        assert engine.hub.counters.asked == asked + 1
        assert screen.data("test.record")["amount"] == 9

    play(script)


def test_a_change_is_seen_after_settle_and_query_and_no_later() -> None:
    async def script(engine: Engine) -> None:
        screen = engine.screen("test.record")
        await asyncio.sleep(1)
        changed = asyncio.get_running_loop().time()
        engine.change_record(name="now")
        await asyncio.sleep(1)
        arrived, frame = screen.frames[-1]
        assert '"name":"now"' in frame
        assert 0.06 <= arrived - changed < 0.0601  # settle 50 ms, query 10 ms

    play(script)


def test_many_viewers_of_a_topic_share_one_query() -> None:
    async def script(engine: Engine) -> None:
        screens = [engine.screen("test.record", "test.table") for _ in range(50)]
        await asyncio.sleep(1)
        assert Counter(engine.truth.asked) == {"test.record": 1, "test.table": 1}
        engine.change_record(name="next")
        await asyncio.sleep(1)
        assert Counter(engine.truth.asked) == {"test.record": 2, "test.table": 2}
        assert {screen.data("test.record")["name"] for screen in screens} == {"next"}

    play(script)


def test_viewers_of_different_scopes_have_topics_of_their_own_and_hear_only_of_their_places() -> None:
    async def script(engine: Engine) -> None:
        engine.who = lambda token: Somebody(clock() + timedelta(days=1), where=Scope.of(Reach(2)))
        elsewhere = engine.screen("test.record")
        await asyncio.sleep(1)
        engine.who = lambda token: Somebody(clock() + timedelta(days=1), where=Scope.of(Reach(1)))
        here = engine.screen("test.record")
        await asyncio.sleep(1)
        assert engine.hub.topics == 2
        asked = len(engine.truth.asked)
        engine.change_record(name="next")
        await asyncio.sleep(1)
        assert len(engine.truth.asked) == asked + 1
        assert here.data("test.record")["name"] == "next"
        assert elsewhere.data("test.record")["name"] == "start"

    play(script)


def test_a_reading_reaches_the_topics_it_names_and_asks_no_others() -> None:
    heard: list[int] = []

    def append(params: PortParams, reading: TrafficSampled) -> Points | None:
        heard.append(params.port)
        return points_of(params, reading)

    async def script(engine: Engine) -> None:
        for wall in range(5):
            engine.screen(*(f"test.ring?port={200 * wall + port}" for port in range(200)))
        await asyncio.sleep(1)
        assert engine.hub.topics == 1000
        engine.sample(777, 1.0, 5.0)
        assert heard == [777]

    async def main() -> None:
        async with running() as engine:
            ring = engine.registry.panels["test.ring"]
            object.__setattr__(ring, "append", append)
            await script(engine)

    run(main())


def test_a_topic_nobody_watches_lingers_for_who_comes_back_and_then_asks_no_more() -> None:
    async def script(engine: Engine) -> None:
        screen = engine.screen("test.record")
        await asyncio.sleep(1)
        await screen.vanish()
        await asyncio.sleep(29)
        engine.change_record(name="kept true")
        await asyncio.sleep(0.5)
        again = engine.screen("test.record")
        await asyncio.sleep(0.2)
        assert again.data("test.record")["name"] == "kept true"
        assert engine.hub.counters.opened == 1
        await again.vanish()
        await asyncio.sleep(31)
        asked = engine.hub.counters.asked
        engine.change_record(name="unseen")
        engine.hub.gap()
        await asyncio.sleep(60)
        assert engine.hub.topics == 0
        assert engine.hub.counters.asked == asked

    play(script)


def test_what_a_gap_hid_is_seen_after_it() -> None:
    async def script(engine: Engine) -> None:
        screen = engine.screen("test.table", "test.ring?port=1")
        await asyncio.sleep(1)
        engine.set_row(Row(1, Decimal(5)), announced=False)
        engine.sample(1, 3.0, 7.0, announced=False)
        await asyncio.sleep(60)
        assert screen.data("test.table") == []
        engine.hub.gap()
        await asyncio.sleep(1)
        assert screen.data("test.table") == [{"id": 1, "amount": 5, "rank": None}]
        assert screen.data("test.ring?port=1") == {"t": [3.0], "value": [7.0]}

    play(script)


def test_a_query_that_fails_is_said_in_words_and_its_next_success_clears_that_although_nothing_changed() -> None:
    async def script(engine: Engine) -> None:
        screen = engine.screen("test.record", "test.table")
        await asyncio.sleep(1)
        engine.truth.away = True
        engine.hub.gap()
        await asyncio.sleep(0.5)
        error = screen.client.errors["test.record"]
        assert (error.code, error.retry) == ("failed", True)
        assert screen.data("test.record")["name"] == "start"
        await asyncio.sleep(600)
        tries = engine.hub.counters.failed
        assert 2 * 600 / 23 <= tries <= 2 * 60, "tried again with growing waits, at most 15 s and half as much again"
        assert sum('"op":"error"' in frame for _, frame in screen.frames) == 1
        engine.truth.away = False
        await asyncio.sleep(23)
        assert screen.client.errors == {}

    play(script)


def test_a_topic_that_never_answered_says_so_and_shows_its_data_when_it_can() -> None:
    async def script(engine: Engine) -> None:
        engine.truth.away = True
        screen = engine.screen("test.record")
        await asyncio.sleep(20)
        assert screen.client.errors["test.record"].code == "failed"
        assert screen.client.held == {}
        engine.truth.away = False
        await asyncio.sleep(23)
        assert screen.client.errors == {}
        assert screen.data("test.record")["name"] == "start"

    play(script)


def test_a_query_that_hangs_is_given_up_and_holds_nobody_else_up() -> None:
    async def script(engine: Engine) -> None:
        engine.truth.slow["test.table"] = 3600.0
        screen = engine.screen("test.table", "test.record")
        await asyncio.sleep(5)
        engine.change_record(name="at once")
        await asyncio.sleep(0.2)
        assert screen.data("test.record")["name"] == "at once"
        await asyncio.sleep(6)
        assert screen.client.errors["test.table"].code == "failed"

    play(script)


def test_topics_that_were_slow_wait_in_a_lane_of_their_own() -> None:
    async def script(engine: Engine) -> None:
        engine.truth.slow["test.ring"] = 8.0
        wall = engine.screen("test.record", *(f"test.ring?port={port}" for port in range(12)))
        await asyncio.sleep(60)
        for _ in range(20):
            engine.hub.gap()
            engine.change_record(name=f"at {clock()}")
            await asyncio.sleep(0.3)
            assert wall.data("test.record")["name"] == engine.truth.record.name

    play(script)


def test_what_the_clock_alone_changes_is_asked_for_again() -> None:
    async def script(engine: Engine) -> None:
        screen = engine.screen("test.record")
        await asyncio.sleep(1)
        engine.change_record(announced=False, name="overdue")
        await asyncio.sleep(26)
        assert screen.data("test.record")["name"] == "start"
        await asyncio.sleep(8)
        assert screen.data("test.record")["name"] == "overdue"

    play(script, refresh_every=timedelta(seconds=30))


def test_a_process_keeps_as_many_topics_as_it_may_and_drops_those_nobody_watches_first() -> None:
    async def script(engine: Engine) -> None:
        first, second = engine.screen("test.record"), engine.screen("test.table")
        await asyncio.sleep(1)
        third = engine.screen("test.log")
        await asyncio.sleep(1)
        error = third.client.errors["test.log"]
        assert (error.code, error.retry) == ("too_many", True)
        first.unwatch("test.record")
        third.watch("test.log")
        await asyncio.sleep(1)
        assert third.data("test.log") == []
        assert second.data("test.table") == []

    play(script, settings=HubSettings(most_topics=2))


def test_a_bug_in_a_panel_costs_it_a_query_and_others_nothing() -> None:
    def concerns(params: Any, fact: Any) -> bool:
        raise ZeroDivisionError

    async def script(engine: Engine) -> None:
        screen = engine.screen("test.record", "test.table")
        await asyncio.sleep(1)
        engine.change_record(name="seen all the same")
        await asyncio.sleep(1)
        assert screen.data("test.record")["name"] == "seen all the same"
        assert engine.hub.counters.bugs == 2

    play(script, concerns=concerns)


def test_a_reading_that_arrives_while_the_backfill_is_read_is_kept() -> None:
    async def script(engine: Engine) -> None:
        engine.truth.takes = 5.0
        screen = engine.screen("test.ring?port=1")
        await asyncio.sleep(2)
        engine.hub.readings([TrafficSampled(place=HERE, at=9.0, device_id=1, rows=[(1, 4.0, 0.0)])])
        await asyncio.sleep(4)
        assert screen.data("test.ring?port=1") == {"t": [9.0], "value": [4.0]}

    play(script)


def test_a_fact_of_an_unknown_place_asks_nobody() -> None:
    async def script(engine: Engine) -> None:
        engine.who = lambda token: Somebody(clock() + timedelta(days=1), where=Scope.of(Reach(1, 1, 1)))
        engine.screen("test.record")
        await asyncio.sleep(1)
        asked = engine.hub.counters.asked
        engine.hub.facts([Recorded(1, DeviceAdded(place=Place(1, 1, 2), at=clock(), device_id=1))])
        await asyncio.sleep(5)
        assert engine.hub.counters.asked == asked

    play(script)
