"""Facts as they were recorded: the truth behind every announcement, and the history of every record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Identity, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Event(Base):
    """One fact. Written by `db.uow` only, last in its transaction; never changed, never deleted.

    `recorded_at` is the database's clock at the insert, so it is close to the commit whatever the action did before;
    `id` is unique but not in order of commit. `body` is the fact as JSON, tagged with `kind`. The key starts with
    `recorded_at` because that is what partitions (by month, UTC) and what the tail reads by. No foreign keys: the rows
    a fact names were checked in the same transaction and are never deleted.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "subject_type", "subject_id", "id"),
        {"postgresql_partition_by": "RANGE (recorded_at)"},
    )

    recorded_at: Mapped[datetime] = mapped_column(primary_key=True, server_default=func.clock_timestamp())
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    company_id: Mapped[int]
    business_unit_id: Mapped[int | None]
    city_id: Mapped[int | None]
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    author_id: Mapped[int | None]
    body: Mapped[Any] = mapped_column(JSONB)
