"""What silence says about a session. Pure.

NAS send interims every minute or every hour, and some send none: the interval is observed, never assumed. daloRADIUS'
fixed 90 s would end every session of a NAS that reports every five minutes.
"""

from __future__ import annotations

from typing import Literal

MISSED = 3
GRACE_S = 60.0
LOST_AFTER_S = 6 * 3600.0
"""A session stays unknown this long before it is given up: a cut fibre comes back with the sessions of before."""

WITHOUT_INTERIMS_S = 24 * 3600.0
"""For a NAS that was never seen to send a second packet about a session that lives."""

Belief = Literal["online", "unknown", "lost"]


def unknown_after_s(interim_s: float | None, of_nas_s: float | None) -> float:
    """Seconds of silence that interims explain. `of_nas_s` is what other sessions of the NAS show."""
    interval = interim_s or of_nas_s
    return WITHOUT_INTERIMS_S if interval is None else MISSED * interval + GRACE_S


def belief(silent_s: float, interim_s: float | None, of_nas_s: float | None) -> Belief:
    limit = unknown_after_s(interim_s, of_nas_s)
    if silent_s <= limit:
        return "online"
    return "unknown" if silent_s <= limit + LOST_AFTER_S else "lost"
