"""What is believed of a fix: examples of each reason, and what holds for any sequence of fixes."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.gps.belief import BELIEVED_AFTER, DROPS, MOST_INACCURATE_M, Outcome, Position, judge
from backend.gps.fix import Fix, distance_m
from backend.gps.pace import Pace

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
HOME = (-20.7546, -42.8825)
METRE = 1 / 111_195


def fix(seconds: float = 0, north_m: float = 0, **other: float | bool | None) -> Fix:
    """`seconds` after NOW less an hour, `north_m` of home."""
    given: dict[str, float | bool | None] = {"accuracy_m": 5.0, **other}
    at = NOW - timedelta(hours=1) + timedelta(seconds=seconds)
    return Fix(at=at, latitude=HOME[0] + north_m * METRE, longitude=HOME[1], **given)  # type: ignore[arg-type]


def after(*fixes: Fix) -> tuple[Position | None, list[Outcome]]:
    position, outcomes = None, []
    for each in fixes:
        verdict = judge(position, each, NOW)
        position = verdict.position
        outcomes.append(verdict.outcome)
    return position, outcomes


@pytest.mark.parametrize(
    ("given_fix", "outcome"),
    [
        (fix(accuracy_m=MOST_INACCURATE_M + 1), "inaccurate"),
        (Fix(at=NOW, latitude=0, longitude=0), "nowhere"),
        (fix(3600 + 121), "future"),
        (fix(-7 * 86400), "too_old"),
        (fix(valid=False), "invalid"),
        (fix(mocked=True), "mocked"),
        (fix(), "moved"),
    ],
)
def test_a_first_fix(given_fix: Fix, outcome: Outcome) -> None:
    assert judge(None, given_fix, NOW).outcome == outcome


def test_a_fix_within_the_accuracies_keeps_the_place_and_renews_the_age() -> None:
    position, outcomes = after(fix(0), fix(30, north_m=9.5, battery=0.5))
    assert outcomes == ["moved", "still"]
    assert position is not None
    assert (position.latitude, position.at, position.moved_at) == (HOME[0], fix(30).at, fix(0).at)
    assert position.battery == 0.5


def test_a_fix_beyond_the_accuracies_moves() -> None:
    position, outcomes = after(fix(0), fix(30, north_m=11))
    assert outcomes[-1] == "moved"
    assert position is not None
    assert position.latitude > HOME[0]


def test_a_late_fix_goes_to_the_track_and_moves_nothing() -> None:
    position, _ = after(fix(0), fix(60, north_m=200))
    verdict = judge(position, fix(30, north_m=100), NOW)
    assert (verdict.outcome, verdict.tracked, verdict.position) == ("late", True, position)


def test_a_fix_sent_twice_is_one() -> None:
    position, _ = after(fix(0))
    verdict = judge(position, fix(0), NOW)
    assert (verdict.outcome, verdict.tracked, verdict.position) == ("repeated", False, position)


def test_nobody_drives_ten_kilometres_in_ten_seconds() -> None:
    position, outcomes = after(fix(0), fix(10, north_m=10_000))
    assert outcomes[-1] == "impossible"
    assert position is not None
    assert position.latitude == HOME[0]


def test_a_phone_that_insists_is_right() -> None:
    far = [fix(10 * n, north_m=10_000 + 20 * n) for n in range(1, BELIEVED_AFTER + 1)]
    position, outcomes = after(fix(0), *far)
    assert outcomes == ["moved", *["impossible"] * (BELIEVED_AFTER - 1), "moved"]
    assert position is not None
    assert position.latitude == far[-1].latitude


def test_wild_fixes_that_do_not_agree_are_never_right() -> None:
    _, outcomes = after(fix(0), *(fix(n, north_m=10_000 * (-1) ** n) for n in range(1, 9)))
    assert outcomes == ["moved", *["impossible"] * 8]


def test_fifty_fixes_in_a_second_are_one_point_of_the_track() -> None:
    position, tracked = None, 0
    for n in range(50):
        verdict = judge(position, fix(n / 50, north_m=n, accuracy_m=None), NOW)
        position = verdict.position
        tracked += verdict.tracked
    assert tracked == 1
    assert position is not None
    assert position.at == fix(49 / 50).at


def test_who_stands_still_is_tracked_once_a_minute() -> None:
    position, tracked = None, 0
    for n in range(0, 601, 2):
        verdict = judge(position, fix(n), NOW)
        position = verdict.position
        tracked += verdict.tracked
    assert tracked == 11


FIXES = st.lists(
    st.builds(
        fix,
        st.integers(-700_000, 4000).map(float),
        st.integers(-30_000, 30_000).map(float),
        accuracy_m=st.none() | st.integers(1, 130).map(float),
        valid=st.booleans() | st.just(True),
    ),
    max_size=30,
)


@given(FIXES)
def test_whatever_comes_time_does_not_go_back_and_only_good_fixes_are_believed(fixes: list[Fix]) -> None:
    position = None
    for each in fixes:
        verdict = judge(position, each, NOW)
        if position is not None:
            assert verdict.position is not None
            assert verdict.position.at >= position.at
        if verdict.outcome in DROPS:
            assert not verdict.tracked
            if position is not None and verdict.position is not None:
                assert (verdict.position.at, verdict.position.latitude) == (position.at, position.latitude)
        if verdict.outcome == "moved":
            assert each.valid
            assert each.accuracy_m is None or each.accuracy_m <= MOST_INACCURATE_M
        position = verdict.position


@given(FIXES)
def test_sending_everything_twice_changes_nothing(fixes: list[Fix]) -> None:
    fixes = sorted(fixes, key=lambda each: each.at)
    once, _ = after(*fixes)
    twice, _ = after(*(each for one in fixes for each in (one, one)))
    assert once == twice


@given(st.floats(-89, 89), st.floats(-179, 179), st.floats(-0.5, 0.5))
def test_distance_is_that_of_the_map(latitude: float, longitude: float, north: float) -> None:
    assert math.isclose(distance_m(latitude, longitude, latitude + north, longitude), abs(north) * 111_195, abs_tol=1)


def test_a_burst_is_taken_and_a_flood_has_to_wait() -> None:
    pace = Pace(burst=100, per_s=10)
    assert [pace.take(b"a", 1, 0.0) for _ in range(100)] == [0] * 100
    assert pace.take(b"a", 1, 0.0) == 1
    assert pace.take(b"b", 50, 0.0) == 0, "another phone has a bucket of its own"
    assert pace.take(b"a", 30, 3.0) == 0
    assert pace.take(b"a", 30, 3.0) == 3


def test_no_more_phones_are_remembered_than_that() -> None:
    pace = Pace(burst=1, per_s=0.001, remembered=2)
    assert [pace.take(phone, 1, 0.0) for phone in (b"a", b"b", b"c", b"a")] == [0, 0, 0, 0]
    assert pace.take(b"c", 1, 0.0) > 0
