"""What phones send to `/gps`, told apart by content: OsmAnd, Traccar Client, OwnTracks. Pure.

Sources: traccar.org/osmand (query or form parameters, and since Traccar Client 9 JSON), owntracks.org/booklet/tech/json
and /http. OsmAnd's speed is in knots, Traccar Client's in m/s, OwnTracks' in km/h.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl

import msgspec

from backend.gps.fix import Fix
from backend.gps.numbers import Unreadable, degrees, heading, instant, number, positive, share

Dialect = Literal["osmand", "traccar", "owntracks"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)

MOST_FIXES = 1000
"""In one request."""

KNOT_MPS = 1852 / 3600
KMH_MPS = 1 / 3.6

HDOP_M = 5.0
"""Metres of error per unit of horizontal dilution: what a phone without corrections has (its user range error)."""

TOKEN_NAMES = ("id", "deviceid", "token")
_FALSE = ("false", "0")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`token` is the one in the content, None when the content has none. Fixes are oldest first, and may be none: a
    message that says something else (a region entered, the battery) is acknowledged and left."""

    dialect: Dialect
    token: str | None
    fixes: tuple[Fix, ...]


def read(query: str, body: bytes, now: datetime) -> Report:
    """Raises Unreadable."""
    words = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=200))
    token = next((words[name] for name in TOKEN_NAMES if words.get(name)), None)
    try:
        return _read(words, body.strip(), token, now)
    except Unreadable as error:
        error.token = error.token or token
        raise


def _read(words: dict[str, str], body: bytes, token: str | None, now: datetime) -> Report:
    if body[:1] in (b"{", b"["):
        return _json(body, token, now)
    if body and not words.keys() & {"lat", "location"}:
        words |= dict(_form(body))
        token = token or next((words[name] for name in TOKEN_NAMES if words.get(name)), None)
    if not words.keys() - {"token"}:
        # OwnTracks posts nothing at all when a friend is removed.
        return Report(dialect="owntracks", token=token, fixes=())
    return Report(dialect="osmand", token=token, fixes=_osmand(words, token, now))


def _form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise Unreadable("body", "is neither JSON nor a form") from error


def _osmand(words: Mapping[str, str], token: str | None, now: datetime) -> tuple[Fix, ...]:
    latitude, longitude = words.get("lat"), words.get("lon")
    if "location" in words and latitude is None:
        latitude, _, longitude = words["location"].partition(",")
    if latitude is None and longitude is None:
        return ()
    accuracy = positive("accuracy", words.get("accuracy")) or positive("hdop", words.get("hdop"), HDOP_M)
    return (
        Fix(
            at=instant("timestamp", words.get("timestamp"), now),
            latitude=degrees("lat", latitude, 90),
            longitude=degrees("lon", longitude, 180),
            accuracy_m=accuracy or None,
            speed_mps=positive("speed", words.get("speed"), KNOT_MPS),
            heading_deg=heading("bearing", words.get("bearing") or words.get("heading")),
            battery=share("batt", words.get("batt") or words.get("batteryLevel"), 100),
            valid=words.get("valid", "true").lower() not in _FALSE,
        ),
    )


def _json(body: bytes, token: str | None, now: datetime) -> Report:
    try:
        content = msgspec.json.decode(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("body", "is not JSON") from error
    messages = content if isinstance(content, list) else [content]
    if not all(isinstance(message, dict) for message in messages) or not messages:
        raise Unreadable("body", "must be an object, or a list of them")
    if len(messages) > MOST_FIXES:
        raise Unreadable("body", f"holds more than {MOST_FIXES} fixes")
    fixes: list[Fix] = []
    if all("_type" in message for message in messages):
        for message in messages:
            fixes += _owntracks(message, now)
        return _report("owntracks", token, fixes)
    if all("location" in message for message in messages):
        own = messages[0].get("device_id")
        token = str(own) if own else token
        try:
            for message in messages:
                fixes += _traccar(message["location"], now)
        except Unreadable as error:
            error.token = token
            raise
        return _report("traccar", token, fixes)
    raise Unreadable("body", "is neither a Traccar Client nor an OwnTracks message")


def _report(dialect: Dialect, token: str | None, fixes: list[Fix]) -> Report:
    if len(fixes) > MOST_FIXES:
        raise Unreadable("body", f"holds more than {MOST_FIXES} fixes")
    return Report(dialect=dialect, token=token, fixes=tuple(sorted(fixes, key=lambda fix: fix.at)))


def _object(field: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(field, "must be an object")
    return value


def _traccar(given: Any, now: datetime) -> list[Fix]:
    """One location, or the list of them that the same library sends when it was offline."""
    found = []
    for location in given if isinstance(given, list) else [given]:
        where = _object("location", location)
        coords = _object("location.coords", where.get("coords"))
        found.append(
            Fix(
                at=instant("location.timestamp", where.get("timestamp"), now),
                latitude=degrees("location.coords.latitude", coords.get("latitude"), 90),
                longitude=degrees("location.coords.longitude", coords.get("longitude"), 180),
                accuracy_m=positive("location.coords.accuracy", coords.get("accuracy")) or None,
                speed_mps=positive("location.coords.speed", coords.get("speed")),
                heading_deg=heading("location.coords.heading", coords.get("heading")),
                battery=share("location.battery.level", _object("battery", where.get("battery")).get("level"), 1),
                mocked=where.get("mock") is True,
            )
        )
    return found


def _owntracks(message: dict[str, Any], now: datetime) -> list[Fix]:
    if message["_type"] == "encrypted":
        raise Unreadable("_type", "is encrypted: switch the encryption off in OwnTracks, and use HTTPS")
    if message["_type"] != "location":
        return []
    number("tst", message.get("tst"))
    return [
        Fix(
            at=instant("tst", message.get("tst"), now),
            latitude=degrees("lat", message.get("lat"), 90),
            longitude=degrees("lon", message.get("lon"), 180),
            accuracy_m=positive("acc", message.get("acc")) or None,
            speed_mps=positive("vel", message.get("vel"), KMH_MPS),
            heading_deg=heading("cog", message.get("cog")),
            battery=share("batt", message.get("batt"), 100),
        )
    ]
