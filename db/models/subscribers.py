"""The provider's customers, where they are and how they are reached."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered, Placed, one_of, related, unit_of_company


class Subscriber(Numbered, Dated, Placed, Base):
    """`document` is a CPF or CNPJ without punctuation, upper case; `code` is the company's number for the customer."""

    __tablename__ = "subscriber"
    __table_args__ = (
        unit_of_company(),
        UniqueConstraint("company_id", "code"),
        UniqueConstraint("id", "company_id"),
        one_of("kind", ("person", "company")),
        one_of("status", ("prospect", "active", "suspended", "cancelled")),
        CheckConstraint("document ~ '^([0-9]{11}|[0-9A-Z]{14})$'", name="document"),
        CheckConstraint("due_day BETWEEN 1 AND 31", name="due_day"),
        Index(None, "document"),
    )

    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    trade_name: Mapped[str | None]
    document: Mapped[str]
    status: Mapped[str]
    since: Mapped[date]
    due_day: Mapped[int] = mapped_column(SmallInteger)

    addresses: Mapped[list[SubscriberAddress]] = related()
    phones: Mapped[list[SubscriberPhone]] = related()


class SubscriberAddress(Numbered, Dated, Base):
    """`postal_code` is a CEP of eight digits. Degrees in WGS 84."""

    __tablename__ = "subscriber_address"
    __table_args__ = (
        UniqueConstraint("id", "subscriber_id"),
        Index(None, "subscriber_id"),
        one_of("kind", ("installation", "billing", "fiscal")),
        CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
        CheckConstraint("postal_code ~ '^[0-9]{8}$'", name="postal_code"),
    )

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    kind: Mapped[str]
    street: Mapped[str]
    number: Mapped[str]
    complement: Mapped[str | None]
    neighbourhood: Mapped[str]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    state: Mapped[str]
    postal_code: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class SubscriberPhone(Numbered, Dated, Base):
    """`number` in E.164, such as `+5531987654321`."""

    __tablename__ = "subscriber_phone"
    __table_args__ = (
        Index(None, "subscriber_id"),
        Index(None, "number"),
        CheckConstraint(r"number ~ '^\+[1-9][0-9]{6,14}$'", name="number"),
    )

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    number: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="mobile")
