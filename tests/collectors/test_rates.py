from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from collectors.rates import (
    LONGEST_WINDOW_S,
    TOLERATED_EXCESS,
    Counters,
    Flag,
    Gap,
    Rate,
    Reason,
    Track,
    advance,
    same_boot,
)

GIGABIT = 1_000_000_000


def reading(
    octets_in: int, octets_out: int, at: float, *, width: int = 64, uptime_ticks: int | None = None
) -> Counters:
    ticks = int(at * 100) % 2**32 if uptime_ticks is None else uptime_ticks
    return Counters(octets_in, octets_out, width, ticks, at)


def outcomes(*readings: Counters, capacity: int | None = GIGABIT) -> list[Rate | Gap]:
    track: Track | None = None
    told = []
    for now in readings:
        track, outcome = advance(track, now, capacity)
        told.append(outcome)
    return told


def test_the_first_reading_gives_no_rate() -> None:
    assert outcomes(reading(5, 5, 10.0)) == [Gap(Reason.FIRST)]


def test_the_measured_time_counts_not_the_interval_that_was_meant() -> None:
    _, rate = outcomes(reading(0, 0, 100.0), reading(12_500_000, 1_250_000, 112.5))
    assert rate == Rate(8_000_000.0, 800_000.0, 12.5, Flag.NONE)


def test_a_reboot_is_a_gap_and_the_counters_after_it_count_from_there() -> None:
    told = outcomes(
        reading(10**15, 10**15, 1_000.0),
        reading(500, 500, 1_060.0, uptime_ticks=3_000),
        reading(500 + 75_000, 500, 1_120.0, uptime_ticks=9_000),
    )
    assert told[1] == Gap(Reason.REBOOTED)
    assert told[2] == Rate(10_000.0, 0.0, 60.0, Flag.NONE)


def test_a_reboot_is_seen_when_uptime_grew_but_less_than_the_time_that_passed() -> None:
    told = outcomes(reading(10, 10, 1_000.0, uptime_ticks=1_000), reading(20, 20, 1_060.0, uptime_ticks=2_000))
    assert told[1] == Gap(Reason.REBOOTED)


def test_uptime_that_wraps_after_497_days_is_not_a_reboot() -> None:
    told = outcomes(reading(0, 0, 1_000.0, uptime_ticks=2**32 - 3_000), reading(75_000, 0, 1_060.0, uptime_ticks=3_000))
    assert told[1] == Rate(10_000.0, 0.0, 60.0, Flag.NONE)


def test_a_64_bit_counter_that_falls_was_reset_and_is_seeded_anew() -> None:
    told = outcomes(reading(10**12, 0, 0.0), reading(7, 0, 60.0), reading(7 + 75_000, 0, 120.0))
    assert told[1:] == [Gap(Reason.RESET), Rate(10_000.0, 0.0, 60.0, Flag.NONE)]


def test_a_32_bit_counter_may_wrap_once_under_the_capacity() -> None:
    told = outcomes(reading(2**32 - 1_000, 5, 0.0, width=32), reading(249_000, 5, 10.0, width=32))
    assert told[1] == Rate(200_000.0, 0.0, 10.0, Flag.WRAPPED)


def test_a_32_bit_fall_that_would_be_above_the_capacity_was_a_reset() -> None:
    told = outcomes(reading(10**9, 5, 0.0, width=32), reading(10, 5, 10.0, width=32))
    assert told[1] == Gap(Reason.RESET)


@pytest.mark.parametrize("capacity", [None, 10 * GIGABIT])
def test_a_32_bit_fall_means_nothing_when_the_counter_could_have_lapped(capacity: int | None) -> None:
    told = outcomes(reading(10**9, 5, 0.0, width=32), reading(10, 5, 60.0, width=32), capacity=capacity)
    assert told[1] == Gap(Reason.WRAP_UNCERTAIN)


def test_a_32_bit_rise_says_so_when_the_counter_could_have_lapped() -> None:
    told = outcomes(reading(0, 0, 0.0, width=32), reading(75_000, 0, 60.0, width=32))
    assert told[1] == Rate(10_000.0, 0.0, 60.0, Flag.MAYBE_LOW)


def test_a_change_of_width_starts_again() -> None:
    told = outcomes(reading(10**6, 0, 0.0, width=32), reading(10**12, 0, 60.0))
    assert told[1] == Gap(Reason.WIDTH_CHANGED)


def test_above_the_capacity_there_is_no_value_but_the_claim_is_told() -> None:
    told = outcomes(reading(0, 0, 0.0), reading(2 * GIGABIT, 0, 10.0))
    assert told[1] == Gap(Reason.OVER_CAPACITY, 1.6e9)


def test_time_that_stands_still_gives_nothing() -> None:
    assert outcomes(reading(0, 0, 5.0), reading(10, 10, 5.0))[1] == Gap(Reason.CLOCK)


