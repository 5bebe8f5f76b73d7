"""A track with as few points as show the same line (Ramer-Douglas-Peucker). Pure."""

from __future__ import annotations

import math

Point = tuple[int, float, float]
"""(epoch seconds, longitude, latitude)."""

TOLERANCE_M = 4.0
"""Less than the width of a street, and than a phone knows."""

MOST_POINTS = 2000
DEGREE_M = 111_195.0


def thinned(points: list[Point], *, tolerance_m: float = TOLERANCE_M, most: int = MOST_POINTS) -> list[Point]:
    """First and last stay, and no point that is left out is further than the tolerance from the line. The tolerance is
    doubled until at most `most` points are left."""
    kept = _thinned(points, tolerance_m)
    while len(kept) > most:
        tolerance_m *= 2
        kept = _thinned(points, tolerance_m)
    return kept


def _thinned(points: list[Point], tolerance_m: float) -> list[Point]:
    if len(points) < 3:
        return points
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        furthest, apart = _furthest(points, first, last)
        if apart > tolerance_m:
            keep.add(furthest)
            spans += [(first, furthest), (furthest, last)]
    return [points[index] for index in sorted(keep)]


def _furthest(points: list[Point], first: int, last: int) -> tuple[int, float]:
    """On the plane of the first point: a day's track is small."""
    _, x0, y0 = points[first]
    scale = math.cos(math.radians(y0)) * DEGREE_M
    dx, dy = (points[last][1] - x0) * scale, (points[last][2] - y0) * DEGREE_M
    length = math.hypot(dx, dy)
    found, most = first, 0.0
    for index in range(first + 1, last):
        px, py = (points[index][1] - x0) * scale, (points[index][2] - y0) * DEGREE_M
        along = max(0.0, min(1.0, (px * dx + py * dy) / length**2)) if length else 0.0
        apart = math.hypot(px - along * dx, py - along * dy)
        if apart > most:
            found, most = index, apart
    return found, most
