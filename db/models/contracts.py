"""What is sold, and what was sold to whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered, Placed, one_of, related, same_company, unit_of_company


class Product(Numbered, Dated, Base):
    """`price` is the list price in BRL per month; a contract keeps its own."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("company_id", "name"),
        one_of("kind", ("internet", "telephony", "tv", "other")),
        CheckConstraint("price >= 0", name="price"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    name: Mapped[str]
    kind: Mapped[str]
    price: Mapped[Decimal]


class Contract(Numbered, Dated, Placed, Base):
    """`address_id` is where it is installed, one of the subscriber's own addresses."""

    __tablename__ = "contract"
    __table_args__ = (
        unit_of_company(),
        same_company("subscriber_id", "subscriber"),
        ForeignKeyConstraint(
            ["address_id", "subscriber_id"], ["subscriber_address.id", "subscriber_address.subscriber_id"]
        ),
        UniqueConstraint("id", "subscriber_id", "company_id"),
        one_of("status", ("draft", "active", "suspended", "cancelled", "ended")),
        Index(None, "subscriber_id"),
        Index(None, "address_id"),
    )

    subscriber_id: Mapped[int]
    address_id: Mapped[int | None]
    status: Mapped[str]
    signed_on: Mapped[date]

    items: Mapped[list[ContractItem]] = related()


class ContractItem(Numbered, Dated, Base):
    """`price` is what this contract pays for the product, in BRL per month, since the day `since`."""

    __tablename__ = "contract_item"
    __table_args__ = (Index(None, "contract_id"), CheckConstraint("price >= 0", name="price"))

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    price: Mapped[Decimal]
    since: Mapped[date]
