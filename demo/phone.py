"""One simulated phone: where it is, where it drives, and what it sends. Pure; time and randomness are passed in."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from demo.streets import DEGREE_M, Point, Town, nearest, route

Dialect = Literal["osmand", "traccar", "owntracks"]
DIALECTS: tuple[Dialect, ...] = ("osmand", "traccar", "owntracks")

DRIVE_MPS = (7.0, 13.0)
REST_S = (60.0, 420.0)
"""Between two drives of somebody who has no order to drive to."""

IN_TOWN_M = 300.0
"""From the nearest crossing."""

KNOTS = 3600 / 1852
JITTER_M = 3.0


class Seen(NamedTuple):
    """Degrees, metres per second, degrees clockwise from north, percent."""

    at: float
    point: Point
    speed_mps: float
    heading: float
    battery: int


class Phone:
    """Drives along the streets of its town. `aim` sends it somewhere; without an aim it visits random addresses.

    It begins where it was last seen, if that is in its town, else at a random crossing."""

    def __init__(
        self, number: int, town: Town, *, rng: random.Random, now: float, last_seen: Point | None = None
    ) -> None:
        self.dialect = DIALECTS[number % len(DIALECTS)]
        self._town = town
        self._rng = rng
        self._crossing = rng.choice(list(town.points))
        self._way: list[Point] = []
        self._point = town.points[self._crossing]
        if last_seen is not None and _apart_m(last_seen, town.points[nearest(town, *last_seen)]) <= IN_TOWN_M:
            self._point = last_seen
        self._heading = 0.0
        self._speed = rng.uniform(*DRIVE_MPS)
        self._rest_until = now + rng.uniform(0, REST_S[0])
        self._aim: Point | None = None
        self._at = now
        self._full = now + rng.uniform(-6, 6) * 3600

    @property
    def point(self) -> Point:
        return self._point

    @property
    def there(self) -> bool:
        return not self._way

    def aim(self, target: Point | None) -> None:
        """Drive there now; None for no aim. The same one again changes nothing."""
        if target is not None and target != self._aim:
            self._drive(nearest(self._town, *target))
        self._aim = target

    def stay(self, until: float) -> None:
        """Stand still, at an order for instance."""
        self._way = []
        self._rest_until = until

    def move(self, now: float) -> Seen:
        """Where it is by now. Time only goes forward."""
        passed, self._at = max(0.0, now - self._at), now
        if not self._way and self._aim is None and now >= self._rest_until:
            self._drive(self._rng.choice(list(self._town.points)))
            self._rest_until = now + self._rng.uniform(*REST_S)
        driving = bool(self._way)
        self._advance(passed * self._speed)
        battery = 100 - int(((now - self._full) % 43200) / 43200 * 85)
        return Seen(now, self._wobbled(), self._speed if driving else 0.0, round(self._heading, 1), battery)

    def _drive(self, to: tuple[int, int]) -> None:
        start = nearest(self._town, *self._point)
        self._way = route(self._town, start, to)
        self._crossing = to
        self._speed = self._rng.uniform(*DRIVE_MPS)

    def _advance(self, left_m: float) -> None:
        while self._way and left_m > 0:
            goal = self._way[0]
            east, north = _steps_m(self._point, goal)
            apart = math.hypot(east, north)
            if apart > 0:
                self._heading = math.degrees(math.atan2(east, north)) % 360
            if apart <= left_m:
                self._point = self._way.pop(0)
                left_m -= apart
                continue
            share = left_m / apart
            self._point = Point(
                self._point.longitude + (goal.longitude - self._point.longitude) * share,
                self._point.latitude + (goal.latitude - self._point.latitude) * share,
            )
            left_m = 0

    def _wobbled(self) -> Point:
        east, north = self._rng.gauss(0, JITTER_M), self._rng.gauss(0, JITTER_M)
        scale = math.cos(math.radians(self._point.latitude)) * DEGREE_M
        return Point(round(self._point.longitude + east / scale, 6), round(self._point.latitude + north / DEGREE_M, 6))


def _steps_m(one: Point, other: Point) -> tuple[float, float]:
    """Metres to the east and to the north."""
    scale = math.cos(math.radians(other.latitude)) * DEGREE_M
    return (other.longitude - one.longitude) * scale, (other.latitude - one.latitude) * DEGREE_M


def _apart_m(one: Point, other: Point) -> float:
    return math.hypot(*_steps_m(one, other))


def request(dialect: Dialect, token: str, seen: Seen) -> dict[str, Any]:
    """What httpx takes: the request as the application of this dialect makes it."""
    longitude, latitude = seen.point
    match dialect:
        case "osmand":
            query = {
                "id": token, "lat": latitude, "lon": longitude, "timestamp": int(seen.at), "hdop": 1.2,
                "speed": round(seen.speed_mps * KNOTS, 2), "bearing": seen.heading, "batt": seen.battery,
            }  # fmt: skip
            return {"method": "GET", "url": "/gps", "params": query}
        case "traccar":
            coords = {
                "latitude": latitude, "longitude": longitude, "accuracy": 5.0, "speed": round(seen.speed_mps, 2),
                "heading": seen.heading, "altitude": 650.0,
            }  # fmt: skip
            location = {
                "timestamp": datetime.fromtimestamp(seen.at, UTC).isoformat(timespec="milliseconds"),
                "coords": coords,
                "is_moving": seen.speed_mps > 0,
                "battery": {"level": seen.battery / 100, "is_charging": False},
            }
            return {"method": "POST", "url": "/gps", "json": {"location": location, "device_id": token}}
        case "owntracks":
            message = {
                "_type": "location", "lat": latitude, "lon": longitude, "tst": int(seen.at), "acc": 6, "tid": "fa",
                "vel": round(seen.speed_mps * 3.6), "cog": round(seen.heading), "batt": seen.battery,
            }  # fmt: skip
            return {"method": "POST", "url": "/gps", "json": message, "auth": ("farol", token)}
