"""How long to wait before asking again what failed: full jitter, growing. Pure; the randomness is passed in."""

from __future__ import annotations

import random


class Backoff:
    """Seconds from 0 to a ceiling that doubles from `first_s` to `longest_s`, back to the start after a success."""

    def __init__(self, rng: random.Random, *, first_s: float = 1.0, longest_s: float = 30.0) -> None:
        self.failures = 0
        self._rng = rng
        self._first_s = first_s
        self._longest_s = longest_s

    def next_s(self) -> float:
        """The wait after one more failure. Never under a fifth of the ceiling: jitter must not become a hurry."""
        ceiling = min(self._longest_s, self._first_s * 2.0 ** min(self.failures, 20))
        self.failures += 1
        return self._rng.uniform(ceiling / 5, ceiling)

    def succeeded(self) -> None:
        self.failures = 0
