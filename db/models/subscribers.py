"""The provider's customers, where they are and how they are reached."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered, Placed, one_of, related, unit_of_company


def _typed(name: str, expression: str) -> Index:
    """An index for how the value of an expression begins."""
    return Index(name, literal_column(expression).label("typed"), postgresql_ops={"typed": "text_pattern_ops"})


class Subscriber(Numbered, Dated, Placed, Base):
    """`document` is a CPF or CNPJ without punctuation, upper case; `code` is the company's number for the customer.

    `rg` is the identity card's number without punctuation, upper case. `folded` is what names are searched by, see
    `docs/agent.md`: the database keeps it.
    """

    __tablename__ = "subscriber"
    __table_args__ = (
        unit_of_company(),
        UniqueConstraint("company_id", "code"),
        UniqueConstraint("id", "company_id"),
        one_of("kind", ("person", "company")),
        one_of("status", ("prospect", "active", "suspended", "cancelled")),
        CheckConstraint("document ~ '^([0-9]{11}|[0-9A-Z]{14})$'", name="document"),
        CheckConstraint("due_day BETWEEN 1 AND 31", name="due_day"),
        CheckConstraint("rg ~ '^[0-9A-Z]{3,20}$'", name="rg"),
        Index(None, "document", postgresql_ops={"document": "text_pattern_ops"}),
        # What is typed of a code, with or without the zeros it begins with.
        _typed("ix_subscriber_code", "ltrim(upper(code), '0'::text)"),
        Index(None, "rg", postgresql_ops={"rg": "text_pattern_ops"}, postgresql_where=text("rg IS NOT NULL")),
        Index("ix_subscriber_begins", "folded", postgresql_ops={"folded": "text_pattern_ops"}),
        Index("ix_subscriber_words", "folded", postgresql_using="gin", postgresql_ops={"folded": "gin_trgm_ops"}),
    )

    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    trade_name: Mapped[str | None]
    document: Mapped[str]
    status: Mapped[str]
    since: Mapped[date]
    due_day: Mapped[int] = mapped_column(SmallInteger)
    rg: Mapped[str | None]
    folded: Mapped[str] = mapped_column(Computed("folded(VARIADIC ARRAY[name, trade_name])", persisted=True))

    addresses: Mapped[list[SubscriberAddress]] = related()
    phones: Mapped[list[SubscriberPhone]] = related()


class SubscriberAddress(Numbered, Dated, Base):
    """`postal_code` is a CEP of eight digits, `pole` the number painted on the pole it hangs on. Degrees in WGS 84.

    `folded` is what addresses are searched by: the database keeps it.
    """

    __tablename__ = "subscriber_address"
    __table_args__ = (
        UniqueConstraint("id", "subscriber_id"),
        Index(None, "subscriber_id"),
        one_of("kind", ("installation", "billing", "fiscal")),
        CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
        CheckConstraint("postal_code ~ '^[0-9]{8}$'", name="postal_code"),
        Index(
            "ix_subscriber_address_words", "folded", postgresql_using="gin", postgresql_ops={"folded": "gin_trgm_ops"}
        ),
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
    condominium: Mapped[str | None]
    pole: Mapped[str | None]
    folded: Mapped[str] = mapped_column(
        Computed("folded(VARIADIC ARRAY[street, number, complement, neighbourhood, condominium, pole])", persisted=True)
    )


class SubscriberPhone(Numbered, Dated, Base):
    """`number` in E.164, such as `+5531987654321`."""

    __tablename__ = "subscriber_phone"
    __table_args__ = (
        Index(None, "subscriber_id"),
        # As it is called: whole, without country and area, by its last digits.
        Index(None, "number", postgresql_ops={"number": "text_pattern_ops"}),
        _typed("ix_subscriber_phone_local", "substr(number, 6)"),
        _typed("ix_subscriber_phone_end", "reverse(number)"),
        CheckConstraint(r"number ~ '^\+[1-9][0-9]{6,14}$'", name="number"),
    )

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    number: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="mobile")
