"""One viewer, without a socket: what it may say, what it is told, and when it is sent away."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from realtime.encoding import encode
from realtime.panel import Answer
from realtime.registry import Registry
from realtime.scope import Reach, Scope
from realtime.stream import Stream
from realtime.viewer import Authenticate, Limits, Open, Release, Viewer
from realtime.wire import (
    CLOSE_NO_HELLO,
    CLOSE_NOT_ALLOWED,
    CLOSE_PROTOCOL,
    CLOSE_RESTART,
    CLOSE_SLOW,
    CLOSE_TOO_MANY,
    Since,
    Watch,
)
from tests.realtime.rows import PANELS, Inner, Record, Row, Somebody

WALL = datetime(2026, 11, 24, 12, tzinfo=UTC)
HELLO = '{"op":"hello","v":1,"token":null}'
NEVER = WALL + timedelta(days=30)


async def _unused(db: Any, scope: Scope, params: Any) -> Answer:
    raise AssertionError("a viewer asks nobody")


REGISTRY = Registry(PANELS, {panel.name: _unused for panel in PANELS})


class Peer:
    """A viewer and its shell: opens streams as they are asked for, counts time in seconds from 0."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.viewer = Viewer(registry=REGISTRY, build="b", limits=limits or Limits(), now=0.0)
        self.streams: dict[tuple[str, Scope], Stream] = {}
        self.now = 0.0

    def say(self, message: str | bytes) -> None:
        self.carry_out(self.viewer.receive(message, self.now))

    def welcome(self, expires: datetime = NEVER) -> Peer:
        assert self.viewer.receive(HELLO, self.now) == [Authenticate(None)]
        self.identify(Somebody(expires))
        return self

    def identify(self, who: Somebody | None) -> None:
        self.carry_out(self.viewer.identified(who, now=self.now, wall=self.wall))

    def carry_out(self, effects: list[Any]) -> None:
        for effect in effects:
            match effect:
                case Open(topic=topic, scope=scope):
                    stream = self.streams.get((topic.key, scope))
                    if stream is None:
                        stream = self.streams[topic.key, scope] = Stream(
                            key=topic.key, panel=topic.panel, epoch=f"e{len(self.streams)}"
                        )
                        stream.replace(_first(topic.panel.name), WALL)
                    self.viewer.attach(effect, stream)
                case Release(stream=stream):
                    assert stream in self.streams.values()

    def watch(self, key: str, since: Since | None = None) -> None:
        self.say(encode(Watch(t=key, since=since)))

    def stream(self, key: str) -> Stream:
        (found,) = (stream for (name, _), stream in self.streams.items() if name == key)
        return found

    def take(self) -> list[dict[str, Any]]:
        frame = self.viewer.take(self.wall)
        return [] if frame is None else json.loads(frame)

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.carry_out(self.viewer.tick(self.now, self.wall))

    @property
    def wall(self) -> datetime:
        return WALL + timedelta(seconds=self.now)

    @property
    def closed(self) -> int | None:
        return self.viewer.close_code


def _first(panel: str) -> Any:
    match panel:
        case "test.record":
            return Record("start", Decimal(0), Inner(Decimal(0), 0), (), None)
        case "test.table" | "test.log":
            return []
    raise LookupError(panel)


def ops(messages: list[dict[str, Any]]) -> list[str]:
    return [message["op"] for message in messages]


# Before hello


def test_a_viewer_that_says_nothing_is_closed_after_ten_seconds() -> None:
    peer = Peer()
    peer.pass_time(9.9)
    assert peer.closed is None
    peer.pass_time(0.1)
    assert peer.closed == CLOSE_NO_HELLO


def test_a_watch_before_hello_is_refused_and_so_is_one_before_the_answer_to_hello() -> None:
    early, eager = Peer(), Peer()
    early.watch("test.record")
    assert early.closed == CLOSE_NO_HELLO
    eager.say(HELLO)
    eager.watch("test.record")
    assert eager.closed == CLOSE_NO_HELLO


def test_somebody_unknown_is_closed_without_a_word() -> None:
    peer = Peer()
    peer.say(HELLO)
    peer.identify(None)
    assert (peer.closed, peer.take()) == (CLOSE_NOT_ALLOWED, [])


# What is no message of this protocol


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        "null",
        '{"op":"shout"}',
        '{"op":"watch"}',
        '{"op":"watch","t":7}',
        '{"op":"watch","t":"test.record","scope":"all"}',
        '{"op":"watch","t":"test.record","since":{"e":"a","o":1,"x":1}}',
        '{"op":"watch","t":"test.record","since":{"e":"a"}}',
        '{"op":"pong","now":1}',
        '{"op":"hello","v":1,"token":null}',
        '{"op":"pong"}{"op":"pong"}',
        "[" * 5000,
        '{"op":"watch","t":"\ud800"}',
        b'{"op":"pong"}',
        '{"op":"pong"' + " " * 32 * 1024 + "}",
    ],
)
def test_what_is_no_message_ends_the_viewer(message: str | bytes) -> None:
    peer = Peer().welcome()
    peer.say(message)
    assert peer.closed == CLOSE_PROTOCOL
    assert peer.viewer.receive('{"op":"pong"}', peer.now) == [], "nothing is heard afterwards"


