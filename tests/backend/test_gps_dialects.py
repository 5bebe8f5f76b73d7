"""Every example of the three protocols' own documentation is read, and nonsense is refused with the field's name."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.gps.dialects import KNOT_MPS, Report, read
from backend.gps.numbers import Unreadable

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def one(report: Report) -> Any:
    (fix,) = report.fixes
    return fix


@pytest.mark.parametrize(
    ("query", "token", "at", "where"),
    [
        (
            "id=902064&lat=42.06288&lon=-88.23412&timestamp=2016-01-27T18%3A55%3A47Z&hdop=6.0&altitude=224.0&speed=0.0",
            "902064",
            datetime(2016, 1, 27, 18, 55, 47, tzinfo=UTC),
            (42.06288, -88.23412),
        ),
        (
            "id=902064&lat=42.06288&lon=-88.23412&timestamp=1442068686579&hdop=6.0&altitude=224.0&speed=0.0",
            "902064",
            datetime(2015, 9, 12, 14, 38, 6, 579000, tzinfo=UTC),
            (42.06288, -88.23412),
        ),
        (
            "lat=49.60688&lon=6.15788&timestamp=2014-06-04+09%3A10%3A11&altitude=384.7&speed=0.0&id=353861053849681",
            "353861053849681",
            datetime(2014, 6, 4, 9, 10, 11, tzinfo=UTC),
            (49.60688, 6.15788),
        ),
        (
            "lat=60.0&lon=30.0&speed=0.0&heading=0.0&vacc=0&hacc=0&altitude=0&deviceid=123456",
            "123456",
            NOW,
            (60.0, 30.0),
        ),
        (
            "id=123456&timestamp=1377177267&location=60.0,30.0",
            "123456",
            datetime(2013, 8, 22, 13, 14, 27, tzinfo=UTC),
            (60.0, 30.0),
        ),
    ],
)
def test_osmand_queries(query: str, token: str, at: datetime, where: tuple[float, float]) -> None:
    report = read(query, b"", NOW)
    fix = one(report)
    assert (report.dialect, report.token) == ("osmand", token)
    assert (fix.at, fix.latitude, fix.longitude) == (at, *where)
    assert read("", query.encode(), NOW) == report, "the same as a form"


def test_osmand_speaks_in_knots_percent_and_degrees() -> None:
    fix = one(read("id=a&lat=1&lon=2&bearing=7.19&speed=40&batt=87&accuracy=12.5&valid=false", b"", NOW))
    assert (fix.speed_mps, fix.heading_deg, fix.battery) == (40 * KNOT_MPS, 7.19, 0.87)
    assert (fix.accuracy_m, fix.valid) == (12.5, False)


def test_a_message_without_a_position_is_no_fix() -> None:
    assert read("id=123456&timestamp=1377177267&cell=257,02,16,2224", b"", NOW).fixes == ()


TRACCAR = {
    "location": {
        "event": "motionchange",
        "is_moving": False,
        "uuid": "0e9a2473-a9a7-4c00-997b-fb97d2154e75",
        "timestamp": "2021-07-21T08:06:34.444Z",
        "odometer": 0,
        "coords": {
            "latitude": -6.1148096,
            "longitude": 106.6837015,
            "accuracy": 3.8,
            "speed": 18.67,
            "speed_accuracy": 0.26,
            "heading": 63,
            "altitude": 35.7,
        },
        "activity": {"type": "still", "confidence": 100},
        "battery": {"is_charging": False, "level": 0.79},
        "extras": {},
        "_": "&id=8737767034&lat=-6.1148096&lon=106.6837015&timestamp=2021-07-21T08:06:34.444Z&",
    },
    "device_id": "8737767034",
}


def test_traccar_client() -> None:
    report = read("", json.dumps(TRACCAR).encode(), NOW)
    fix = one(report)
    assert (report.dialect, report.token) == ("traccar", "8737767034")
    assert fix.at == datetime(2021, 7, 21, 8, 6, 34, 444000, tzinfo=UTC)
    assert (fix.latitude, fix.longitude, fix.accuracy_m) == (-6.1148096, 106.6837015, 3.8)
    assert (fix.speed_mps, fix.heading_deg, fix.battery, fix.mocked) == (18.67, 63, 0.79, False)


def test_traccar_client_says_minus_one_for_what_it_does_not_know() -> None:
    coords = {"speed": -1, "longitude": -122.406417, "heading": -1, "latitude": 37.785834, "accuracy": 5}
    location = {"mock": True, "coords": coords, "battery": {"level": -1}, "timestamp": "2025-05-09T04:11:30.579Z"}
    fix = one(read("", json.dumps({"location": location, "device_id": "658765"}).encode(), NOW))
    assert (fix.speed_mps, fix.heading_deg, fix.battery, fix.mocked) == (None, None, None, True)


def test_what_was_kept_while_offline_comes_oldest_first() -> None:
    later = TRACCAR["location"] | {"timestamp": "2021-07-21T08:07:34Z"}  # type: ignore[operator]
    body = json.dumps({"location": [later, TRACCAR["location"]], "device_id": "x"}).encode()
    assert [fix.at.minute for fix in read("", body, NOW).fixes] == [6, 7]


def test_owntracks() -> None:
    message = {
        "_type": "location", "acc": 75, "alt": 13, "batt": 64, "cog": 270, "lat": 48.85833, "lon": 2.29513,
        "tid": "JJ", "tst": 1497476456, "vel": 54,
    }  # fmt: skip
    report = read("token=secret", json.dumps(message).encode(), NOW)
    fix = one(report)
    assert (report.dialect, report.token) == ("owntracks", "secret")
    assert (fix.at, fix.latitude, fix.longitude) == (datetime(2017, 6, 14, 21, 40, 56, tzinfo=UTC), 48.85833, 2.29513)
    assert (fix.accuracy_m, fix.speed_mps, fix.heading_deg, fix.battery) == (75, 15, 270, 0.64)


@pytest.mark.parametrize("kind", ["transition", "waypoint", "lwt", "steps", "card"])
def test_what_else_owntracks_says_is_taken_and_left(kind: str) -> None:
    assert read("", json.dumps({"_type": kind, "tst": 1}).encode(), NOW).fixes == ()


def test_owntracks_posts_nothing_when_a_friend_is_removed() -> None:
    assert read("", b"", NOW) == Report(dialect="owntracks", token=None, fixes=())


@pytest.mark.parametrize(
    ("query", "body", "field"),
    [
        ("id=a&lat=abc&lon=2", b"", "lat"),
        ("id=a&lat=1", b"", "lon"),
        ("id=a&lat=91&lon=2", b"", "lat"),
        ("id=a&lat=1&lon=nan", b"", "lon"),
        ("id=a&lat=1&lon=2&timestamp=yesterday", b"", "timestamp"),
        ("id=a&lat=1&lon=2&timestamp=99999999999999999999", b"", "timestamp"),
        ("id=a&lat=1&lon=2&speed=fast", b"", "speed"),
        ("", b"{", "body"),
        ("", b'{"_type":"location","lat":"north","lon":1,"tst":1497476456}', "lat"),
        ("", b'{"_type":"encrypted","data":"x"}', "_type"),
        ("", b'{"something":"else"}', "body"),
        ("", b"[]", "body"),
        ("", b'{"location":{"coords":[]},"device_id":"a"}', "location.coords"),
        ("", b'{"location":{"coords":{"latitude":true,"longitude":1}},"device_id":"a"}', "location.coords.latitude"),
        ("", b"\xff\xfe", "body"),
        ("", b"[" * 5000, "body"),
    ],
)
def test_nonsense_is_refused_by_the_field_that_is_wrong(query: str, body: bytes, field: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(query, body, NOW)
    assert refused.value.field == field


def test_whose_nonsense_it_is_is_known() -> None:
    for query, body in (("id=mine&lat=abc&lon=2", b""), ("", b'{"location":{"coords":{}},"device_id":"mine"}')):
        with pytest.raises(Unreadable) as refused:
            read(query, body, NOW)
        assert refused.value.token == "mine"


@given(st.text(max_size=60), st.binary(max_size=60))
def test_anything_is_either_read_or_refused(query: str, body: bytes) -> None:
    with suppress(Unreadable):
        read(query, body, NOW)


NAMES = st.sampled_from(
    [
        "_type",
        "location",
        "coords",
        "latitude",
        "longitude",
        "device_id",
        "lat",
        "lon",
        "tst",
        "battery",
        "timestamp",
        "accuracy",
        "acc",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


@given(JSON)
def test_any_json_is_either_read_or_refused(content: Any) -> None:
    with suppress(Unreadable):
        read("", json.dumps(content).encode(), NOW)
