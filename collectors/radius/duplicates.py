"""Retransmissions (RFC 5080, section 2.2.2): the same source, id and authenticator is the same request. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

KEPT_S = 30.0
MOST = 100_000
"""Some 25 MB, and twenty seconds of the target of 5,000 packets a second."""

PENDING: Final = b""


class Duplicates:
    """Requests seen within 30 s and the replies they got. `now` is a clock that never goes back, in seconds."""

    def __init__(self, *, kept_s: float = KEPT_S, most: int = MOST) -> None:
        self._kept_s = kept_s
        self._most = most
        self._seen: dict[Hashable, tuple[float, bytes]] = {}

    def __len__(self) -> int:
        return len(self._seen)

    def meet(self, request: Hashable, now: float) -> bytes | None:
        """None for a request that is new, and remembered from now on. PENDING for one that is not answered yet, which
        needs no second answer; else the reply it got."""
        self._forget(now)
        known = self._seen.get(request)
        if known is not None:
            return known[1]
        self._seen[request] = (now, PENDING)
        return None

    def answered(self, request: Hashable, reply: bytes) -> None:
        met = self._seen.get(request)
        if met is not None:
            self._seen[request] = (met[0], reply)

    def forget(self, request: Hashable) -> None:
        """It was not stored after all: the next time it is new."""
        self._seen.pop(request, None)

    def _forget(self, now: float) -> None:
        seen = self._seen
        while seen:
            oldest = next(iter(seen))
            if len(seen) < self._most and now - seen[oldest][0] < self._kept_s:
                return
            del seen[oldest]
