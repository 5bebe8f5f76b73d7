"""Rates of ports over time, one row per port and poll."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import REAL, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class TrafficSample(Base):
    """`in_bps` and `out_bps` are bit/s over the `interval_s` seconds before `at`, NULL where there is no truth.

    Partitioned by day of `at` (UTC), see `db.partitions`. No foreign key and no unique index: rows arrive by COPY at
    the rate of the polls, from collectors that read the port ids from the same database.
    """

    __tablename__ = "traffic_sample"
    __table_args__ = (
        Index(None, "port_id", "at"),
        Index("ix_traffic_sample_at_brin", "at", postgresql_using="brin"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    at: Mapped[datetime] = mapped_column()
    port_id: Mapped[int] = mapped_column()
    in_bps: Mapped[float | None]
    out_bps: Mapped[float | None]
    interval_s: Mapped[float] = mapped_column(REAL)
    flags: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))

    __mapper_args__ = {"primary_key": [port_id, at]}  # noqa: RUF012 - tells rows apart for the mapper; the table has no key
