"""From two readings of a port's counters to a rate, or to the reason why there is none. Pure.

The rule, from what went wrong in Cacti, LibreNMS and RRDtool (petabit spikes after reboots): a value is given only when
both readings belong to one boot of the device and one life of the counter, over the time that was measured between
them. Never negative, never above 1.05 x capacity.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag

import msgspec

TOLERATED_EXCESS = 1.05
"""Rates up to this share of the capacity are believed: counters and clocks are a little apart."""

UPTIME_MODULUS = 2**32
"""sysUpTime counts hundredths of a second in 32 bits, so it wraps after 497 days (RFC 3418)."""

UPTIME_SLACK_S = 5.0
UPTIME_SLACK_SHARE = 0.1
"""How far sysUpTime may lag behind the measured time before it is a reboot."""

QUIET_BPS = 10_000.0
"""Under this rate a poll without any change is ordinary silence."""

LONGEST_WINDOW_S = 90.0
LONGEST_HOLD = 6
"""How long, and for how many polls, unchanged counters may be ones the device has not refreshed yet."""


class Flag(IntFlag):
    """What a stored sample says about itself, the low byte of `traffic_sample.flags`."""

    NONE = 0
    WRAPPED = 1
    """A 32-bit counter went through zero once."""
    WIDENED = 2
    """The device refreshes its counters slower than they are polled: the value spans several polls."""
    MAYBE_LOW = 4
    """A 32-bit counter could have wrapped unseen in the time between the polls."""


class Reason(IntEnum):
    """Why there is no value; stored as `reason << 8` in `traffic_sample.flags`."""

    FIRST = 1
    REBOOTED = 2
    RESET = 3
    WIDTH_CHANGED = 4
    WRAP_UNCERTAIN = 5
    OVER_CAPACITY = 6
    NOT_REFRESHED = 7
    CLOCK = 8
    MISSING = 9
    """The agent answered without this port's counters."""
    NO_ANSWER = 10


class Counters(msgspec.Struct, frozen=True, gc=False):
    """One reading of one port. `at` is monotonic seconds when the answer arrived; `width` is 32 or 64 bits.

    `uptime_ticks` is the sysUpTime of the same answer, None when the agent has none.
    """

    octets_in: int
    octets_out: int
    width: int
    uptime_ticks: int | None
    at: float


class Track(msgspec.Struct, frozen=True, gc=False):
    """What is remembered of a port between polls. `base` is the last reading in which its counters moved.

    `unchanged` polls came since; `pause` polls passed without change before the last move, and `hold` is how many such
    pauses are waited for before silence is believed. `busiest_bps` is below 0 until they moved once.
    """

    base: Counters
    busiest_bps: float = -1.0
    unchanged: int = 0
    pause: int = 0
    hold: int = 1


class Rate(msgspec.Struct, frozen=True, gc=False):
    in_bps: float
    out_bps: float
    interval_s: float
    flags: Flag


class Gap(msgspec.Struct, frozen=True, gc=False):
    """No value. `rate_bps` is what would have been claimed, only for OVER_CAPACITY."""

    reason: Reason
    rate_bps: float = 0.0


def advance(track: Track | None, now: Counters, capacity_bps: int | None) -> tuple[Track, Rate | Gap]:
    """The next track and the outcome of this poll. Capacity in bit/s, None when nobody knows it."""
    if track is None:
        return Track(now), Gap(Reason.FIRST)
    base = track.base
    elapsed = now.at - base.at
    if elapsed <= 0.0:
        return Track(now), Gap(Reason.CLOCK)
    if now.width != base.width:
        return Track(now), Gap(Reason.WIDTH_CHANGED)
    if not same_boot(base.uptime_ticks, now.uptime_ticks, elapsed):
        return Track(now), Gap(Reason.REBOOTED)

    octets_in = now.octets_in - base.octets_in
    octets_out = now.octets_out - base.octets_out
    flags = Flag.NONE
    if octets_in == 0 == octets_out:
        return _unchanged(track, now, elapsed)
    if octets_in < 0 or octets_out < 0 or now.width == 32:
        if now.width == 64:
            return Track(now), Gap(Reason.RESET)
        may_lap = capacity_bps is None or capacity_bps * elapsed / 8 >= 2**32
        if octets_in < 0 or octets_out < 0:
            if may_lap:
                return Track(now), Gap(Reason.WRAP_UNCERTAIN)
            octets_in %= 2**32
            octets_out %= 2**32
            flags = Flag.WRAPPED
        elif may_lap:
            flags = Flag.MAYBE_LOW

    in_bps = octets_in * 8 / elapsed
    out_bps = octets_out * 8 / elapsed
    busiest = max(in_bps, out_bps)
    if capacity_bps is not None and busiest > capacity_bps * TOLERATED_EXCESS:
        # A 32-bit counter that fell and now claims too much was reset; it did not wrap.
        if flags is Flag.WRAPPED:
            return Track(now), Gap(Reason.RESET)
        return Track(now), Gap(Reason.OVER_CAPACITY, busiest)
    if track.unchanged:
        if track.busiest_bps < 0.0:
            # Nobody knows how long before the first reading the device had refreshed it.
            return Track(now, busiest), Gap(Reason.NOT_REFRESHED)
        flags |= Flag.WIDENED
    pause = track.unchanged
    hold = max(1, min(pause, track.pause)) if pause else 1
    return Track(now, busiest, 0, pause, hold), Rate(in_bps, out_bps, elapsed, flags)


def _unchanged(track: Track, now: Counters, elapsed: float) -> tuple[Track, Rate | Gap]:
    """Silence, or a device that has not refreshed its counters yet: 0 now and double the truth later.

    As long as it may be the second the window stays open, so the move that ends it is spread over all of it.
    """
    base, unchanged = track.base, track.unchanged + 1
    if 0.0 <= track.busiest_bps < QUIET_BPS or elapsed > LONGEST_WINDOW_S or unchanged > LONGEST_HOLD:
        return Track(now, 0.0), Rate(0.0, 0.0, elapsed, Flag.NONE)
    kept = Track(base, track.busiest_bps, unchanged, track.pause, track.hold)
    if unchanged <= track.hold:
        return kept, Gap(Reason.NOT_REFRESHED)
    return kept, Rate(0.0, 0.0, elapsed, Flag.NONE)


def same_boot(before_ticks: int | None, now_ticks: int | None, elapsed_s: float) -> bool:
    """Whether sysUpTime moved with the measured time. A clock that is absent or stands still proves nothing."""
    if before_ticks is None or now_ticks is None or before_ticks == now_ticks:
        return True
    slack_s = UPTIME_SLACK_S + UPTIME_SLACK_SHARE * elapsed_s
    if now_ticks > before_ticks:
        return (now_ticks - before_ticks) / 100 > elapsed_s - slack_s
    wrapped_s = (now_ticks + UPTIME_MODULUS - before_ticks) / 100
    return abs(wrapped_s - elapsed_s) <= slack_s