def slow_device(*, bps: int, refresh_s: int, poll_s: int, until_s: int) -> list[Counters]:
    """Polls of a device that copies its counters to the agent only every `refresh_s`."""
    return [reading(bps // 8 * (t // refresh_s * refresh_s), 0, float(t)) for t in range(0, until_s, poll_s)]


@pytest.mark.parametrize("refresh_s", [20, 30, 40])
def test_counters_refreshed_slower_than_polled_never_show_a_multiple_of_the_rate(refresh_s: int) -> None:
    told = outcomes(*slow_device(bps=80_000_000, refresh_s=refresh_s, poll_s=10, until_s=600))
    rates = [outcome.in_bps for outcome in told if isinstance(outcome, Rate)]
    assert all(rate in (0.0, pytest.approx(80_000_000)) for rate in rates)
    settled = [
        outcome for outcome in told[20:] if not (isinstance(outcome, Gap) and outcome.reason is Reason.NOT_REFRESHED)
    ]
    assert settled
    assert all(
        isinstance(o, Rate) and o.in_bps == pytest.approx(80_000_000) and o.flags & Flag.WIDENED for o in settled
    )


def test_a_cut_link_shows_zero_after_one_poll_of_doubt() -> None:
    busy = [reading(10**7 * n, 0, 10.0 * n) for n in range(4)]
    cut = [reading(3 * 10**7, 0, 10.0 * n) for n in range(4, 30)]
    told = outcomes(*busy, *cut)
    assert told[4] == Gap(Reason.NOT_REFRESHED)
    assert all(isinstance(outcome, Rate) and outcome.in_bps == 0.0 for outcome in told[5:])


def test_traffic_that_comes_back_after_a_long_silence_is_not_thinned_by_it() -> None:
    silent_for = int(LONGEST_WINDOW_S) * 2
    told = outcomes(
        *[reading(10**7 * n, 0, 10.0 * n) for n in range(4)],
        *[reading(3 * 10**7, 0, 30.0 + t) for t in range(10, silent_for, 10)],
        reading(4 * 10**7, 0, 30.0 + silent_for),
    )
    last = told[-1]
    assert isinstance(last, Rate)
    assert last.in_bps == pytest.approx(8_000_000)


def test_a_quiet_port_shows_zero_at_once() -> None:
    told = outcomes(reading(0, 0, 0.0), reading(1_000, 0, 10.0), reading(1_000, 0, 20.0))
    assert told[2] == Rate(0.0, 0.0, 10.0, Flag.NONE)


counters = st.builds(
    Counters,
    octets_in=st.integers(0, 2**64 - 1),
    octets_out=st.integers(0, 2**64 - 1),
    width=st.just(64),
    uptime_ticks=st.none() | st.integers(0, 2**32 - 1),
    at=st.floats(0, 1e7),
) | st.builds(
    Counters,
    octets_in=st.integers(0, 2**32 - 1),
    octets_out=st.integers(0, 2**32 - 1),
    width=st.just(32),
    uptime_ticks=st.none() | st.integers(0, 2**32 - 1),
    at=st.floats(0, 1e7),
)


@given(st.lists(counters, min_size=2, max_size=12), st.integers(1, 400 * GIGABIT))
def test_whatever_an_agent_says_no_rate_is_negative_or_above_the_capacity(
    readings: list[Counters], capacity: int
) -> None:
    for outcome in outcomes(*readings, capacity=capacity):
        if isinstance(outcome, Rate):
            assert 0.0 <= outcome.in_bps <= capacity * TOLERATED_EXCESS
            assert 0.0 <= outcome.out_bps <= capacity * TOLERATED_EXCESS
            assert outcome.interval_s > 0.0


@given(st.lists(counters, min_size=2, max_size=12))
def test_without_a_known_capacity_no_rate_is_negative(readings: list[Counters]) -> None:
    for outcome in outcomes(*readings, capacity=None):
        assert isinstance(outcome, Gap) or (outcome.in_bps >= 0.0 and outcome.out_bps >= 0.0)


steps = st.lists(
    st.tuples(st.floats(1.0, 30.0), st.integers(1_000_000, 40_000_000), st.integers(1_000_000, 40_000_000)),
    min_size=2,
    max_size=30,
)


@given(steps, st.integers(0, 2**32 - 1), st.sampled_from([32, 64]))
@example([(30.0, 40_000_000, 40_000_000)] * 20, 2**32 - 1, 32)
def test_octets_are_neither_lost_nor_invented_while_a_device_stays_up(
    moves: list[tuple[float, int, int]], seed: int, width: int
) -> None:
    """The sum of rate x time is what the counters moved, through any number of wraps."""
    at, octets_in, octets_out = 10.0, seed, seed
    readings = [reading(octets_in % 2**width, octets_out % 2**width, at, width=width)]
    for seconds, more_in, more_out in moves:
        at += seconds
        octets_in, octets_out = octets_in + more_in, octets_out + more_out
        readings.append(reading(octets_in % 2**width, octets_out % 2**width, at, width=width))
    told = outcomes(*readings)[1:]
    rates = [outcome for outcome in told if isinstance(outcome, Rate)]
    assert len(rates) == len(told)
    assert sum(rate.in_bps * rate.interval_s / 8 for rate in rates) == pytest.approx(octets_in - seed)
    assert sum(rate.out_bps * rate.interval_s / 8 for rate in rates) == pytest.approx(octets_out - seed)


@given(st.integers(0, 2**32 - 1), st.floats(1.0, 86_400.0), st.floats(-4.0, 4.0))
def test_uptime_that_moves_with_the_clock_is_the_same_boot_wherever_it_wraps(
    start: int, elapsed: float, jitter: float
) -> None:
    assume(elapsed + jitter > 0)
    assert same_boot(start, (start + round((elapsed + jitter) * 100)) % 2**32, elapsed)


@given(st.integers(60_000, 2**31), st.floats(15.0, 300.0), st.floats(0.0, 0.5))
def test_uptime_that_starts_again_within_the_interval_is_another_boot(
    before: int, elapsed: float, share: float
) -> None:
    assert not same_boot(before, round(elapsed * share * 100), elapsed)