def test_a_message_of_32_kib_is_read() -> None:
    peer = Peer().welcome()
    peer.say('{"op":"pong"' + " " * (32 * 1024 - 13) + "}")
    assert peer.closed is None


def test_another_version_is_refused() -> None:
    peer = Peer()
    peer.say('{"op":"hello","v":2}')
    assert peer.closed == CLOSE_PROTOCOL


def test_twenty_messages_per_second_are_heard_and_more_are_not() -> None:
    peer = Peer(Limits(burst=20)).welcome()
    peer.pass_time(1.0)
    for _ in range(100):
        for _ in range(20):
            peer.say('{"op":"pong"}')
        peer.pass_time(1.0)
    assert peer.closed is None
    for _ in range(21):
        peer.say('{"op":"pong"}')
    assert peer.closed == CLOSE_TOO_MANY


# Topics


def test_the_201st_topic_is_refused_and_the_others_stay() -> None:
    peer = Peer(Limits(watches=3)).welcome()
    peer.take()
    for key in ("test.record", "test.table", "test.log", "test.ring?port=1"):
        peer.watch(key)
    refused, *snaps = peer.take()
    assert (refused["t"], refused["code"], refused["retry"]) == ("test.ring?port=1", "too_many", False)
    assert ops(snaps) == ["snap"] * 3
    peer.say('{"op":"unwatch","t":"test.log"}')
    peer.watch("test.log")
    assert ops(peer.take()) == ["snap"], "a place that was left can be taken"
    assert Limits().watches == 200


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("nothing", "unknown_topic"),
        ("__class__", "unknown_topic"),
        ("../../etc/passwd", "unknown_topic"),
        ("test.ring", "bad_params"),
        ("test.ring?port=one", "bad_params"),
        ("test.ring?port=1&port=2", "bad_params"),
        ("test.ring?port=1&scope=0", "bad_params"),
        ("test.ring?port=%31", "bad_params"),
        ("test.record?", "bad_params"),
        ("test.record?" + "x" * 600, "bad_params"),
        ("test.secret", "forbidden"),
    ],
)
def test_a_topic_that_cannot_be_shown_is_refused_in_words(key: str, code: str) -> None:
    peer = Peer().welcome()
    peer.take()
    peer.watch(key)
    (error,) = peer.take()
    assert (error["op"], error["t"], error["code"], error["retry"]) == ("error", key, code, False)
    assert error["message"].endswith(".")
    assert peer.closed is None


def test_unwatching_releases_the_topic_and_unwatching_nothing_is_harmless() -> None:
    peer = Peer().welcome()
    peer.watch("test.record")
    stream = peer.stream("test.record")
    assert peer.viewer.receive('{"op":"unwatch","t":"test.record"}', 0.0) == [Release(stream)]
    assert peer.viewer.receive('{"op":"unwatch","t":"test.record"}', 0.0) == []
    peer.take()
    stream.replace(_first("test.record"), WALL)
    assert peer.take() == []


def test_changes_since_the_last_frame_come_as_one_message_with_the_offset_they_build_on() -> None:
    peer = Peer().welcome()
    peer.watch("test.table")
    peer.take()
    stream = peer.stream("test.table")
    for step in range(3):
        stream.replace([Row(step, Decimal(step))], WALL + timedelta(seconds=step))
    (diff,) = peer.take()
    assert (diff["op"], diff["p"], diff["o"], diff["as_of"]) == ("diff", 1, 4, "2026-11-24T12:00:02Z")
    assert diff["set"] == {"2": {"id": 2, "amount": 2, "rank": None}}
    assert peer.take() == []


# Coming back


def test_a_position_that_can_be_proved_gets_only_what_is_missing() -> None:
    before = Peer().welcome()
    before.watch("test.table")
    stream = before.stream("test.table")
    stream.replace([Row(1, Decimal(1))], WALL)
    stream.replace([Row(1, Decimal(2))], WALL)
    for since, expected in (
        (Since(stream.epoch, 2), [("diff", 2, 3)]),
        (Since(stream.epoch, 1), [("diff", 1, 3)]),
        (Since(stream.epoch, 4), [("snap", None, 3)]),
        (Since(stream.epoch, -1), [("snap", None, 3)]),
        (Since("other", 2), [("snap", None, 3)]),
    ):
        back = Peer().welcome()
        back.streams = before.streams
        back.take()
        back.watch("test.table", since)
        assert [(message["op"], message.get("p"), message["o"]) for message in back.take()] == expected


def test_a_position_that_is_the_present_one_is_proved_by_a_beat() -> None:
    peer = Peer().welcome()
    peer.watch("test.record")
    peer.take()
    peer.watch("test.record", Since("e0", 1))
    (beat,) = peer.take()
    assert beat["at"] == {"test.record": [1, "2026-11-24T12:00:00Z"]}


