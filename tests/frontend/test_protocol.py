"""The browser and the server mean the same by a snapshot, a patch and a topic key."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from realtime.client import Client
from realtime.encoding import encode
from realtime.shapes import Changes, Items, Log, Ring, Table, Value
from realtime.topic import key_of
from realtime.wire import Diff, Push, Snap
from tests.frontend.conftest import RunScript

AT = datetime(2026, 11, 24, 15, tzinfo=UTC)


class Row(msgspec.Struct, frozen=True):
    id: int
    name: str
    rate: float | None


class Points(msgspec.Struct):
    t: list[float]
    rate: list[float | None]


def _row(chance: random.Random, key: int) -> Row:
    return Row(key, chance.choice(("Uplink", "PON", "Ação", "uplink")), chance.choice((None, 1.0, 2.5, -3.0)))


def _rows(chance: random.Random) -> list[Row]:
    return [_row(chance, key) for key in chance.sample(range(1, 12), chance.randrange(8))]


def _points(chance: random.Random) -> Points:
    times = sorted(chance.sample(range(100), chance.randrange(1, 12)))
    return Points([float(t) for t in times], [chance.choice((None, 1.0, 2.0)) for _ in times])


TABLE = Table(Row, order=("-rate", "name"))
SHAPES: dict[str, tuple[Any, Callable[[random.Random], Any]]] = {
    "value": (Value(Row), lambda chance: _row(chance, 1)),
    "table": (TABLE, _rows),
    "log": (Log(Row, capacity=6), _rows),
    "ring": (Ring(Points, capacity=10), _points),
}


def _stream(name: str, chance: random.Random) -> list[Any]:
    """A snapshot and the messages after it, as the server would make them; offsets count from 1."""
    shape, make = SHAPES[name]
    data = shape.bounded(make(chance))
    order = TABLE.order if name == "table" else ()
    messages: list[Any] = [
        Snap("x", "k1", 1, AT, shape.kind, data, 60.0, getattr(shape, "key", None), order,
             getattr(shape, "capacity", None))
    ]  # fmt: skip
    for _ in range(8):
        offset = len(messages)
        offered = make(chance)
        match shape.unseen(data, offered) if name in ("log", "ring") else shape.diff(data, offered):
            case Changes(set=changed, delete=gone):
                data = offered
                messages.append(Diff("x", offset, offset + 1, AT, changed, gone))
            case Items(rows=rows):
                data = shape.join(data, rows)
                messages.append(Push("x", offset, offset + 1, AT, rows))
    return messages


@pytest.mark.parametrize("name", SHAPES)
def test_browser_and_reference_client_hold_the_same_after_the_same_messages(name: str, run_script: RunScript) -> None:
    streams = [_stream(name, random.Random(seed)) for seed in range(150)]
    expected = []
    for stream in streams:
        client = Client()
        client.watch("x")
        for message in stream:
            # A client that missed an offset asks again; here nothing is missed, so whatever follows is applied.
            client.receive(b"[" + encode(message).encode() + b"]")
        expected.append(client.held["x"].data)
    frames = [[msgspec.to_builtins(message) for message in stream] for stream in streams]
    held = run_script(
        """return given.map((stream) => stream.reduce(
             (topic, message) => protocol.receive(topic, message).topic, protocol.blank()).data);""",
        frames,
    )
    assert held == expected


class Params(msgspec.Struct, frozen=True):
    date: date | None = None
    name: str = ""
    limit: int = 20
    exact: bool = False


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"limit": 50, "date": "2026-11-24"},
        {"name": "São João & filhos/ü?=#'()*!~"},
        {"exact": True, "name": "a b+c"},
        {"date": None, "name": ""},
    ],
)
def test_a_topic_has_one_spelling_on_both_sides(given: dict[str, Any], run_script: RunScript) -> None:
    expected = key_of("some.panel", msgspec.convert(given, Params, strict=False))
    assert run_script('return protocol.topicKey("some.panel", given);', given) == expected


def test_the_browser_backs_off_with_full_jitter_inside_the_promised_bounds(run_script: RunScript) -> None:
    waits = run_script(
        """const waits = [];
           for (let attempt = 0; attempt < 30; attempt += 1)
             for (const chance of [0, 0.5, 0.999]) waits.push(protocol.backoff(attempt, () => chance));
           return waits;""",
        None,
    )
    assert min(waits) == 500
    assert 19_000 < max(waits) < 20_000


def test_age_is_late_after_one_period_and_stale_after_three(run_script: RunScript) -> None:
    ages = run_script("return given.map((s) => protocol.ageState(s * 1000, 60));", [60, 61, 180, 181])
    assert ages == ["fresh", "late", "late", "stale"]
