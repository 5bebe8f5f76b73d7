"""The rate of a port as a curve of the clock, with its integral in closed form. Pure.

A counter is the integral of its rate, so its value at an instant depends on the instant alone: an agent that restarts
goes on where it was, and samples computed for the past meet the polls of the present without a step.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

DayName = Literal["home", "office", "steady"]

EPOCH_S = datetime(2026, 1, 1, 3, tzinfo=UTC).timestamp()
"""Midnight in São Paulo, which keeps UTC-3 all year since 2019. Times on a curve are seconds since then."""

DAY_S = 86_400.0
HARMONICS = 5


class Daily:
    """A rhythm of the day with mean 1, as a Fourier series of 24 hourly levels (local time)."""

    def __init__(self, hourly: Sequence[float]) -> None:
        mean = sum(hourly) / 24
        self._terms: list[tuple[float, float, float]] = []
        for n in range(1, HARMONICS + 1):
            turn = 2 * math.pi * n / 24
            a = sum(level / mean * math.cos(turn * (hour + 0.5)) for hour, level in enumerate(hourly)) / 12
            b = sum(level / mean * math.sin(turn * (hour + 0.5)) for hour, level in enumerate(hourly)) / 12
            self._terms.append((2 * math.pi * n / DAY_S, a, b))

    def level(self, at: float) -> float:
        return 1.0 + sum(a * math.cos(w * at) + b * math.sin(w * at) for w, a, b in self._terms)

    def integral(self, at: float) -> float:
        """Of `level`, from 0."""
        return at + sum((a * math.sin(w * at) + b * (1.0 - math.cos(w * at))) / w for w, a, b in self._terms)


DAYS: dict[DayName, Daily] = {
    "home": Daily(
        (0.72, 0.50, 0.36, 0.28, 0.25, 0.27, 0.36, 0.52, 0.68, 0.80, 0.88, 0.94,
         1.02, 1.04, 1.02, 1.03, 1.08, 1.18, 1.34, 1.52, 1.68, 1.75, 1.58, 1.15)
    ),
    "office": Daily(
        (0.30, 0.28, 0.27, 0.27, 0.27, 0.29, 0.36, 0.70, 1.40, 1.85, 1.95, 1.80,
         1.35, 1.55, 1.90, 1.90, 1.80, 1.45, 0.90, 0.62, 0.52, 0.45, 0.40, 0.34)
    ),
    "steady": Daily((0.95,) * 7 + (1.0,) * 11 + (1.05, 1.08, 1.10, 1.10, 1.06, 1.0)),
}  # fmt: skip


@dataclass(frozen=True)
class Surge:
    """Once an hour the rate rises by `bps` and falls again, from `start_s` to `start_s + length_s` of the hour."""

    bps: float
    start_s: float
    length_s: float

    def rate(self, at: float) -> float:
        into = at % 3600.0 - self.start_s
        return self.bps * _hump(into / self.length_s) if 0.0 < into < self.length_s else 0.0

    def integral(self, at: float) -> float:
        hours, rest = divmod(at, 3600.0)
        part = min(max((rest - self.start_s) / self.length_s, 0.0), 1.0)
        risen = part / 2 - math.sin(2 * math.pi * part) / (4 * math.pi)
        return self.bps * self.length_s * (hours / 2 + risen)


def _hump(part: float) -> float:
    return (1.0 - math.cos(2 * math.pi * part)) / 2


RIPPLES = (((1400.0, 3100.0), 0.05), ((260.0, 620.0), 0.035), ((55.0, 130.0), 0.025))
"""Slow, middling and quick unrest: the range of periods in seconds, and the amplitude as a share of the mean."""

WAVES_PER_RIPPLE = 9


def _waves() -> tuple[tuple[float, float, float], ...]:
    """(amplitude, angular frequency in 1/s, phase) of every wave, those of one kind of ripple together."""
    rng = random.Random("waves")
    return tuple(
        (share, 2 * math.pi / rng.uniform(*periods), rng.uniform(0, 2 * math.pi))
        for periods, share in RIPPLES
        for _ in range(WAVES_PER_RIPPLE)
    )


WAVES = _waves()
"""Each curve takes one wave of each kind: so few for all ports that an instant is worked out once for all of them."""


class Instant:
    """The integrals, from 0 to `at`, of all that curves are made of."""

    __slots__ = ("at", "days", "waves")

    def __init__(self, at: float) -> None:
        self.at = at
        self.days = {name: day.integral(at) for name, day in DAYS.items()}
        self.waves = [share / w * (math.cos(phase) - math.cos(w * at + phase)) for share, w, phase in WAVES]


class Span:
    """What happened between two instants, later and earlier."""

    __slots__ = ("days", "earlier", "later", "seconds", "waves")

    def __init__(self, earlier: Instant, later: Instant) -> None:
        self.earlier, self.later = earlier.at, later.at
        self.seconds = later.at - earlier.at
        self.days = {name: whole - earlier.days[name] for name, whole in later.days.items()}
        self.waves = [now - then for now, then in zip(later.waves, earlier.waves, strict=True)]


@dataclass(frozen=True, slots=True)
class Curve:
    """One direction of one port, in bit/s. `ripples` are the places in WAVES of its slow, middling and quick unrest."""

    mean_bps: float
    day: DayName
    ripples: tuple[int, int, int]
    surge: Surge | None = None

    def bps(self, at: float) -> float:
        """The rate at that instant, never negative: the ripples are smaller than the quietest hour."""
        unrest = sum(share * math.sin(w * at + phase) for share, w, phase in map(WAVES.__getitem__, self.ripples))
        return self.mean_bps * (DAYS[self.day].level(at) + unrest) + (self.surge.rate(at) if self.surge else 0.0)

    def octets(self, instant: Instant) -> float:
        """What has passed since 0."""
        slow, middling, quick = self.ripples
        waves = instant.waves
        bits = self.mean_bps * (instant.days[self.day] + waves[slow] + waves[middling] + waves[quick])
        return (bits + self.surge.integral(instant.at) if self.surge else bits) / 8

    def mean_over(self, span: Span) -> float:
        """The mean rate: what two readings of the counter give."""
        slow, middling, quick = self.ripples
        waves = span.waves
        bits = self.mean_bps * (span.days[self.day] + waves[slow] + waves[middling] + waves[quick])
        if self.surge:
            bits += self.surge.integral(span.later) - self.surge.integral(span.earlier)
        return bits / span.seconds


def curve(name: str, mean_bps: float, day: DayName, surge: Surge | None = None) -> Curve:
    """The curve of that name: its ripples are drawn from the name, so they are the same everywhere and always."""
    rng = random.Random(name)
    slow, middling, quick = (
        rng.randrange(kind * WAVES_PER_RIPPLE, (kind + 1) * WAVES_PER_RIPPLE) for kind in range(len(RIPPLES))
    )
    return Curve(mean_bps, day, (slow, middling, quick), surge)


def on_curve(epoch_s: float) -> float:
    """Seconds of the Unix clock as seconds of the curves."""
    return epoch_s - EPOCH_S
