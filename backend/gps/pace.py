"""How many fixes one phone may send: a burst of what it kept while offline, then a steady rate. Pure."""

from __future__ import annotations

import math
from collections import OrderedDict

BURST = 1000
"""Fixes at once: eight hours at two a minute, kept while there was no signal."""

PER_S = 20.0
REMEMBERED = 10_000
"""Phones with a bucket of their own; beyond that the one that was quiet the longest is forgotten, and full again."""


class Pace:
    """Token buckets by the digest of the phone's token."""

    def __init__(self, *, burst: int = BURST, per_s: float = PER_S, remembered: int = REMEMBERED) -> None:
        self._burst = float(burst)
        self._per_s = per_s
        self._remembered = remembered
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def take(self, phone: bytes, fixes: int, now: float) -> int:
        """Seconds to wait, 0 when these fixes may come. `now` in seconds of a clock that only goes forward."""
        left, at = self._left.pop(phone, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_s)
        wait = 0 if left >= fixes else math.ceil((fixes - left) / self._per_s)
        self._left[phone] = (left - fixes if wait == 0 else left, now)
        if len(self._left) > self._remembered:
            self._left.popitem(last=False)
        return wait
