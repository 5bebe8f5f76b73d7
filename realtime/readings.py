"""Readings: telemetry announced by collectors, frequent and replaceable.

A reading is stored before it is announced; one that is lost on the bus is found again by backfill.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from realtime.scope import Place
from realtime.subject import Subject

SessionEnd = Literal["stop", "reload", "lost", "replaced"]
"""How a session ended: told by a Stop, by the NAS' restart, by silence, by its id beginning again."""


class Reading(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """The base of every reading. `at` is epoch seconds of the measurement at its source."""

    place: Place
    at: float

    def subjects(self) -> Iterable[Subject]:
        """The records this is about, for panels that declare `about`."""
        return ()


class TrafficSampled(Reading, frozen=True, kw_only=True, tag=True):
    """One poll of one device. `rows` holds (port_id, in_bps, out_bps); `None` where there is no truth (a gap)."""

    device_id: int
    rows: list[tuple[int, float | None, float | None]]

    def subjects(self) -> Iterable[Subject]:
        return [Subject("port", port_id) for port_id, _, _ in self.rows]


class DevicePolled(Reading, frozen=True, kw_only=True, tag=True):
    """One attempt to reach a device. `round_trip_ms` is None when it did not answer."""

    device_id: int
    round_trip_ms: float | None

    def subjects(self) -> Iterable[Subject]:
        return (Subject("device", self.device_id),)


class SessionsMoved(Reading, frozen=True, kw_only=True, tag=True):
    """Sessions of one NAS in one place that began, ended, fell silent or were heard of again, in one batch.

    `subscribers` are those among them whose login is known. Interims that change nothing but counters are not told.
    """

    nas_id: int
    started: int
    ended: int
    subscribers: list[int]

    def subjects(self) -> Iterable[Subject]:
        return [Subject("subscriber", subscriber_id) for subscriber_id in self.subscribers]


class PositionsMoved(Reading, frozen=True, kw_only=True, tag=True):
    """Technicians of one place whose newest position changed, or was seen again, in one batch."""

    technicians: list[int]


class AttendanceMoved(Reading, frozen=True, kw_only=True, tag=True):
    """Somebody opened a subscriber's screen, or closed it."""

    subscriber_id: int

    def subjects(self) -> Iterable[Subject]:
        return (Subject("subscriber", self.subscriber_id),)


AnyReading = TrafficSampled | DevicePolled | SessionsMoved | PositionsMoved | AttendanceMoved
