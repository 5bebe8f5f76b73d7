"""Requests and replies of technicians, teams and tracks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.ids import RecordId

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Phone = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{6,14}$")]
TeamKind = Literal["own", "contracted"]


class NewTeam(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`workday_minutes` is what it can be given in a day. `company_id` may be left out by who works for one company."""

    name: Name
    city_id: RecordId
    company_id: RecordId | None = None
    business_unit_id: RecordId | None = None
    kind: TeamKind = "own"
    workday_minutes: Annotated[int, Meta(ge=0, le=1440)] = 480


class TeamItem(msgspec.Struct, frozen=True):
    id: int
    company_id: int
    business_unit_id: int | None
    city_id: int
    name: str
    kind: TeamKind
    workday_minutes: int
    active: bool


class TeamPage(msgspec.Struct, frozen=True):
    items: list[TeamItem]
    next: str | None


class NewTechnician(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """With a `team_id` the place is the team's; without one it has to be said. `phone` in E.164."""

    name: Name
    team_id: RecordId | None = None
    city_id: RecordId | None = None
    company_id: RecordId | None = None
    business_unit_id: RecordId | None = None
    phone: Phone | None = None


class Drop(msgspec.Struct, frozen=True):
    """What was not believed of a phone, by reason: how often, the last time, and the last sample of it."""

    reason: str
    count: int
    at: datetime
    sample: str


class TechnicianItem(msgspec.Struct, frozen=True):
    """`token_since` is None for who has no phone that may report. `drops` are those of that phone."""

    id: int
    company_id: int
    business_unit_id: int | None
    city_id: int
    team_id: int | None
    team: str | None
    name: str
    phone: str | None
    active: bool
    position_at: datetime | None
    token_since: datetime | None
    token_used_at: datetime | None
    dialect: str | None
    drops: list[Drop]


class TechnicianPage(msgspec.Struct, frozen=True):
    items: list[TechnicianItem]
    next: str | None


class GpsToken(msgspec.Struct, frozen=True):
    """Shown this once. `path` takes GET and POST; the token is the phone's id, or its password."""

    technician_id: int
    token: str
    path: str
    created_at: datetime


class Track(msgspec.Struct, frozen=True):
    """One day of one technician. `points` are [epoch seconds, longitude, latitude], oldest first, thinned for drawing;
    `distance_km` is that of all `fixes`."""

    technician_id: int
    date: str
    fixes: int
    distance_km: float
    points: list[tuple[int, float, float]]
