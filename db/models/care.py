"""Customer service: contacts and their protocols, what they asked for, and notes. Nothing here is ever deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, func, text, true
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered, Placed, one_of, same_company, unit_of_company
from realtime.facts import Department


class ProtocolMonth(Base):
    """The last sequence given out in a month (`AAAAMM`). It only grows, in a transaction of its own, so that a number
    that somebody was told is never told again."""

    __tablename__ = "protocol_month"
    __table_args__ = (
        CheckConstraint("month ~ '^[0-9]{6}$'", name="month"),
        CheckConstraint("last > 0", name="last"),
    )

    month: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class Contact(Numbered, Dated, Base):
    """A conversation. It has its `protocol` before anybody knows who is calling: until `subscriber_id` is known it has
    neither unit nor city. `caller` is the phone or address it came from, as it came."""

    __tablename__ = "contact"
    __table_args__ = (
        unit_of_company(),
        same_company("subscriber_id", "subscriber"),
        UniqueConstraint("protocol"),
        UniqueConstraint("id", "company_id"),
        one_of("channel", ("phone", "whatsapp", "chat", "email", "counter", "field")),
        CheckConstraint("protocol ~ '^[0-9]{12,}$'", name="protocol"),
        Index(None, "subscriber_id", "started_at"),
        Index(None, "agent_id", "started_at"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    business_unit_id: Mapped[int | None]
    city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"))
    protocol: Mapped[str]
    channel: Mapped[str] = mapped_column(server_default="phone")
    caller: Mapped[str | None]
    subscriber_id: Mapped[int | None]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    summary: Mapped[str | None]


class RequestKind(Numbered, Dated, Base):
    """What can be asked for, the department that answers, and in how many days it has to."""

    __tablename__ = "request_kind"
    __table_args__ = (
        UniqueConstraint("company_id", "name"),
        UniqueConstraint("id", "company_id"),
        one_of("department", get_args(Department)),
        CheckConstraint("deadline_days > 0", name="deadline_days"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    name: Mapped[str]
    department: Mapped[str]
    deadline_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("7"))
    active: Mapped[bool] = mapped_column(server_default=true())


class Request(Numbered, Dated, Placed, Base):
    """What a subscriber asked for, with the department that has it now. `due_on` is the last day to answer.

    `taken_by` has it in hand; nobody has while it is None. It ends closed with a `result`, or cancelled with a reason.
    """

    __tablename__ = "request"
    __table_args__ = (
        unit_of_company(),
        same_company("subscriber_id", "subscriber"),
        same_company("contract_id", "contract", "subscriber_id"),
        same_company("contact_id", "contact"),
        same_company("kind_id", "request_kind"),
        UniqueConstraint("id", "company_id"),
        one_of("department", get_args(Department)),
        one_of("status", ("open", "closed", "cancelled")),
        CheckConstraint("(status = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken"),
        CheckConstraint("status <> 'closed' OR result <> ''", name="closed_says_what"),
        CheckConstraint("status <> 'cancelled' OR reason_id IS NOT NULL", name="cancelled_says_why"),
        # What a department has to do, the most urgent first.
        Index(
            "ix_request_open",
            "department", "company_id", "city_id", "due_on",
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "subscriber_id", "opened_at"),
        Index(None, "contract_id"),
        Index(None, "contact_id"),
        Index(None, "kind_id"),
        Index(None, "ended_at"),
    )  # fmt: skip

    contact_id: Mapped[int | None]
    subscriber_id: Mapped[int]
    contract_id: Mapped[int | None]
    kind_id: Mapped[int]
    department: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    status: Mapped[str] = mapped_column(server_default="open")
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    due_on: Mapped[date]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    result: Mapped[str | None]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation_reason.id"))


class RequestMove(Numbered, Dated, Base):
    """One step of a request's history. `department` is the one that has it afterwards."""

    __tablename__ = "request_move"
    __table_args__ = (
        same_company("request_id", "request"),
        one_of("kind", ("opened", "taken", "released", "forwarded", "closed", "cancelled")),
        one_of("department", get_args(Department)),
        Index(None, "request_id", "at"),
    )

    company_id: Mapped[int]
    request_id: Mapped[int]
    kind: Mapped[str]
    department: Mapped[str]
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    note: Mapped[str] = mapped_column(server_default="")


class SubscriberNote(Numbered, Dated, Placed, Base):
    """What somebody wrote down about a subscriber; never changed afterwards, a correction is another note."""

    __tablename__ = "subscriber_note"
    __table_args__ = (
        unit_of_company(),
        same_company("subscriber_id", "subscriber"),
        same_company("contact_id", "contact"),
        CheckConstraint("text <> ''", name="text"),
        Index(None, "subscriber_id", "at"),
        Index(None, "contact_id"),
    )

    subscriber_id: Mapped[int]
    contact_id: Mapped[int | None]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    author_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
