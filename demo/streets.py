"""Streets of the demo's cities: grids that nobody built, around the real coordinates of each city centre. Pure.

A city is a rectangle of crossings, bent a little so that it looks like a town in the hills; the same every time. The
simulated phones drive along the same lines that the map draws.
"""

from __future__ import annotations

import math
import random
from collections import deque
from functools import cache
from typing import NamedTuple

from demo.places import CITIES, City

ROWS, COLUMNS = 23, 27
BLOCK_M = 115.0
BEND_M = 46.0
MISSING = 0.12
"""The share of blocks without a street between them: squares, slopes, the river."""

DEGREE_M = 111_195.0
AVENUE_EVERY = 6

Crossing = tuple[int, int]
"""(row from the south, column from the west)."""


class Point(NamedTuple):
    longitude: float
    latitude: float


class Town(NamedTuple):
    """`neighbours` of each crossing by street; every crossing can be reached from every other."""

    city: City
    points: dict[Crossing, Point]
    neighbours: dict[Crossing, tuple[Crossing, ...]]


@cache
def town(city_id: int) -> Town:
    """Raises KeyError for a city that the demo does not have."""
    city = {each.id: each for each in CITIES}[city_id]
    rng = random.Random(f"farol streets {city.id}")
    points = {(row, column): _bent(city, rng, row, column) for row in range(ROWS) for column in range(COLUMNS)}
    streets = {crossing: set[Crossing]() for crossing in points}
    for row, column in points:
        for other in ((row + 1, column), (row, column + 1)):
            if other in points and (_is_avenue(row, column, other) or rng.random() > MISSING):
                streets[row, column].add(other)
                streets[other].add((row, column))
    whole = _reached(streets, (ROWS // 2, COLUMNS // 2))
    return Town(
        city,
        {crossing: points[crossing] for crossing in sorted(whole)},
        {crossing: tuple(sorted(streets[crossing])) for crossing in sorted(whole)},
    )


def _bent(city: City, rng: random.Random, row: int, column: int) -> Point:
    north = (row - ROWS // 2) * BLOCK_M + BEND_M * 3 * math.sin(column / 4 + city.id) + rng.uniform(-1, 1) * BEND_M / 3
    east = (
        (column - COLUMNS // 2) * BLOCK_M + BEND_M * 2 * math.sin(row / 3 - city.id) + rng.uniform(-1, 1) * BEND_M / 3
    )
    scale = math.cos(math.radians(city.latitude)) * DEGREE_M
    return Point(round(city.longitude + east / scale, 6), round(city.latitude + north / DEGREE_M, 6))


def _is_avenue(row: int, column: int, other: Crossing) -> bool:
    along = row if other[0] == row else column
    return along % AVENUE_EVERY == AVENUE_EVERY // 2


def _reached(streets: dict[Crossing, set[Crossing]], start: Crossing) -> set[Crossing]:
    found, waiting = {start}, [start]
    while waiting:
        for other in streets[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found


def nearest(place: Town, longitude: float, latitude: float) -> Crossing:
    scale = math.cos(math.radians(place.city.latitude))
    return min(
        place.points,
        key=lambda crossing: math.hypot(
            (place.points[crossing].longitude - longitude) * scale, place.points[crossing].latitude - latitude
        ),
    )


def route(place: Town, start: Crossing, end: Crossing) -> list[Point]:
    """The way with the fewest crossings, both ends included."""
    came: dict[Crossing, Crossing | None] = {start: None}
    waiting = deque([start])
    while end not in came:
        here = waiting.popleft()
        for other in place.neighbours[here]:
            if other not in came:
                came[other] = here
                waiting.append(other)
    way: list[Point] = []
    at: Crossing | None = end
    while at is not None:
        way.append(place.points[at])
        at = came[at]
    return way[::-1]


def lines(place: Town) -> list[tuple[str, bool, list[Point]]]:
    """(name, whether it is an avenue, points) of every street, in stretches without gaps."""
    found = []
    for along in range(ROWS):
        found += _stretches(place, [(along, column) for column in range(COLUMNS)], along, "Rua")
    for along in range(COLUMNS):
        found += _stretches(place, [(row, along) for row in range(ROWS)], along, "Travessa")
    return found


def _stretches(place: Town, crossings: list[Crossing], along: int, word: str) -> list[tuple[str, bool, list[Point]]]:
    avenue = along % AVENUE_EVERY == AVENUE_EVERY // 2
    name = street_name(place.city, word, along)
    found: list[tuple[str, bool, list[Point]]] = []
    stretch: list[Point] = []
    for one, other in zip(crossings, [*crossings[1:], None], strict=True):
        if one in place.points:
            stretch.append(place.points[one])
        if other is None or one not in place.points or other not in place.neighbours[one]:
            if len(stretch) > 1:
                found.append((name, avenue, stretch))
            stretch = []
    return found


_NAMES = (
    "dos Ipês", "das Acácias", "do Sabiá", "da Serra", "das Palmeiras", "do Comércio", "da Estação", "do Moinho",
    "das Flores", "da Ponte", "do Bambuzal", "dos Pinheiros", "da Fonte", "do Cruzeiro", "das Mangueiras", "da Lagoa",
    "do Campo", "das Andorinhas", "do Engenho", "da Pedra", "dos Girassóis", "do Riacho", "da Colina", "das Oliveiras",
    "do Jatobá", "da Aurora", "dos Coqueiros",
)  # fmt: skip


def street_name(city: City, word: str, along: int) -> str:
    """Made up; an avenue is one whatever `word` says."""
    kind = "Avenida" if along % AVENUE_EVERY == AVENUE_EVERY // 2 else word
    shift = city.id * 5 + (13 if word == "Travessa" else 0)
    return f"{kind} {_NAMES[(along + shift) % len(_NAMES)]}"
