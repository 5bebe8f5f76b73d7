"""Search: what names, addresses, equipment and numbers are found by; and who has whose screen open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FOLDED = r"""
CREATE FUNCTION folded(VARIADIC parts text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT ' ' || trim(regexp_replace(
    lower(regexp_replace(normalize(array_to_string(parts, ' '), NFKD), '[\u0300-\u036f]+', '', 'g')),
    '[^a-z0-9]+', ' ', 'g'))
$$
"""
"""`backend.search.what.folded` in SQL, with a blank in front: ' ' || word finds the words that begin so."""


def upgrade() -> None:
    # Comes with PostgreSQL and is trusted: whoever may create in the database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute(FOLDED)
    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_attendance_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_attendance_city_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id", "company_id"],
            ["subscriber.id", "subscriber.company_id"],
            name=op.f("fk_attendance_subscriber_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_attendance_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "process", "subscriber_id", "user_id", name=op.f("uq_attendance_process_subscriber_id_user_id")
        ),
    )
    op.create_index(op.f("ix_attendance_seen_at"), "attendance", ["seen_at"], unique=False)
    op.create_index(op.f("ix_attendance_subscriber_id"), "attendance", ["subscriber_id"], unique=False)
    _equipment()
    op.add_column("subscriber", sa.Column("rg", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_subscriber_rg"), "subscriber", "rg ~ '^[0-9A-Z]{3,20}$'")
    op.add_column("subscriber_address", sa.Column("condominium", sa.Text(), nullable=True))
    op.add_column("subscriber_address", sa.Column("pole", sa.Text(), nullable=True))
    _kept("subscriber", "name, trade_name")
    _kept("subscriber_address", "street, number, complement, neighbourhood, condominium, pole")
    op.create_index(
        "ix_subscriber_begins", "subscriber", ["folded"], unique=False, postgresql_ops={"folded": "text_pattern_ops"}
    )
    for table in ("subscriber", "subscriber_address"):
        op.create_index(
            f"ix_{table}_words",
            table,
            ["folded"],
            unique=False,
            postgresql_using="gin",
            postgresql_ops={"folded": "gin_trgm_ops"},
        )
    op.create_index(
        op.f("ix_subscriber_rg"),
        "subscriber",
        ["rg"],
        unique=False,
        postgresql_ops={"rg": "text_pattern_ops"},
        postgresql_where=sa.text("rg IS NOT NULL"),
    )
    _typed("ix_subscriber_code", "subscriber", "ltrim(upper(code), '0'::text)")
    _prefixed("subscriber", "document", replaces=True)
    _prefixed("subscriber_phone", "number", replaces=True)
    _typed("ix_subscriber_phone_local", "subscriber_phone", "substr(number, 6)")
    _typed("ix_subscriber_phone_end", "subscriber_phone", "reverse(number)")
    _prefixed("internet_login", "login")
    op.create_index(op.f("ix_internet_login_subscriber_id"), "internet_login", ["subscriber_id"], unique=False)


def _equipment() -> None:
    op.create_table(
        "equipment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("serial = upper(serial) AND serial <> ''", name=op.f("ck_equipment_serial")),
        sa.CheckConstraint("tag = upper(tag) AND tag <> ''", name=op.f("ck_equipment_tag")),
        sa.ForeignKeyConstraint(
            ["contract_id", "subscriber_id", "company_id"],
            ["contract.id", "contract.subscriber_id", "contract.company_id"],
            name=op.f("fk_equipment_contract_id"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id", "company_id"],
            ["subscriber.id", "subscriber.company_id"],
            name=op.f("fk_equipment_subscriber_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment")),
        sa.UniqueConstraint("company_id", "serial", name=op.f("uq_equipment_company_id_serial")),
    )
    for column in ("contract_id", "subscriber_id"):
        op.create_index(op.f(f"ix_equipment_{column}"), "equipment", [column], unique=False)
    for column in ("serial", "tag"):
        _prefixed("equipment", column)
    op.execute("CREATE TRIGGER refuse_loss BEFORE DELETE ON equipment FOR EACH ROW EXECUTE FUNCTION refuse_loss()")
    op.execute(
        "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON equipment FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss()"
    )


def _kept(table: str, columns: str) -> None:
    """A column that the database keeps from others."""
    computed = sa.Computed(f"folded(VARIADIC ARRAY[{columns}])", persisted=True)
    op.add_column(table, sa.Column("folded", sa.Text(), computed, nullable=False))


def _prefixed(table: str, column: str, *, replaces: bool = False) -> None:
    """An index for how a value begins, which serves equality too."""
    name = f"ix_{table}_{column}"
    if replaces:
        op.drop_index(name, table)
    op.create_index(name, table, [column], unique=False, postgresql_ops={column: "text_pattern_ops"})


def _typed(name: str, table: str, expression: str) -> None:
    """An index for how the value of an expression begins."""
    typed: sa.ColumnElement[str] = sa.literal_column(expression).label("typed")
    op.create_index(name, table, [typed], unique=False, postgresql_ops={"typed": "text_pattern_ops"})
