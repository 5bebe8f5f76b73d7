"""Access: NAS, logins of contracts, open sessions and their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEVER_DELETED = ("internet_login", "nas")


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_s", sa.BigInteger(), nullable=True),
        sa.Column("in_counter", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("out_counter", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("interim_s", sa.Double(), nullable=True),
        sa.Column("unknown", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("nas_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=True),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("port", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=True),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("delegated_prefix", postgresql.CIDR(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_octets", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("out_octets", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("key", name=op.f("uq_session_key")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(op.f("ix_session_address"), "session", ["address"], unique=False)
    op.create_index(op.f("ix_session_login"), "session", ["login"], unique=False)
    op.create_index(op.f("ix_session_mac"), "session", ["mac"], unique=False)
    op.create_index(op.f("ix_session_nas_id"), "session", ["nas_id"], unique=False)
    op.create_index(op.f("ix_session_started_at"), "session", ["started_at"], unique=False)
    op.create_index(op.f("ix_session_subscriber_id"), "session", ["subscriber_id"], unique=False)
    op.create_table(
        "session_history",
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.Column("cause", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("nas_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=True),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("port", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=True),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("delegated_prefix", postgresql.CIDR(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_octets", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("out_octets", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("in_counter", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("out_counter", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("ended IN ('stop', 'reload', 'lost', 'replaced')", name=op.f("ck_session_history_ended")),
        sa.PrimaryKeyConstraint("ended_at", "id", name=op.f("pk_session_history")),
        postgresql_partition_by="RANGE (ended_at)",
    )
    op.create_index(
        op.f("ix_session_history_address_ended_at"), "session_history", ["address", "ended_at"], unique=False
    )
    op.create_index(op.f("ix_session_history_key_ended_at"), "session_history", ["key", "ended_at"], unique=False)
    op.create_index(op.f("ix_session_history_login_ended_at"), "session_history", ["login", "ended_at"], unique=False)
    op.create_index(op.f("ix_session_history_mac_ended_at"), "session_history", ["mac", "ended_at"], unique=False)
    op.create_table(
        "nas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("network", postgresql.CIDR(), nullable=False),
        sa.Column("vendor", sa.Text(), server_default="other", nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("reloaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_nas_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_nas_city_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_nas_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nas")),
        sa.UniqueConstraint("network", name=op.f("uq_nas_network")),
    )
    op.create_index(op.f("ix_nas_company_id_city_id"), "nas", ["company_id", "city_id"], unique=False)
    op.create_table(
        "internet_login",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("login = lower(login) AND login <> ''", name=op.f("ck_internet_login_login")),
        sa.ForeignKeyConstraint(
            ["contract_id", "subscriber_id", "company_id"],
            ["contract.id", "contract.subscriber_id", "contract.company_id"],
            name=op.f("fk_internet_login_contract_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internet_login")),
        sa.UniqueConstraint("company_id", "login", name=op.f("uq_internet_login_company_id_login")),
    )
    op.create_index(op.f("ix_internet_login_contract_id"), "internet_login", ["contract_id"], unique=False)

    for table in NEVER_DELETED:
        op.execute(f"CREATE TRIGGER refuse_loss BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_loss()")
        op.execute(
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss()"
        )
