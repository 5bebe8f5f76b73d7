"""Requests and replies of service orders. Instants with an offset in, UTC out; degrees in WGS 84."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from backend.ids import RecordId
from realtime.facts import OrderStage

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Line = Annotated[str, msgspec.Meta(max_length=300)]
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Level = Annotated[int, msgspec.Meta(ge=1, le=4)]


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]


class NewOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With a subscriber, company, unit and city are its own, and `location` its installation address when absent.

    Without one the order is a task on the network: city and location have to be said, company and unit only by who
    works for several. With a team and a window it is scheduled at once.
    """

    kind_id: RecordId
    subscriber_id: RecordId | None = None
    contract_id: RecordId | None = None
    request_id: RecordId | None = None
    company_id: RecordId | None = None
    business_unit_id: RecordId | None = None
    city_id: RecordId | None = None
    location: Line = ""
    position: Position | None = None
    level: Level = 4
    description: Words = ""
    team_id: RecordId | None = None
    technician_id: RecordId | None = None
    scheduled_from: Instant | None = None
    scheduled_until: Instant | None = None


class NewMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`to` is the stage to reach, or the present one to change team, technician or time. `at` is when it happened, now
    when absent. `reason` is an id of `GET /order-reasons`. `version` is that of the order as it was seen: when somebody
    moved it since, the answer is 409. A `team_id` says the whole assignment, so without a technician it has none."""

    to: OrderStage
    at: Instant | None = None
    version: Annotated[int, msgspec.Meta(ge=0)] | None = None
    team_id: RecordId | None = None
    technician_id: RecordId | None = None
    scheduled_from: Instant | None = None
    scheduled_until: Instant | None = None
    reason: RecordId | None = None
    resolution: Words = ""
    note: Words = ""
    position: Position | None = None


class OrderItem(msgspec.Struct, frozen=True):
    """`late` is as of the answer. `version` counts the moves; `stage_since` is when the stage began."""

    id: int
    number: str
    company_id: int
    business_unit_id: int
    city_id: int
    city: str
    subscriber_id: int | None
    subscriber: str | None
    contract_id: int | None
    request_id: int | None
    kind_id: int
    kind: str
    expected_minutes: int
    level: int
    description: str
    location: str
    latitude: float | None
    longitude: float | None
    stage: OrderStage
    stage_since: datetime
    late: bool
    late_since: datetime | None
    version: int
    team_id: int | None
    team: str | None
    technician_id: int | None
    technician: str | None
    scheduled_from: datetime | None
    scheduled_until: datetime | None
    en_route_at: datetime | None
    arrived_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    resolution: str | None
    reason_id: int | None
    reason: str | None
    opened_at: datetime


class OrderPage(msgspec.Struct, frozen=True):
    items: list[OrderItem]
    next: str | None


class MoveItem(msgspec.Struct, frozen=True):
    """One step, with what held after it. `at` is when it happened, `recorded_at` when Farol learned of it."""

    version: int
    before: OrderStage | None
    after: OrderStage
    at: datetime
    recorded_at: datetime
    author: str | None
    team: str | None
    technician: str | None
    scheduled_from: datetime | None
    scheduled_until: datetime | None
    reason: str | None
    note: str
    latitude: float | None
    longitude: float | None


class OrderDetail(msgspec.Struct, frozen=True):
    """`next` are the stages the order may be moved to; `history` is oldest first."""

    order: OrderItem
    next: list[OrderStage]
    history: list[MoveItem]


class OrderKindItem(msgspec.Struct, frozen=True):
    id: int
    company_id: int
    name: str
    expected_minutes: int


class OrderKinds(msgspec.Struct, frozen=True):
    items: list[OrderKindItem]
    next: str | None = None


class OrderReasonItem(msgspec.Struct, frozen=True):
    id: int
    text: str


class OrderReasons(msgspec.Struct, frozen=True):
    items: list[OrderReasonItem]
    next: str | None = None
