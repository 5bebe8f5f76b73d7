"""Numbers and instants as phones write them. Pure; raises Unreadable with the field and a sentence."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
SECONDS_UNTIL = 2**31 - 1
"""A larger integer is milliseconds, as Traccar reads it."""

_MISSING = (None, "")


class Unreadable(Exception):
    """Not a position report. `field` names what is wrong, `detail` says it, `token` is whose it is, if known."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail
        self.token: str | None = None


def number(field: str, value: Any) -> float | None:
    """A finite number, None when it is absent."""
    if value in _MISSING:
        return None
    try:
        read = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError, OverflowError):
        read = math.nan
    if not math.isfinite(read):
        raise Unreadable(field, "must be a number")
    return read


def degrees(field: str, value: Any, limit: float) -> float:
    read = number(field, value)
    if read is None:
        raise Unreadable(field, "is missing")
    if not -limit <= read <= limit:
        raise Unreadable(field, f"must be from -{limit:g} to {limit:g} degrees")
    return read


def positive(field: str, value: Any, factor: float = 1.0) -> float | None:
    """A measure in another unit; phones write -1 (and Traccar's 0 for accuracy) for what they do not know."""
    read = number(field, value)
    return None if read is None or read < 0 else read * factor


def heading(field: str, value: Any) -> float | None:
    read = number(field, value)
    return None if read is None or read < 0 else read % 360


def share(field: str, value: Any, whole: float) -> float | None:
    """A part of `whole`, from 0 to 1."""
    read = number(field, value)
    return None if read is None or not 0 <= read <= whole else read / whole


def instant(field: str, value: Any, now: datetime) -> datetime:
    """Epoch seconds or milliseconds, ISO 8601, or `yyyy-MM-dd HH:mm:ss`, UTC unless it says; `now` when absent."""
    if value in _MISSING:
        return now
    try:
        epoch = number(field, value)
    except Unreadable:
        epoch = None
    try:
        if epoch is not None:
            read = datetime.fromtimestamp(epoch / 1000 if epoch > SECONDS_UNTIL else epoch, UTC)
        else:
            read = datetime.fromisoformat(str(value))
            read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable(field, "must be epoch seconds or milliseconds, or an ISO 8601 instant") from error
    if read < EARLIEST:
        raise Unreadable(field, "must be after the year 2000")
    return read
