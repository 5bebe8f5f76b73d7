"""The client keeps the rules of the protocol: what is held is ignored, what connects is applied, a gap is asked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.backoff import wait_s
from realtime.client import Client
from realtime.encoding import encode
from realtime.wire import Beat, Bye, Diff, Error, Push, ServerMessage, Snap, Welcome

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 12, 1, tzinfo=UTC)


def snap(offset: int, data: Any, *, epoch: str = "e", shape: Any = "value", topic: str = "t", **more: Any) -> Snap:
    return Snap(t=topic, e=epoch, o=offset, as_of=NOW, shape=shape, data=data, period=60.0, **more)


def diff(p: int, o: int, changed: Any = None, gone: list[str] | None = None) -> Diff:
    return Diff(t="t", p=p, o=o, as_of=LATER, set=changed, delete=gone or [])


def frame(*messages: ServerMessage) -> str:
    return f"[{','.join(encode(message) for message in messages)}]"


def client_of(*messages: ServerMessage) -> Client:
    client = Client(token="secret")
    client.watch("t")
    client.receive(frame(*messages))
    return client


def test_a_connection_begins_with_hello_and_every_topic_from_where_it_stands() -> None:
    client = client_of(snap(7, {"a": 1}))
    client.watch("other")
    hello, *watches = map(json.loads, client.connected())
    assert hello == {"op": "hello", "v": 1, "token": "secret"}
    assert watches == [
        {"op": "watch", "t": "t", "since": {"e": "e", "o": 7}},
        {"op": "watch", "t": "other", "since": None},
    ]


def test_a_diff_that_connects_is_applied() -> None:
    client = client_of(snap(1, {"a": 1, "b": 2}), diff(1, 2, {"a": 5}))
    assert client.held["t"].data == {"a": 5, "b": 2}
    assert (client.held["t"].offset, client.held["t"].as_of) == (2, LATER)


def test_a_diff_that_jumps_from_an_older_position_is_applied_because_patches_are_absolute() -> None:
    client = client_of(snap(3, {"a": 1, "b": 2}), diff(1, 5, {"a": 5, "b": 2}))
    assert (client.held["t"].data, client.held["t"].offset) == ({"a": 5, "b": 2}, 5)


def test_what_is_held_already_is_ignored() -> None:
    client = client_of(snap(4, {"a": 4}))
    assert client.receive(frame(diff(2, 4, {"a": 0}), diff(1, 2, {"a": 0}), snap(3, {"a": 0}))) == []
    assert client.held["t"].data == {"a": 4}


def test_a_gap_is_asked_for_once_per_frame_and_nothing_is_guessed() -> None:
    client = client_of(snap(1, {"a": 1}))
    (asked,) = client.receive(frame(diff(2, 3, {"a": 3}), diff(3, 4, {"a": 4})))
    assert json.loads(asked) == {"op": "watch", "t": "t", "since": {"e": "e", "o": 1}}
    assert client.held["t"].data == {"a": 1}


def test_another_epoch_replaces_what_is_held() -> None:
    client = client_of(snap(9, {"a": 9}), snap(1, {"a": 1}, epoch="f"))
    assert (client.held["t"].data, client.held["t"].offset) == ({"a": 1}, 1)


def test_a_beat_that_is_ahead_finds_the_gap_and_one_that_is_not_proves_the_age() -> None:
    client = client_of(snap(2, {"a": 1}))
    assert client.receive(frame(Beat(now=LATER, at={"t": (2, LATER)}))) == []
    assert client.held["t"].as_of == LATER
    (asked,) = client.receive(frame(Beat(now=LATER, at={"t": (3, LATER)})))
    assert json.loads(asked)["since"] == {"e": "e", "o": 2}


def test_tables_rings_and_logs_are_patched_as_the_server_patches_them() -> None:
    table = client_of(
        snap(1, [{"id": 1, "n": 1}, {"id": 2, "n": 2}], shape="table", key="id", order=("-n",)),
        diff(1, 2, {"3": {"id": 3, "n": 3}}, ["1"]),
    )
    assert [row["id"] for row in table.held["t"].data] == [3, 2]
    ring = client_of(
        snap(1, {"t": [1.0, 2.0], "v": [1, 2]}, shape="ring", capacity=2),
        Push(t="t", p=1, o=2, as_of=LATER, rows={"t": [3.0], "v": [None]}),
    )
    assert ring.held["t"].data == {"t": [2.0, 3.0], "v": [2, None]}
    log = client_of(
        snap(1, [{"id": 1}], shape="log", key="id", capacity=2),
        Push(t="t", p=1, o=2, as_of=LATER, rows=[{"id": 2}, {"id": 3}]),
    )
    assert log.held["t"].data == [{"id": 2}, {"id": 3}]


def test_a_topic_that_is_not_wanted_any_more_is_not_held_again() -> None:
    client = client_of(snap(1, {"a": 1}))
    (message,) = client.unwatch("t")
    assert json.loads(message) == {"op": "unwatch", "t": "t"}
    assert client.receive(frame(snap(2, {"a": 2}), diff(2, 3, {"a": 3}))) == []
    assert client.held == {}


def test_an_error_stays_until_the_topic_is_read_again_and_values_stay_with_it() -> None:
    failed = Error(t="t", code="failed", message="m", retry=True)
    for heals in (diff(1, 2, {"a": 2}), Beat(now=LATER, at={"t": (1, LATER)}), snap(1, {"a": 1}, epoch="f")):
        client = client_of(snap(1, {"a": 1}), failed)
        assert client.errors == {"t": failed}
        assert client.held["t"].data == {"a": 1}
        client.receive(frame(heals))
        assert client.errors == {}


def test_what_may_no_longer_be_seen_is_forgotten() -> None:
    client = client_of(snap(1, {"a": 1}), Error(t="t", code="forbidden", message="m", retry=False))
    assert client.held == {}


def test_welcome_and_goodbye_are_kept_and_goodbye_ends_with_the_next_connection() -> None:
    client = client_of(Welcome(v=1, now=NOW, beat=15, build="b"), Bye(code="restart", retry=(1000, 8000)))
    assert client.welcome is not None and client.bye is not None
    client.connected()
    assert client.bye is None


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"op":"sing"}]', '[{"op":"diff","t":"t"}]'])
def test_a_frame_of_another_protocol_is_refused(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        client_of(snap(1, {})).receive(text)


@given(st.integers(0, 1000), st.floats(0, 1))
def test_a_wait_is_anywhere_below_a_limit_that_doubles_to_20_s(attempt: int, chance: float) -> None:
    assert 0 <= wait_s(attempt, chance) <= 20
    assert wait_s(attempt, 1.0) == min(20, 0.5 * 2 ** min(attempt, 16))


@given(st.floats(0, 1))
def test_a_server_that_said_when_to_come_back_is_obeyed_once(chance: float) -> None:
    assert 1 <= wait_s(0, chance, (1000, 8000)) <= 8
    assert wait_s(1, chance, (1000, 8000)) == wait_s(1, chance)


def test_an_error_that_was_on_its_way_when_a_topic_was_left_is_not_kept() -> None:
    client = client_of()
    client.unwatch("t")
    client.receive(frame(Error(t="t", code="failed", message="away", retry=True)))
    assert client.errors == {}
