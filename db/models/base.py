"""What every table shares: constraint names, column types, and relationships that never load by themselves."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    MetaData,
    Numeric,
    Text,
    func,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


FLEETING = frozenset(
    {
        "attendance",
        "idempotency_key",
        "login_failure",
        "role_permission",
        "session",
        "session_history",
        "subscriber_phone",
        "technician_fix",
        "technician_position",
        "traffic_sample",
        "user_grant",
        "user_session",
    }
)
"""Tables whose rows may go: they expire, or say only what holds now. All others refuse DELETE and TRUNCATE by trigger;
a new table does too, unless it is named here."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        float: Double,
        date: Date,
        datetime: DateTime(timezone=True),
        Decimal: Numeric(14, 2),
    }


class Numbered:
    """A surrogate key that starts at 1 (0 means "every" in a scope)."""

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, sort_order=-10)


class Dated:
    """When the row was made, by the database's clock unless the action says."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=10)


class Placed:
    """A record that lives at a company, one of its business units, and a city.

    The company is guarded by a composite key to the parent record, see `same_company`.
    """

    company_id: Mapped[int] = mapped_column(sort_order=-9)
    business_unit_id: Mapped[int] = mapped_column(sort_order=-8)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"), sort_order=-7)


def same_company(column: str, target: str, *also: str) -> ForeignKeyConstraint:
    """A reference that drags the company (and the columns in `also`) along, so that no bug can mix two companies."""
    columns = [column, *also, "company_id"]
    return ForeignKeyConstraint(columns, [f"{target}.id", *(f"{target}.{name}" for name in columns[1:])])


def unit_of_company() -> ForeignKeyConstraint:
    return same_company("business_unit_id", "business_unit")


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """Text with a list of values: unlike a database enum it can change inside a transaction."""
    quoted = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({quoted})", name=column)


related = partial(relationship, lazy="raise", viewonly=True)
"""A relationship that is read only when a query asks for it (`selectinload`, `joinedload`) and never writes."""
