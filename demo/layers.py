"""The map of the demo as GeoJSON: made-up streets and neighbourhoods of the three cities, and a POP in each."""

from __future__ import annotations

from typing import Any

import msgspec

from demo.places import CITIES
from demo.streets import COLUMNS, ROWS, Point, Town, lines, town

_QUARTERS = (
    ("Centro", 1, 1),
    ("Bela Vista", 0, 0),
    ("Industrial", 2, 0),
    ("Santa Clara", 0, 2),
    ("Novo Horizonte", 2, 2),
)


def layers() -> dict[str, bytes]:
    """Layer -> GeoJSON (RFC 7946: longitude first)."""
    towns = [town(city.id) for city in CITIES]
    return {
        "cities": _collection([_feature("Point", _point(_centre(place)), name=place.city.name) for place in towns]),
        "neighbourhoods": _collection([quarter for place in towns for quarter in _quarters(place)]),
        "streets": _collection(
            [
                _feature("LineString", [_point(point) for point in points], name=name, main=avenue)
                for place in towns
                for name, avenue, points in lines(place)
            ]
        ),
        "pops": _collection(
            [_feature("Point", _point(_centre(place)), name=f"POP {place.city.name}") for place in towns]
        ),
    }


def _quarters(place: Town) -> list[dict[str, Any]]:
    """A name in the middle of each ninth of the grid that has one."""
    found = []
    for name, down, across in _QUARTERS:
        crossing = (ROWS * (2 * down + 1) // 6, COLUMNS * (2 * across + 1) // 6)
        nearest = min(place.points, key=lambda each: abs(each[0] - crossing[0]) + abs(each[1] - crossing[1]))
        found.append(_feature("Point", _point(place.points[nearest]), name=name))
    return found


def _centre(place: Town) -> Point:
    return place.points[ROWS // 2, COLUMNS // 2]


def _point(point: Point) -> list[float]:
    return [point.longitude, point.latitude]


def _feature(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def _collection(features: list[dict[str, Any]]) -> bytes:
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})
