"""What is believed of a fix, given where the technician was. Pure; instants and positions are passed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, get_args

import msgspec

from backend.gps.fix import Fix, distance_m

MOST_INACCURATE_M = 100.0
AHEAD = timedelta(minutes=2)
"""How far a phone's clock may be ahead of ours."""

BEHIND = timedelta(days=7)
"""How old a fix may be that a phone kept while it was without a signal."""

FASTEST_MPS = 70.0
"""252 km/h: nobody drives to an order faster."""

BELIEVED_AFTER = 3
"""So many fixes in a row that agree with each other, and not with us, are right: the phone was off for a while."""

TRACKED_EVERY = timedelta(seconds=1)
STILL_EVERY = timedelta(minutes=1)

Drop = Literal[
    "malformed", "invalid", "mocked", "nowhere", "inaccurate", "future", "too_old", "impossible", "too_fast", "revoked"
]
"""Why a fix was not believed, or a request not taken (`malformed`, `too_fast` for too many at once, `revoked`)."""

DROPS: tuple[Drop, ...] = get_args(Drop)

Believed = Literal["moved", "still", "late", "repeated"]
Outcome = Believed | Drop


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """As `db.models.TechnicianPosition`, whose docstring says what each field is."""

    at: datetime
    latitude: float
    longitude: float
    accuracy_m: float | None
    speed_mps: float | None
    heading_deg: float | None
    battery: float | None
    moved_at: datetime
    tracked_at: datetime
    suspects: int = 0
    suspect_at: datetime | None = None
    suspect_latitude: float | None = None
    suspect_longitude: float | None = None


class Verdict(msgspec.Struct, frozen=True):
    """`position` afterwards, None while nothing was ever believed. `tracked`: the fix belongs into the track."""

    outcome: Outcome
    position: Position | None
    tracked: bool = False


def judge(position: Position | None, fix: Fix, now: datetime) -> Verdict:
    doubt = _doubt(fix, now)
    if doubt is not None:
        return Verdict(doubt, position)
    if position is None:
        return _moved(fix)
    if fix.at <= position.at:
        return Verdict("repeated" if fix.at == position.at else "late", position, tracked=fix.at < position.at)
    if _reachable(position.at, position.latitude, position.longitude, position.accuracy_m, fix):
        return _near(position, fix)
    if fix.at == position.suspect_at:
        return Verdict("impossible", position)
    if _agrees_with_suspect(position, fix):
        if position.suspects + 1 >= BELIEVED_AFTER:
            return _moved(fix)
        return Verdict("impossible", _suspected(position, fix, position.suspects + 1))
    return Verdict("impossible", _suspected(position, fix, 1))


def _doubt(fix: Fix, now: datetime) -> Drop | None:
    """What is wrong with the fix by itself."""
    if not fix.valid:
        return "invalid"
    if fix.mocked:
        return "mocked"
    if fix.latitude == 0 and fix.longitude == 0:
        return "nowhere"
    if fix.accuracy_m is not None and fix.accuracy_m > MOST_INACCURATE_M:
        return "inaccurate"
    if fix.at > now + AHEAD:
        return "future"
    if fix.at < now - BEHIND:
        return "too_old"
    return None


def _reachable(at: datetime, latitude: float, longitude: float, accuracy_m: float | None, fix: Fix) -> bool:
    apart = distance_m(latitude, longitude, fix.latitude, fix.longitude) - (accuracy_m or 0) - (fix.accuracy_m or 0)
    return apart <= FASTEST_MPS * max(0.0, (fix.at - at).total_seconds())


def _agrees_with_suspect(position: Position, fix: Fix) -> bool:
    at, latitude, longitude = position.suspect_at, position.suspect_latitude, position.suspect_longitude
    if at is None or latitude is None or longitude is None or fix.at <= at:
        return False
    return _reachable(at, latitude, longitude, fix.accuracy_m, fix)


def _suspected(position: Position, fix: Fix, suspects: int) -> Position:
    return msgspec.structs.replace(
        position,
        suspects=suspects,
        suspect_at=fix.at,
        suspect_latitude=fix.latitude,
        suspect_longitude=fix.longitude,
    )


def _near(position: Position, fix: Fix) -> Verdict:
    """A move, or the same place seen again within the accuracy of both."""
    apart = distance_m(position.latitude, position.longitude, fix.latitude, fix.longitude)
    if apart > (position.accuracy_m or 0) + (fix.accuracy_m or 0):
        tracked = fix.at - position.tracked_at >= TRACKED_EVERY
        return _moved(fix, tracked_at=fix.at if tracked else position.tracked_at, heading=position.heading_deg)
    tracked = fix.at - position.tracked_at >= STILL_EVERY
    still = Position(
        at=fix.at,
        latitude=position.latitude,
        longitude=position.longitude,
        accuracy_m=position.accuracy_m,
        speed_mps=fix.speed_mps,
        heading_deg=position.heading_deg if fix.heading_deg is None else fix.heading_deg,
        battery=position.battery if fix.battery is None else fix.battery,
        moved_at=position.moved_at,
        tracked_at=fix.at if tracked else position.tracked_at,
    )
    return Verdict("still", still, tracked=tracked)


def _moved(fix: Fix, *, tracked_at: datetime | None = None, heading: float | None = None) -> Verdict:
    tracked_at = tracked_at or fix.at
    moved = Position(
        at=fix.at,
        latitude=fix.latitude,
        longitude=fix.longitude,
        accuracy_m=fix.accuracy_m,
        speed_mps=fix.speed_mps,
        heading_deg=heading if fix.heading_deg is None else fix.heading_deg,
        battery=fix.battery,
        moved_at=fix.at,
        tracked_at=tracked_at,
    )
    return Verdict("moved", moved, tracked=tracked_at == fix.at)
