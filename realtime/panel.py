"""The contract of a panel: a query that stays true.

One file in `realtime/panels/` declares a `Panel`; a file of the same name in `backend/panels/` answers it with
`async def snapshot(db, scope, params) -> Answer`. Nothing else has to be touched to add one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from realtime.facts import Fact
from realtime.readings import Reading
from realtime.scope import Permission
from realtime.shapes import Shape
from realtime.subject import Subject


class NoParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For panels that take no parameters."""


class Answer(msgspec.Struct, frozen=True):
    """What a snapshot returns: data as the panel's shape holds it, and when its source was true."""

    data: Any
    as_of: datetime


def always(params: Any, announcement: Fact | Reading) -> bool:
    """The default of `concerns`: every announcement of a listed type, inside the scope, matters."""
    return True


@dataclass(frozen=True, kw_only=True)
class Panel[P: msgspec.Struct]:
    """What a viewer may watch.

    `name`         the topic's first part, e.g. `receivables.day`.
    `params`       a frozen struct that forbids unknown fields; its defaults are the panel's defaults.
    `shape`        how state is held, compared and patched; carries the row struct.
    `permission`   what a viewer needs; the places where they have it are the topic's scope.
    `refresh_on`   facts and readings that can change the answer.
    `about`        pure: the one record these parameters ask for; only announcements that name it are heard.
    `concerns`     pure: can this announcement change the answer for these parameters?
    `settle`       how long to wait for further announcements before asking again.
    `refresh_every` asks again although nothing was announced, for what the clock alone changes.
    `period`       how old the source may be before the screen shows its age; stale after three periods.
    `attended`     whoever watches is shown in it (`realtime.attendance`); `about` says whose screen it is.
    `append`       rings and logs only: turns a reading or fact into items without asking the database.
    """

    name: str
    params: type[P]
    shape: Shape
    permission: Permission
    refresh_on: tuple[type[Fact | Reading], ...]
    period: timedelta
    settle: timedelta = timedelta(milliseconds=50)
    refresh_every: timedelta | None = None
    about: Callable[[P], Subject] | None = None
    attended: bool = False
    concerns: Callable[[P, Any], bool] = always
    append: Callable[[P, Any], Any | None] | None = None
