"""Sessions online now, by NAS, city and plan; how many began and ended each minute; the last drops."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from realtime.facts import NasAdded, NasReloaded
from realtime.panel import NoParams, Panel
from realtime.readings import SessionEnd, SessionsMoved
from realtime.scope import Permission
from realtime.shapes import Value


class Online(msgspec.Struct, frozen=True):
    """Sessions of one NAS, city or plan, whose `id` and `name` these are; None for those without a plan.

    `unknown` are silent for longer than their interims explain, and not counted as `online`.
    """

    id: int | None
    name: str | None
    online: int
    unknown: int


class Minute(msgspec.Struct, frozen=True):
    """Sessions that began and ended in the minute that starts `at`."""

    at: datetime
    started: int
    ended: int


class Drop(msgspec.Struct, frozen=True):
    """Many ends together: `sessions` of one NAS in the minute `at`, most of them `how`."""

    at: datetime
    nas_id: int
    nas: str
    sessions: int
    how: SessionEnd


class AccessOnline(msgspec.Struct, frozen=True):
    """`unidentified` are online with a login that no contract has. Lists are fullest first.

    `minutes` holds the last hour, oldest first, without the minutes in which nothing happened; `drops` are at most 20,
    newest first.
    """

    online: int
    unknown: int
    unidentified: int
    by_nas: tuple[Online, ...]
    by_city: tuple[Online, ...]
    by_plan: tuple[Online, ...]
    minutes: tuple[Minute, ...]
    drops: tuple[Drop, ...]


panel = Panel(
    name="access.online",
    params=NoParams,
    shape=Value(AccessOnline),
    permission=Permission("access", "read"),
    refresh_on=(SessionsMoved, NasReloaded, NasAdded),
    settle=timedelta(milliseconds=500),
    refresh_every=timedelta(seconds=15),
    period=timedelta(seconds=30),
)
