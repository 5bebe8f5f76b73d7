"""The stage machine: what may follow what, and what any sequence of moves leaves true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.orders.stages import ENDS, NEXT, WITH_CREW, Refused, Standing, Step, advance
from realtime.facts import OrderStage

T0 = datetime(2026, 11, 24, 11, tzinfo=UTC)
LATER = T0 + timedelta(hours=9)
WINDOW: dict[str, Any] = {"scheduled_from": T0 + timedelta(hours=2), "scheduled_until": T0 + timedelta(hours=4)}
OPEN = Standing(stage="open", since=T0, moved_at=T0)
SCHEDULED = replace(OPEN, stage="scheduled", team_id=1, technician_id=11, **WINDOW)


def step(to: OrderStage, at: datetime = T0, **asked: Any) -> Step:
    return Step(to=to, at=at, **asked)


def refusal(standing: Standing, asked: Step, now: datetime = LATER) -> Refused:
    with pytest.raises(Refused) as caught:
        advance(standing, asked, now=now)
    return caught.value


def test_a_good_day_leaves_each_instant_where_it_happened() -> None:
    order, at = OPEN, T0
    plan = {"team_id": 1, "technician_id": 11, "technician_team_id": 1, **WINDOW}
    days: list[tuple[OrderStage, dict[str, Any]]] = [
        ("scheduled", plan),
        ("en_route", {}),
        ("arrived", {}),
        ("started", {}),
        ("paused", {}),
        ("started", {}),
        ("done", {"resolution": " Conector trocado. "}),
    ]
    instants: dict[str, datetime] = {}
    for stage, asked in days:
        at += timedelta(minutes=10)
        instants.setdefault(stage, at)
        order = advance(order, step(stage, at, **asked), now=LATER)
    assert (order.en_route_at, order.arrived_at, order.started_at) == (
        instants["en_route"],
        instants["arrived"],
        instants["started"],
    )
    assert (order.stage, order.ended_at, order.resolution, order.version) == ("done", at, "Conector trocado.", 7)


def test_a_phone_without_signal_may_leave_steps_out() -> None:
    order = advance(SCHEDULED, step("started"), now=LATER)
    assert (order.en_route_at, order.arrived_at, order.started_at) == (None, T0, T0)


def test_a_failed_order_gets_another_attempt() -> None:
    tried = advance(advance(SCHEDULED, step("arrived"), now=LATER), step("failed", reason_id=1), now=LATER)
    again = advance(tried, step("scheduled"), now=LATER)
    assert (again.team_id, again.arrived_at, again.ended_at, again.reason_id) == (1, None, None, None)
    assert refusal(tried, step("scheduled", T0 + timedelta(hours=5))).why == "window_over"
    opened = advance(tried, step("open"), now=LATER)
    assert (opened.team_id, opened.technician_id, opened.scheduled_until) == (None, None, None)


@pytest.mark.parametrize("stage", ["done", "cancelled"])
@pytest.mark.parametrize("to", get_args(OrderStage))
def test_what_is_final_stays(stage: OrderStage, to: OrderStage) -> None:
    final = replace(SCHEDULED, stage=stage, ended_at=T0)
    assert refusal(final, step(to, resolution="x", reason_id=1)).clash


@pytest.mark.parametrize(
    ("standing", "asked", "why", "field"),
    [
        (OPEN, step("done", resolution="x"), "no_such_move", "to"),
        (OPEN, step("scheduled", **WINDOW), "needs_team_and_time", "team_id"),
        (OPEN, step("scheduled", team_id=1), "needs_team_and_time", "scheduled_from"),
        (OPEN, step("scheduled", team_id=1, scheduled_from=T0), "needs_team_and_time", "scheduled_until"),
        (
            OPEN,
            step("scheduled", team_id=1, scheduled_from=WINDOW["scheduled_until"], scheduled_until=T0),
            "window_reversed",
            "scheduled_until",
        ),
        (
            OPEN,
            step("scheduled", team_id=1, scheduled_from=T0, scheduled_until=T0 + timedelta(hours=25)),
            "window_too_long",
            "scheduled_until",
        ),
        (
            OPEN,
            step(
                "scheduled",
                team_id=1,
                scheduled_from=T0 + timedelta(days=400),
                scheduled_until=T0 + timedelta(days=400, hours=1),
            ),
            "window_too_far",
            "scheduled_from",
        ),
        (
            OPEN,
            step("scheduled", team_id=1, scheduled_from=T0 - timedelta(hours=2), scheduled_until=T0),
            "window_over",
            "scheduled_until",
        ),
        (
            OPEN,
            step("scheduled", team_id=1, technician_id=21, technician_team_id=2, **WINDOW),
            "technician_of_another_team",
            "technician_id",
        ),
        (SCHEDULED, step("scheduled", technician_id=21), "technician_of_another_team", "technician_id"),
        (SCHEDULED, step("scheduled"), "nothing_changes", "to"),
        (SCHEDULED, step("en_route", T0 - timedelta(seconds=1)), "before_the_last", "at"),
        (SCHEDULED, step("en_route", LATER + timedelta(minutes=2)), "from_the_future", "at"),
        (SCHEDULED, step("failed"), "needs_reason", "reason"),
        (SCHEDULED, step("cancelled"), "needs_reason", "reason"),
        (replace(SCHEDULED, stage="started"), step("done", resolution="  "), "needs_resolution", "resolution"),
    ],
)
def test_a_move_that_breaks_a_guard_is_refused_in_words(standing: Standing, asked: Step, why: str, field: str) -> None:
    refused = refusal(standing, asked)
    assert (refused.why, refused.field) == (why, field)
    assert refused.sentence.endswith((".", "Z.", "?"))


def test_a_clock_a_little_ahead_counts_as_now() -> None:
    assert advance(SCHEDULED, step("en_route", LATER + timedelta(seconds=40)), now=LATER).en_route_at == LATER


def test_another_team_takes_an_order_without_the_technician_of_the_first() -> None:
    moved = advance(SCHEDULED, step("scheduled", team_id=2), now=LATER)
    assert (moved.team_id, moved.technician_id, moved.since) == (2, None, SCHEDULED.since)


def test_another_time_keeps_the_team() -> None:
    window = {"scheduled_from": T0 + timedelta(days=1), "scheduled_until": T0 + timedelta(days=1, hours=2)}
    moved = advance(SCHEDULED, step("scheduled", **window), now=LATER)
    assert (moved.team_id, moved.technician_id, moved.scheduled_from) == (1, 11, window["scheduled_from"])


TEAMS = {None: None, 1: (11, 12), 2: (21,)}
STEPS = st.builds(
    lambda to, ahead, team, technician, window, words, reason: (to, ahead, team, technician, window, words, reason),
    st.sampled_from(get_args(OrderStage)),
    st.integers(-30, 60),
    st.sampled_from((None, None, 1, 2)),
    st.sampled_from((None, None, 11, 12, 21)),
    st.none() | st.tuples(st.integers(-120, 600), st.integers(-10, 240)),
    st.sampled_from(("", "Feito.")),
    st.sampled_from((None, 7)),
)


@given(st.lists(STEPS, max_size=60))
def test_whatever_is_asked_an_order_stays_whole(asked: list[Any]) -> None:
    """Over any sequence: what is refused changes nothing, and what is not keeps every rule of the table."""
    order, now = OPEN, T0
    for to, ahead, team, technician, window, words, reason in asked:
        now += timedelta(minutes=3)
        starts, ends = (
            (None, None)
            if window is None
            else (now + timedelta(minutes=window[0]), now + timedelta(minutes=sum(window)))
        )
        wanted = Step(
            to=to,
            at=now - timedelta(minutes=ahead / 10),
            team_id=team,
            technician_id=technician,
            technician_team_id=None if technician is None else technician // 10,
            scheduled_from=starts,
            scheduled_until=ends,
            resolution=words,
            reason_id=reason,
        )
        try:
            after = advance(order, wanted, now=now)
        except Refused:
            continue
        assert after.stage == order.stage or after.stage in NEXT[order.stage]
        assert order.stage not in ("done", "cancelled")
        assert after.version == order.version + 1
        assert order.moved_at <= after.moved_at <= now
        assert after.since == (order.since if after.stage == order.stage else after.moved_at)
        assert (after.stage in ENDS) == (after.ended_at is not None)
        assert after.stage not in WITH_CREW or (after.team_id is not None and after.scheduled_until is not None)
        assert after.technician_id is None or after.technician_id in (TEAMS[after.team_id] or ())
        assert (after.scheduled_from is None) == (after.scheduled_until is None)
        assert after.scheduled_from is None or after.scheduled_from < (after.scheduled_until or now)
        assert after.stage != "done" or after.resolution
        assert after.stage not in ("failed", "cancelled") or after.reason_id is not None
        instants = [i for i in (after.en_route_at, after.arrived_at, after.started_at, after.ended_at) if i]
        assert instants == sorted(instants)
        order = after
