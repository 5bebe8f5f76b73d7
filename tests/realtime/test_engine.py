"""`apply(snapshot, everything received) == snapshot taken afterwards`, whatever happens in between."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from realtime.hub import HubSettings
from tests.realtime.engine import Engine, Screen, running
from tests.realtime.rows import Inner, Row
from tests.realtime.virtual_time import run

KEYS = ["test.record", "test.table", "test.ring?port=1", "test.ring?port=2", "test.log"]

some_money = st.integers(-500, 500).map(lambda cents: Decimal(cents) / 100)
chances = st.booleans()

happenings: st.SearchStrategy[tuple[Any, ...]] = st.one_of(
    st.tuples(st.just("record"), some_money, st.integers(0, 3), chances),
    st.tuples(st.just("row"), st.integers(1, 5), some_money, chances),
    st.tuples(st.just("drop"), st.integers(1, 5), chances),
    st.tuples(st.just("pay"), st.integers(1, 30), chances),
    st.tuples(st.just("sample"), st.integers(1, 2), st.integers(0, 40), st.none() | st.integers(0, 9), chances),
    st.tuples(st.just("watch"), st.integers(0, 2), st.sampled_from(KEYS)),
    st.tuples(st.just("unwatch"), st.integers(0, 2), st.sampled_from(KEYS)),
    st.tuples(st.just("block"), st.integers(0, 2)),
    st.tuples(st.just("flow"), st.integers(0, 2)),
    st.tuples(st.just("reconnect"), st.integers(0, 2)),
    st.tuples(st.just("away"), chances),
    st.tuples(st.just("slow"), st.sampled_from([0.0, 0.2, 3.0])),
    st.tuples(st.just("gap")),
    st.tuples(st.just("wait"), st.sampled_from([0.0, 0.01, 0.06, 0.5, 5.0, 40.0])),
)


async def happen(engine: Engine, screens: list[Screen], what: tuple[Any, ...]) -> None:
    match what:
        case ("record", amount, count, heard):
            engine.change_record(heard, amount=amount, inner=Inner(amount, count), hours=(amount,) * count)
        case ("row", id, amount, heard):
            engine.set_row(Row(id, amount, rank=None if id == 5 else int(amount)), heard)
        case ("drop", id, heard):
            engine.drop_row(id, heard)
        case ("pay", id, heard):
            engine.pay(id, heard)
        case ("sample", port, at, value, heard):
            engine.sample(port, float(at), value, heard)
        case ("watch", who, key):
            screens[who].watch(key)
        case ("unwatch", who, key):
            screens[who].unwatch(key)
        case ("block", who):
            screens[who].flowing.clear()
        case ("flow", who):
            screens[who].flowing.set()
        case ("reconnect", who):
            await screens[who].vanish()
            screens[who].connect()
        case ("away", is_away):
            engine.truth.away = is_away
        case ("slow", takes):
            engine.truth.takes = takes
        case ("gap",):
            engine.hub.gap()
        case ("wait", seconds):
            await asyncio.sleep(seconds)


# An error that was on its way when the topic was left.
@example([("wait", 0.01), ("block", 1), ("away", True), ("reconnect", 0), ("unwatch", 1, "test.record")], 2)
@settings(max_examples=300, deadline=None)
@given(st.lists(happenings, max_size=40), st.sampled_from([2, 256]))
def test_every_screen_shows_the_truth_after_whatever_happened(script: list[tuple[Any, ...]], most_steps: int) -> None:
    async def main() -> None:
        async with running(HubSettings(most_steps=most_steps)) as engine:
            screens = [engine.screen(*KEYS, direct=which == 2) for which in range(3)]
            for what in script:
                await happen(engine, screens, what)
            engine.truth.away = False
            engine.truth.takes = 0.01
            for screen in screens:
                screen.flowing.set()
            await asyncio.sleep(5)  # for a close that was on its way
            for screen in screens:
                if screen.closed is not None:
                    screen.connect()
            engine.hub.gap()
            await asyncio.sleep(60)
            for screen in screens:
                assert screen.closed is None
                for key in screen.client.wanted:
                    assert screen.data(key) == engine.truth.seen(engine.registry, key), key
                assert not screen.client.errors

    run(main())
