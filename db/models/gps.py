"""Where technicians are: the tokens of their phones, the newest position of each, and the track of the past days."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import REAL, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered


class GpsDevice(Numbered, Dated, Base):
    """The token of a technician's phone, as its SHA-256 digest. One at a time is not revoked.

    `drops` counts what was not believed: reason -> {"count", "at", "sample"}, the sample being the last one of its
    kind, kept as evidence. `dialect` is what the phone spoke last.
    """

    __tablename__ = "gps_device"
    __table_args__ = (
        UniqueConstraint("token_digest"),
        Index(None, "technician_id"),
        Index(
            "uq_gps_device_in_use", "technician_id", unique=True, postgresql_where=text("revoked_at IS NULL")
        ),
        CheckConstraint("length(token_digest) = 32", name="token_digest"),
        {"postgresql_with": {"fillfactor": 70}},
    )  # fmt: skip

    technician_id: Mapped[int] = mapped_column(ForeignKey("technician.id"))
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    dialect: Mapped[str | None]
    drops: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class TechnicianPosition(Base):
    """The newest position of a technician, rewritten with each fix.

    `at` is the instant of the newest fix, which renews it also when it is within the accuracy of where the technician
    is known to be; `moved_at` is that of the fix that put it there, `tracked_at` that of the newest row in the track.
    `battery` from 0 to 1. `suspect_*` is the last of `suspects` fixes in a row that nobody could have driven to.
    Degrees in WGS 84, metres, metres per second.
    """

    __tablename__ = "technician_position"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="degrees"),
        {"postgresql_with": {"fillfactor": 70}},
    )

    technician_id: Mapped[int] = mapped_column(ForeignKey("technician.id"), primary_key=True)
    at: Mapped[datetime]
    latitude: Mapped[float]
    longitude: Mapped[float]
    accuracy_m: Mapped[float | None]
    speed_mps: Mapped[float | None]
    heading_deg: Mapped[float | None]
    battery: Mapped[float | None]
    moved_at: Mapped[datetime]
    tracked_at: Mapped[datetime]
    suspects: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    suspect_at: Mapped[datetime | None]
    suspect_latitude: Mapped[float | None]
    suspect_longitude: Mapped[float | None]


class TechnicianFix(Base):
    """The track: one row per fix that was believed, late ones too; one a minute while nobody moves.

    Partitioned by day of `at` (UTC), see `db.partitions`. A fix that is sent twice is one row. No foreign key: the id
    was read in the same transaction from a table that loses no row.
    """

    __tablename__ = "technician_fix"
    __table_args__ = ({"postgresql_partition_by": "RANGE (at)"},)

    technician_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    accuracy_m: Mapped[float | None] = mapped_column(REAL)
    speed_mps: Mapped[float | None] = mapped_column(REAL)
    heading_deg: Mapped[float | None] = mapped_column(REAL)
