"""Field work: teams and their technicians, and the orders they carry out. Nothing here is ever deleted."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, func, text, true
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered, Placed, one_of, same_company, unit_of_company
from realtime.facts import OrderStage


class Team(Numbered, Dated, Base):
    """A crew that goes out together, own or contracted. `city_id` is where it starts from; without a business unit it
    works for all of its company's. `workday_minutes` is what it can be given in a day."""

    __tablename__ = "team"
    __table_args__ = (
        unit_of_company(),
        UniqueConstraint("company_id", "name"),
        UniqueConstraint("id", "company_id"),
        one_of("kind", ("own", "contracted")),
        CheckConstraint("workday_minutes BETWEEN 0 AND 1440", name="workday_minutes"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    business_unit_id: Mapped[int | None]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="own")
    workday_minutes: Mapped[int] = mapped_column(server_default=text("480"))
    active: Mapped[bool] = mapped_column(server_default=true())


class Technician(Numbered, Dated, Base):
    """Who goes out. The place is that of the team it belongs to, or its own while it has none. `phone` in E.164."""

    __tablename__ = "technician"
    __table_args__ = (
        unit_of_company(),
        same_company("team_id", "team"),
        UniqueConstraint("id", "company_id"),
        Index(None, "team_id"),
        Index(None, "company_id", "city_id"),
        CheckConstraint(r"phone ~ '^\+[1-9][0-9]{6,14}$'", name="phone"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    business_unit_id: Mapped[int | None]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    team_id: Mapped[int | None]
    name: Mapped[str]
    phone: Mapped[str | None]
    active: Mapped[bool] = mapped_column(server_default=true())


class OrderKind(Numbered, Dated, Base):
    """What is done in an order, such as an installation, and how long it is expected to take at the place."""

    __tablename__ = "order_kind"
    __table_args__ = (
        UniqueConstraint("company_id", "name"),
        UniqueConstraint("id", "company_id"),
        CheckConstraint("expected_minutes > 0", name="expected_minutes"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    name: Mapped[str]
    expected_minutes: Mapped[int] = mapped_column(server_default=text("60"))
    active: Mapped[bool] = mapped_column(server_default=true())


class ServiceOrder(Numbered, Dated, Placed, Base):
    """A visit to a subscriber, or a task on the network (no subscriber; `location` says where).

    `level` is the one of four levels of care that it takes, the last of which is the visit. The window agreed with the
    subscriber is `scheduled_from` to `scheduled_until`. `stage_since` is when the present stage began, and `ended_at`
    when it was done, failed or cancelled. `version` counts the moves: who moves an order says which one was seen.
    Degrees in WGS 84.
    """

    __tablename__ = "service_order"
    __table_args__ = (
        unit_of_company(),
        same_company("subscriber_id", "subscriber"),
        same_company("contract_id", "contract", "subscriber_id"),
        same_company("kind_id", "order_kind"),
        same_company("team_id", "team"),
        same_company("technician_id", "technician"),
        same_company("request_id", "request"),
        UniqueConstraint("id", "company_id"),
        one_of("stage", get_args(OrderStage)),
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("scheduled_from < scheduled_until", name="window"),
        CheckConstraint(
            "stage IN ('open', 'failed', 'cancelled') OR "
            "(team_id IS NOT NULL AND scheduled_from IS NOT NULL AND scheduled_until IS NOT NULL)",
            name="scheduled_has_team_and_time",
        ),
        CheckConstraint("(stage IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("stage <> 'done' OR resolution <> ''", name="done_says_what"),
        CheckConstraint("stage NOT IN ('failed', 'cancelled') OR reason_id IS NOT NULL", name="failed_says_why"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="degrees"),
        # What is under way or to be done: the board, the map, and a subscriber's screen.
        Index(
            "ix_service_order_under_way",
            "company_id", "city_id", "scheduled_from",
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "ended_at"),
        Index(None, "scheduled_from"),
        Index(None, "subscriber_id"),
        Index(None, "contract_id"),
        Index(None, "kind_id"),
        Index(None, "team_id", "scheduled_from"),
        Index(None, "technician_id", "scheduled_from"),
        Index(None, "request_id"),
    )  # fmt: skip

    subscriber_id: Mapped[int | None]
    contract_id: Mapped[int | None]
    request_id: Mapped[int | None]
    kind_id: Mapped[int]
    level: Mapped[int] = mapped_column(SmallInteger, server_default=text("4"))
    description: Mapped[str] = mapped_column(server_default="")
    location: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    stage: Mapped[str] = mapped_column(server_default="open")
    stage_since: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default=text("0"))
    team_id: Mapped[int | None]
    technician_id: Mapped[int | None]
    scheduled_from: Mapped[datetime | None]
    scheduled_until: Mapped[datetime | None]
    en_route_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    resolution: Mapped[str | None]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation_reason.id"))
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class ServiceOrderMove(Numbered, Dated, Base):
    """One step of an order's history, with what held after it. `at` is when it happened in the field, `created_at` when
    Farol learned of it. `before` is None for the opening; a change of team or time alone keeps the stage. `reason_id`
    says why it failed or was cancelled."""

    __tablename__ = "service_order_move"
    __table_args__ = (
        same_company("order_id", "service_order"),
        one_of("before", get_args(OrderStage)),
        one_of("after", get_args(OrderStage)),
        UniqueConstraint("order_id", "version"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="degrees"),
    )

    company_id: Mapped[int]
    order_id: Mapped[int]
    version: Mapped[int]
    before: Mapped[str | None]
    after: Mapped[str]
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    team_id: Mapped[int | None]
    technician_id: Mapped[int | None]
    scheduled_from: Mapped[datetime | None]
    scheduled_until: Mapped[datetime | None]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation_reason.id"))
    note: Mapped[str] = mapped_column(server_default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
