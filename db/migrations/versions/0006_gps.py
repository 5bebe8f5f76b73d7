"""GPS: tokens of phones, newest positions, tracks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEVER_DELETED = ("gps_device",)


def upgrade() -> None:
    op.create_table(
        "gps_device",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("technician_id", sa.BigInteger(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dialect", sa.Text(), nullable=True),
        sa.Column("drops", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(token_digest) = 32", name=op.f("ck_gps_device_token_digest")),
        sa.ForeignKeyConstraint(["technician_id"], ["technician.id"], name=op.f("fk_gps_device_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gps_device")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_gps_device_token_digest")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(op.f("ix_gps_device_technician_id"), "gps_device", ["technician_id"], unique=False)
    op.create_index(
        "uq_gps_device_in_use",
        "gps_device",
        ["technician_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "technician_position",
        sa.Column("technician_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("speed_mps", sa.Double(), nullable=True),
        sa.Column("heading_deg", sa.Double(), nullable=True),
        sa.Column("battery", sa.Double(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tracked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspects", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("suspect_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspect_latitude", sa.Double(), nullable=True),
        sa.Column("suspect_longitude", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("ck_technician_position_degrees"),
        ),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.id"], name=op.f("fk_technician_position_technician_id")
        ),
        sa.PrimaryKeyConstraint("technician_id", name=op.f("pk_technician_position")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "technician_fix",
        sa.Column("technician_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.REAL(), nullable=True),
        sa.Column("speed_mps", sa.REAL(), nullable=True),
        sa.Column("heading_deg", sa.REAL(), nullable=True),
        sa.PrimaryKeyConstraint("technician_id", "at", name=op.f("pk_technician_fix")),
        postgresql_partition_by="RANGE (at)",
    )

    for table in NEVER_DELETED:
        op.execute(f"CREATE TRIGGER refuse_loss BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_loss()")
        op.execute(
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss()"
        )
