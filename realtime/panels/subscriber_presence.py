"""Who has one subscriber's screen open: whoever watches this topic is in it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from realtime.panel import Panel
from realtime.readings import AttendanceMoved
from realtime.scope import Permission
from realtime.shapes import Table
from realtime.subject import Subject


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`id` is the surrogate id of a subscriber."""

    id: int


class Present(msgspec.Struct, frozen=True):
    """A user, in however many tabs; `since` the first of them was opened."""

    id: int
    name: str
    since: datetime


def about(params: Params) -> Subject:
    return Subject("subscriber", params.id)


panel = Panel(
    name="subscriber.presence",
    params=Params,
    shape=Table(Present, order=("since",)),
    permission=Permission("subscribers", "read"),
    refresh_on=(AttendanceMoved,),
    about=about,
    attended=True,
    settle=timedelta(milliseconds=50),
    refresh_every=timedelta(seconds=10),
    period=timedelta(seconds=30),
)
