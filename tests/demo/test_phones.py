"""Simulated phones stay on the streets, arrive where they are sent, and speak so that Farol understands."""

from __future__ import annotations

import json
import math
import random
from datetime import UTC, datetime
from itertools import pairwise
from urllib.parse import urlencode

import msgspec
import pytest

from backend.gps.dialects import read
from backend.gps.fix import distance_m
from demo.layers import layers
from demo.phone import DIALECTS, JITTER_M, Dialect, Phone, request
from demo.places import CITIES, VICOSA
from demo.streets import Point, lines, nearest, route, town

NOW = 1_795_000_000.0


def apart(one: Point, other: Point) -> float:
    return distance_m(one.latitude, one.longitude, other.latitude, other.longitude)


def test_streets_are_the_same_every_time_and_lead_everywhere() -> None:
    again = town.__wrapped__(VICOSA.id)
    assert again == town(VICOSA.id)
    for city in CITIES:
        place = town(city.id)
        far = [min(place.points), max(place.points)]
        way = route(place, *far)
        assert (way[0], way[-1]) == (place.points[far[0]], place.points[far[1]])
        assert max(apart(one, other) for one, other in pairwise(way)) < 250


def test_the_map_draws_the_streets_that_phones_drive() -> None:
    place = town(VICOSA.id)
    drawn = {tuple(sorted(pair)) for _, _, points in lines(place) for pair in pairwise(points)}
    driven = {
        tuple(sorted((place.points[one], place.points[other])))
        for one, others in place.neighbours.items()
        for other in others
    }
    assert drawn == driven
    for name, body in layers().items():
        features = json.loads(body)["features"]
        assert features, name
        assert all(feature["properties"]["name"] for feature in features)


def test_a_phone_arrives_where_it_is_sent_and_never_leaves_the_town() -> None:
    place = town(VICOSA.id)
    phone = Phone(0, place, rng=random.Random(1), now=NOW)
    goal = place.points[max(place.points)]
    phone.aim(goal)
    for step in range(1, 2000):
        before = phone.point
        seen = phone.move(NOW + 3 * step)
        assert apart(before, phone.point) <= 3 * 13.1
        assert apart(seen.point, phone.point) < 6 * JITTER_M
        if phone.there:
            break
    assert apart(phone.point, goal) < 1
    assert nearest(place, *phone.point) == max(place.points)
    assert phone.move(NOW + 10_000).speed_mps == 0


def test_a_phone_goes_on_where_it_was_last_seen_unless_that_is_out_of_town() -> None:
    place = town(VICOSA.id)
    corner = place.points[min(place.points)]
    begun = Phone(0, place, rng=random.Random(1), now=NOW, last_seen=Point(corner.longitude + 0.0004, corner.latitude))
    assert begun.point == Point(corner.longitude + 0.0004, corner.latitude)
    begun.aim(place.points[max(place.points)])
    begun.move(NOW + 1)
    assert apart(begun.point, corner) < 60
    elsewhere = Phone(0, place, rng=random.Random(1), now=NOW, last_seen=Point(-43.0, -3.0))
    assert elsewhere.point in place.points.values()


def test_the_same_seed_drives_the_same_way() -> None:
    one, other = (Phone(0, town(VICOSA.id), rng=random.Random(7), now=NOW) for _ in range(2))
    assert [one.move(NOW + n) for n in range(300)] == [other.move(NOW + n) for n in range(300)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_farol_reads_what_a_phone_says(dialect: Dialect) -> None:
    phone = Phone(0, town(VICOSA.id), rng=random.Random(2), now=NOW)
    phone.aim(town(VICOSA.id).points[max(town(VICOSA.id).points)])
    seen = phone.move(NOW + 5)
    asked = request(dialect, "secret", seen)
    body = msgspec.json.encode(asked["json"]) if "json" in asked else b""
    report = read(urlencode(asked.get("params", {})), body, datetime.now(UTC))
    (fix,) = report.fixes
    assert report.dialect == dialect
    assert report.token == (None if dialect == "owntracks" else "secret"), "OwnTracks sends it as a password"
    assert (fix.latitude, fix.longitude) == (seen.point.latitude, seen.point.longitude)
    assert fix.at == datetime.fromtimestamp(NOW + 5, UTC)
    assert fix.speed_mps is not None
    assert math.isclose(fix.speed_mps, seen.speed_mps, abs_tol=0.2)
    assert fix.battery == pytest.approx(seen.battery / 100, abs=0.01)
