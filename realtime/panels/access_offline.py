"""Who should be online and is not: active contracts with a login and without a session."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from realtime.facts import NasReloaded
from realtime.panel import NoParams, Panel
from realtime.readings import SessionsMoved
from realtime.scope import Permission
from realtime.shapes import Value


class WentOffline(msgspec.Struct, frozen=True):
    """A contract whose last session ended `since`; `ended` says how, in the words of `access.online`."""

    contract_id: int
    subscriber_id: int
    subscriber: str
    city: str
    login: str
    since: datetime
    ended: str


class AccessOffline(msgspec.Struct, frozen=True):
    """Of `expected` active contracts with a login, `offline` have no session. `recent` are at most ten of them that
    went offline within the last day, the last first."""

    expected: int
    offline: int
    recent: tuple[WentOffline, ...]


panel = Panel(
    name="access.offline",
    params=NoParams,
    shape=Value(AccessOffline),
    permission=Permission("access", "read"),
    refresh_on=(SessionsMoved, NasReloaded),
    settle=timedelta(seconds=2),
    refresh_every=timedelta(seconds=30),
    period=timedelta(minutes=1),
)
