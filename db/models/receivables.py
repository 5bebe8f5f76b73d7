"""Money owed, money that came in, and what was paid above the debt. Amounts in BRL. Nothing here is ever deleted."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text, true
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered, Placed, one_of, same_company, unit_of_company
from realtime.facts import Channel


class CancellationReason(Numbered, Dated, Base):
    """The list a cancellation chooses from. `applies_to` names a record, such as `receivable`."""

    __tablename__ = "cancellation_reason"
    __table_args__ = (UniqueConstraint("applies_to", "text"),)

    applies_to: Mapped[str]
    text: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=true())


class Receivable(Numbered, Dated, Placed, Base):
    """A title. `settled_amount` is the sum of what its settlements applied; what is owed is `amount - settled_amount`.

    `number` is what the bank knows it by, None until it has been registered. `reference_month` is a month's first day.
    """

    __tablename__ = "receivable"
    __table_args__ = (
        unit_of_company(),
        same_company("subscriber_id", "subscriber"),
        same_company("contract_id", "contract", "subscriber_id"),
        UniqueConstraint("id", "subscriber_id", "company_id"),
        one_of("status", ("open", "paid", "renegotiated", "cancelled", "annulled", "gifted", "cut")),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("settled_amount BETWEEN 0 AND amount", name="settled_amount"),
        CheckConstraint("status <> 'paid' OR settled_amount = amount", name="paid_is_settled"),
        CheckConstraint("status <> 'open' OR settled_amount < amount", name="open_is_owed"),
        CheckConstraint(
            "status <> 'cancelled' OR (cancelled_at IS NOT NULL AND cancellation_reason_id IS NOT NULL)",
            name="cancelled_says_why",
        ),
        CheckConstraint("EXTRACT(day FROM reference_month) = 1", name="reference_month"),
        # What is owed and how late it is, summed without touching the table.
        Index(
            "ix_receivable_open",
            "company_id", "city_id", "due_on",
            postgresql_include=["business_unit_id", "amount", "settled_amount"],
            postgresql_where=text("status = 'open'"),
        ),
        # The order of lists and of their cursors.
        Index(None, "due_on", "id"),
        Index("ix_receivable_cancelled_at", "cancelled_at", postgresql_where=text("cancelled_at IS NOT NULL")),
        Index(None, "issued_on"),
        Index(None, "subscriber_id", "due_on"),
        Index(None, "contract_id"),
    )  # fmt: skip

    subscriber_id: Mapped[int]
    contract_id: Mapped[int | None]
    number: Mapped[str | None]
    amount: Mapped[Decimal]
    settled_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    issued_on: Mapped[date]
    due_on: Mapped[date]
    reference_month: Mapped[date]
    status: Mapped[str] = mapped_column(server_default="open")
    paid_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    cancellation_reason_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation_reason.id"))
    cancellation_note: Mapped[str | None]


class Settlement(Numbered, Dated, Placed, Base):
    """A payment applied to a receivable; never changed afterwards.

    `amount` = `applied` to the receivable + `credited` to the subscriber. `paid_on` is the day the customer paid,
    `credited_on` the day the bank hands the money over, `recorded_at` when Farol learned of it.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        unit_of_company(),
        same_company("receivable_id", "receivable", "subscriber_id"),
        UniqueConstraint("id", "subscriber_id", "company_id"),
        one_of("channel", get_args(Channel)),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("applied >= 0 AND credited >= 0 AND applied + credited = amount", name="split"),
        Index(None, "receivable_id"),
        Index(None, "recorded_at"),
        Index(None, "paid_on", "company_id", "city_id"),
    )

    receivable_id: Mapped[int]
    subscriber_id: Mapped[int]
    amount: Mapped[Decimal]
    applied: Mapped[Decimal]
    credited: Mapped[Decimal]
    paid_on: Mapped[date]
    credited_on: Mapped[date]
    channel: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    author_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class Credit(Numbered, Dated, Placed, Base):
    """What a settlement brought above the debt; it belongs to the subscriber until it is used."""

    __tablename__ = "credit"
    __table_args__ = (
        unit_of_company(),
        same_company("settlement_id", "settlement", "subscriber_id"),
        UniqueConstraint("settlement_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("used_amount BETWEEN 0 AND amount", name="used_amount"),
        Index(None, "subscriber_id"),
    )

    subscriber_id: Mapped[int]
    settlement_id: Mapped[int]
    amount: Mapped[Decimal]
    used_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
