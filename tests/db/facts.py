"""Facts for tests: small, and told apart by their device."""

from __future__ import annotations

from datetime import UTC, datetime

from realtime.facts import DeviceAdded
from realtime.scope import Place

HERE = Place(1, 2, 3)
THEN = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def added(device_id: int, place: Place = HERE) -> DeviceAdded:
    return DeviceAdded(place=place, at=THEN, author_id=None, device_id=device_id)