def test_a_history_that_was_dropped_is_not_guessed() -> None:
    peer = Peer().welcome()
    peer.streams["test.table", Somebody(NEVER).where] = stream = Stream(
        key="test.table", panel=REGISTRY.panels["test.table"], epoch="e", max_steps=2
    )
    for step in range(5):
        stream.replace([Row(1, Decimal(step))], WALL)
    peer.take()
    peer.watch("test.table", Since("e", 2))
    peer.watch("test.table", Since("e", 3))
    assert ops(peer.take()) == ["diff"], "two steps back is kept"
    peer.watch("test.table", Since("e", 2))
    assert ops(peer.take()) == ["snap"]


# Time


def test_beats_prove_position_and_age_of_every_topic_that_can_be_read() -> None:
    peer = Peer().welcome()
    peer.watch("test.record")
    peer.watch("test.table")
    peer.take()
    peer.stream("test.record").replace(_first("test.record"), WALL + timedelta(seconds=5))
    peer.stream("test.table").fail("away")
    assert ops(peer.take()) == ["error"]
    peer.pass_time(14.9)
    assert peer.take() == []
    peer.pass_time(0.1)
    (beat,) = peer.take()
    assert beat == {
        "op": "beat",
        "now": "2026-11-24T12:00:15Z",
        "at": {"test.record": [1, "2026-11-24T12:00:05Z"]},
    }


def test_a_session_that_ends_is_warned_25_seconds_before() -> None:
    peer = Peer().welcome(expires=WALL + timedelta(seconds=60))
    peer.watch("test.record")
    peer.take()
    peer.pass_time(34)
    assert "bye" not in ops(peer.take())
    peer.pass_time(1)
    assert {"op": "bye", "code": "expired", "retry": [1000, 8000]} in peer.take()
    peer.pass_time(24)
    assert peer.closed is None
    assert "bye" not in ops(peer.take()), "once is enough"
    peer.pass_time(1)
    assert peer.closed == CLOSE_NOT_ALLOWED


def test_a_session_that_was_renewed_goes_on_and_is_warned_again() -> None:
    peer = Peer().welcome(expires=WALL + timedelta(seconds=60))
    peer.pass_time(50)
    assert "bye" in ops(peer.take())
    peer.identify(Somebody(WALL + timedelta(seconds=120)))
    peer.pass_time(20)
    assert (peer.closed, "bye" in ops(peer.take())) == (None, False)
    peer.pass_time(30)
    assert "bye" in ops(peer.take())


# Rights that change


def test_a_viewer_whose_places_changed_goes_on_with_a_snapshot_of_the_new_ones() -> None:
    peer = Peer().welcome()
    peer.watch("test.record")
    peer.take()
    peer.identify(Somebody(NEVER, where=Scope.of(Reach(1))))
    (snap,) = peer.take()
    assert (snap["op"], snap["e"]) == ("snap", "e1")
    assert peer.closed is None


def test_a_viewer_that_may_no_longer_see_a_topic_is_told_and_hears_no_more_of_it() -> None:
    peer = Peer().welcome()
    peer.watch("test.record")
    peer.take()
    stream = peer.stream("test.record")
    peer.identify(Somebody(NEVER, where=Scope()))
    (error,) = peer.take()
    assert (error["t"], error["code"]) == ("test.record", "forbidden")
    stream.replace(Record("hidden", Decimal(0), Inner(Decimal(0), 0), (), None), WALL)
    assert peer.take() == []


def test_a_viewer_whose_rights_stay_notices_nothing() -> None:
    peer = Peer().welcome()
    peer.watch("test.record")
    peer.take()
    peer.identify(Somebody(NEVER))
    assert peer.take() == []


def test_a_login_that_ended_ends_its_viewers() -> None:
    peer = Peer().welcome()
    peer.watch("test.record")
    peer.take()
    peer.identify(None)
    assert (ops(peer.take()), peer.closed) == (["bye"], CLOSE_NOT_ALLOWED)


# The end


def test_a_restart_says_when_to_come_back_and_nothing_after_it() -> None:
    peer = Peer().welcome()
    peer.watch("test.record")
    peer.take()
    peer.carry_out(peer.viewer.leave("restart", CLOSE_RESTART))
    assert peer.take() == [{"op": "bye", "code": "restart", "retry": [1000, 8000]}]
    assert (peer.closed, peer.take()) == (CLOSE_RESTART, [])


def test_a_blocked_viewer_may_come_back() -> None:
    peer = Peer().welcome()
    peer.take()
    peer.carry_out(peer.viewer.blocked())
    assert (peer.take()[0]["code"], peer.closed) == ("slow", CLOSE_SLOW)


def test_a_long_frame_is_split_and_nothing_is_left_out() -> None:
    peer = Peer(Limits(frame_length=300)).welcome()
    for key in ("test.record", "test.table", "test.log"):
        peer.watch(key)
    frames = []
    while frame := peer.take():
        frames.append(ops(frame))
        assert len(frames) < 10
    assert len(frames) > 1
    assert [op for frame in frames for op in frame] == ["welcome", "snap", "snap", "snap"]
