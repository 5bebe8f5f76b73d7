"""One fix of one phone, whatever it spoke, in SI units."""

from __future__ import annotations

import math
from datetime import datetime

import msgspec

EARTH_M = 6_371_008.8
"""The mean radius."""


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """Degrees in WGS 84, heading clockwise from north, battery from 0 to 1; None is what the phone did not say.

    `valid` is False when the phone itself doubts it, `mocked` True when an application invented it.
    """

    at: datetime
    latitude: float
    longitude: float
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    battery: float | None = None
    valid: bool = True
    mocked: bool = False


def distance_m(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Along the great circle (haversine)."""
    a, b = math.radians(latitude), math.radians(to_latitude)
    across = math.sin((b - a) / 2) ** 2
    along = math.sin(math.radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(across + math.cos(a) * math.cos(b) * along)))
