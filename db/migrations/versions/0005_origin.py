"""Where imported records came from, so that a file may be loaded twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "origin",
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("source_id <> ''", name=op.f("ck_origin_source_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_origin_company_id")),
        sa.PrimaryKeyConstraint("company_id", "kind", "source_id", name=op.f("pk_origin")),
    )
    op.execute(
        "CREATE TRIGGER refuse_loss BEFORE UPDATE OR DELETE ON origin FOR EACH ROW EXECUTE FUNCTION refuse_loss()"
    )
    op.execute(
        "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON origin FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss()"
    )
