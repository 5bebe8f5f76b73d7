"""Tables. Partitions are made by `db.partitions`, triggers by the next revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("locale", sa.Text(), server_default="pt-BR", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
    )
    op.create_index("uq_app_user_login", "app_user", [sa.literal_column("lower(login)")], unique=True)
    op.create_table(
        "cancellation_reason",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("applies_to", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellation_reason")),
        sa.UniqueConstraint("applies_to", "text", name=op.f("uq_cancellation_reason_applies_to_text")),
    )
    op.create_table(
        "city",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ibge_code", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ibge_code ~ '^[0-9]{7}$'", name=op.f("ck_city_ibge_code")),
        sa.CheckConstraint("state ~ '^[A-Z]{2}$'", name=op.f("ck_city_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city")),
        sa.UniqueConstraint("ibge_code", name=op.f("uq_city_ibge_code")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("cnpj", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="America/Sao_Paulo", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("cnpj ~ '^[0-9A-Z]{14}$'", name=op.f("ck_company_cnpj")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("cnpj", name=op.f("uq_company_cnpj")),
    )
    op.create_table(
        "event",
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("city_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("recorded_at", "id", name=op.f("pk_event")),
        postgresql_partition_by="RANGE (recorded_at)",
    )
    op.create_index(
        op.f("ix_event_subject_type_subject_id_id"), "event", ["subject_type", "subject_id", "id"], unique=False
    )
    op.create_table(
        "idempotency_key",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "login_failure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    op.create_index(op.f("ix_login_failure_address_at"), "login_failure", ["address", "at"], unique=False)
    op.create_index(op.f("ix_login_failure_login_at"), "login_failure", ["login", "at"], unique=False)
    op.create_table(
        "role",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "traffic_sample",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("port_id", sa.BigInteger(), nullable=False),
        sa.Column("in_bps", sa.Double(), nullable=True),
        sa.Column("out_bps", sa.Double(), nullable=True),
        sa.Column("interval_s", sa.REAL(), nullable=False),
        sa.Column("flags", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index("ix_traffic_sample_at_brin", "traffic_sample", ["at"], unique=False, postgresql_using="brin")
    op.create_index(op.f("ix_traffic_sample_port_id_at"), "traffic_sample", ["port_id", "at"], unique=False)
    op.create_table(
        "business_unit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_business_unit_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_unit")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_business_unit_company_id_name")),
        sa.UniqueConstraint("id", "company_id", name=op.f("uq_business_unit_id_company_id")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("price", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('internet', 'telephony', 'tv', 'other')", name=op.f("ck_product_kind")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_product_price")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_product_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_product_company_id_name")),
    )
    op.create_table(
        "role_permission",
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_role_permission_role_id")),
        sa.PrimaryKeyConstraint("role_id", "module", "action", name=op.f("pk_role_permission")),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("ck_token_token_hash")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_token_token_hash")),
    )
    op.create_index(op.f("ix_token_user_id"), "token", ["user_id"], unique=False)
    op.create_table(
        "user_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_agent", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("ck_user_session_token_hash")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_user_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("port", sa.Integer(), server_default=sa.text("161"), nullable=False),
        sa.Column("kind", sa.Text(), server_default="other", nullable=False),
        sa.Column("snmp_version", sa.Text(), server_default="2c", nullable=False),
        sa.Column("snmp_credentials", sa.LargeBinary(), nullable=False),
        sa.Column("poll_interval_s", sa.Integer(), server_default=sa.text("60"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("snmp_version IN ('1', '2c', '3')", name=op.f("ck_device_snmp_version")),
        sa.CheckConstraint("poll_interval_s BETWEEN 1 AND 86400", name=op.f("ck_device_poll_interval_s")),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name=op.f("ck_device_port")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_device_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_device_city_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_device_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("id", "company_id", name=op.f("uq_device_id_company_id")),
    )
    op.create_index(op.f("ix_device_company_id_city_id"), "device", ["company_id", "city_id"], unique=False)
    op.create_table(
        "subscriber",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trade_name", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("due_day", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("document ~ '^([0-9]{11}|[0-9A-Z]{14})$'", name=op.f("ck_subscriber_document")),
        sa.CheckConstraint("kind IN ('person', 'company')", name=op.f("ck_subscriber_kind")),
        sa.CheckConstraint(
            "status IN ('prospect', 'active', 'suspended', 'cancelled')", name=op.f("ck_subscriber_status")
        ),
        sa.CheckConstraint("due_day BETWEEN 1 AND 31", name=op.f("ck_subscriber_due_day")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_subscriber_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_subscriber_city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("company_id", "code", name=op.f("uq_subscriber_company_id_code")),
        sa.UniqueConstraint("id", "company_id", name=op.f("uq_subscriber_id_company_id")),
    )
    op.create_index(op.f("ix_subscriber_document"), "subscriber", ["document"], unique=False)
    op.create_table(
        "token_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_id", sa.BigInteger(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("city_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "business_unit_id IS NULL OR company_id IS NOT NULL", name=op.f("ck_token_grant_unit_needs_company")
        ),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_token_grant_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_token_grant_city_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_token_grant_company_id")),
        sa.ForeignKeyConstraint(["token_id"], ["token.id"], name=op.f("fk_token_grant_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_grant")),
    )
    op.create_index(op.f("ix_token_grant_token_id"), "token_grant", ["token_id"], unique=False)
    op.create_table(
        "user_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("city_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "business_unit_id IS NULL OR company_id IS NOT NULL", name=op.f("ck_user_grant_unit_needs_company")
        ),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_user_grant_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_user_grant_city_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_user_grant_company_id")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_user_grant_role_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_user_grant_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_grant")),
        sa.UniqueConstraint(
            "user_id",
            "role_id",
            "company_id",
            "business_unit_id",
            "city_id",
            name="uq_user_grant_user_id_role_id_place",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "device_state",
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("misses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round_trip_ms", sa.Double(), nullable=True),
        sa.Column("sys_name", sa.Text(), nullable=True),
        sa.Column("sys_descr", sa.Text(), nullable=True),
        sa.Column("sys_object_id", sa.Text(), nullable=True),
        sa.Column("uptime_s", sa.Double(), nullable=True),
        sa.Column("variables_per_pdu", sa.Integer(), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discover_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discovered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discovery_error", sa.Text(), nullable=True),
        sa.Column("skipped_polls", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('unknown', 'up', 'suspect', 'down')", name=op.f("ck_device_state_status")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_state_device_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_state")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "port",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("if_index", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), server_default="", nullable=False),
        sa.Column("descr", sa.Text(), server_default="", nullable=False),
        sa.Column("mac", sa.Text(), nullable=True),
        sa.Column("type", sa.Integer(), nullable=True),
        sa.Column("speed_bps", sa.BigInteger(), nullable=True),
        sa.Column("capacity_bps", sa.BigInteger(), nullable=True),
        sa.Column("admin", sa.Text(), nullable=True),
        sa.Column("oper", sa.Text(), nullable=True),
        sa.Column("polled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("has_hc", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("capacity_bps > 0", name=op.f("ck_port_capacity_bps")),
        sa.CheckConstraint("speed_bps >= 0", name=op.f("ck_port_speed_bps")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_port_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_port")),
    )
    op.create_index(op.f("ix_port_device_id"), "port", ["device_id"], unique=False)
    op.create_table(
        "subscriber_address",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("complement", sa.Text(), nullable=True),
        sa.Column("neighbourhood", sa.Text(), nullable=False),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('installation', 'billing', 'fiscal')", name=op.f("ck_subscriber_address_kind")),
        sa.CheckConstraint("postal_code ~ '^[0-9]{8}$'", name=op.f("ck_subscriber_address_postal_code")),
        sa.CheckConstraint("state ~ '^[A-Z]{2}$'", name=op.f("ck_subscriber_address_state")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_subscriber_address_city_id")),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name=op.f("fk_subscriber_address_subscriber_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber_address")),
        sa.UniqueConstraint("id", "subscriber_id", name=op.f("uq_subscriber_address_id_subscriber_id")),
    )
    op.create_index(op.f("ix_subscriber_address_subscriber_id"), "subscriber_address", ["subscriber_id"], unique=False)
    op.create_table(
        "subscriber_phone",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="mobile", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("number ~ '^\\+[1-9][0-9]{6,14}$'", name=op.f("ck_subscriber_phone_number")),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name=op.f("fk_subscriber_phone_subscriber_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber_phone")),
    )
    op.create_index(op.f("ix_subscriber_phone_number"), "subscriber_phone", ["number"], unique=False)
    op.create_index(op.f("ix_subscriber_phone_subscriber_id"), "subscriber_phone", ["subscriber_id"], unique=False)
    op.create_table(
        "contract",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'suspended', 'cancelled', 'ended')", name=op.f("ck_contract_status")
        ),
        sa.ForeignKeyConstraint(
            ["address_id", "subscriber_id"],
            ["subscriber_address.id", "subscriber_address.subscriber_id"],
            name=op.f("fk_contract_address_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_contract_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_contract_city_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id", "company_id"],
            ["subscriber.id", "subscriber.company_id"],
            name=op.f("fk_contract_subscriber_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("id", "subscriber_id", "company_id", name=op.f("uq_contract_id_subscriber_id_company_id")),
    )
    op.create_index(op.f("ix_contract_address_id"), "contract", ["address_id"], unique=False)
    op.create_index(op.f("ix_contract_subscriber_id"), "contract", ["subscriber_id"], unique=False)
    op.create_table(
        "contract_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_contract_item_price")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_item_contract_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_contract_item_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_item")),
    )
    op.create_index(op.f("ix_contract_item_contract_id"), "contract_item", ["contract_id"], unique=False)
    op.create_table(
        "receivable",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("settled_amount", sa.Numeric(precision=14, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reference_month", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.BigInteger(), nullable=True),
        sa.Column("cancellation_reason_id", sa.BigInteger(), nullable=True),
        sa.Column("cancellation_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status <> 'cancelled' OR (cancelled_at IS NOT NULL AND cancellation_reason_id IS NOT NULL)",
            name=op.f("ck_receivable_cancelled_says_why"),
        ),
        sa.CheckConstraint("status <> 'open' OR settled_amount < amount", name=op.f("ck_receivable_open_is_owed")),
        sa.CheckConstraint("status <> 'paid' OR settled_amount = amount", name=op.f("ck_receivable_paid_is_settled")),
        sa.CheckConstraint(
            "status IN ('open', 'paid', 'renegotiated', 'cancelled', 'annulled', 'gifted', 'cut')",
            name=op.f("ck_receivable_status"),
        ),
        sa.CheckConstraint("EXTRACT(day FROM reference_month) = 1", name=op.f("ck_receivable_reference_month")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_receivable_amount")),
        sa.CheckConstraint("settled_amount BETWEEN 0 AND amount", name=op.f("ck_receivable_settled_amount")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_receivable_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cancellation_reason_id"], ["cancellation_reason.id"], name=op.f("fk_receivable_cancellation_reason_id")
        ),
        sa.ForeignKeyConstraint(["cancelled_by"], ["app_user.id"], name=op.f("fk_receivable_cancelled_by")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_receivable_city_id")),
        sa.ForeignKeyConstraint(
            ["contract_id", "subscriber_id", "company_id"],
            ["contract.id", "contract.subscriber_id", "contract.company_id"],
            name=op.f("fk_receivable_contract_id"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id", "company_id"],
            ["subscriber.id", "subscriber.company_id"],
            name=op.f("fk_receivable_subscriber_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivable")),
        sa.UniqueConstraint(
            "id", "subscriber_id", "company_id", name=op.f("uq_receivable_id_subscriber_id_company_id")
        ),
    )
    op.create_index(op.f("ix_receivable_contract_id"), "receivable", ["contract_id"], unique=False)
    op.create_index(
        "ix_receivable_cancelled_at",
        "receivable",
        ["cancelled_at"],
        unique=False,
        postgresql_where=sa.text("cancelled_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_receivable_due_on_id"), "receivable", ["due_on", "id"], unique=False)
    op.create_index(op.f("ix_receivable_issued_on"), "receivable", ["issued_on"], unique=False)
    op.create_index(
        "ix_receivable_open",
        "receivable",
        ["company_id", "city_id", "due_on"],
        unique=False,
        postgresql_include=["business_unit_id", "amount", "settled_amount"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(op.f("ix_receivable_subscriber_id_due_on"), "receivable", ["subscriber_id", "due_on"], unique=False)
    op.create_table(
        "settlement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("receivable_id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("applied", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("credited", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("credited_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "channel IN ('boleto', 'pix', 'debit', 'counter', 'card')", name=op.f("ck_settlement_channel")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_settlement_amount")),
        sa.CheckConstraint(
            "applied >= 0 AND credited >= 0 AND applied + credited = amount", name=op.f("ck_settlement_split")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_settlement_author_id")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_settlement_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_settlement_city_id")),
        sa.ForeignKeyConstraint(
            ["receivable_id", "subscriber_id", "company_id"],
            ["receivable.id", "receivable.subscriber_id", "receivable.company_id"],
            name=op.f("fk_settlement_receivable_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint(
            "id", "subscriber_id", "company_id", name=op.f("uq_settlement_id_subscriber_id_company_id")
        ),
    )
    op.create_index(
        op.f("ix_settlement_paid_on_company_id_city_id"),
        "settlement",
        ["paid_on", "company_id", "city_id"],
        unique=False,
    )
    op.create_index(op.f("ix_settlement_receivable_id"), "settlement", ["receivable_id"], unique=False)
    op.create_index(op.f("ix_settlement_recorded_at"), "settlement", ["recorded_at"], unique=False)
    op.create_table(
        "credit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("settlement_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("used_amount", sa.Numeric(precision=14, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_credit_amount")),
        sa.CheckConstraint("used_amount BETWEEN 0 AND amount", name=op.f("ck_credit_used_amount")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_credit_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_credit_city_id")),
        sa.ForeignKeyConstraint(
            ["settlement_id", "subscriber_id", "company_id"],
            ["settlement.id", "settlement.subscriber_id", "settlement.company_id"],
            name=op.f("fk_credit_settlement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit")),
        sa.UniqueConstraint("settlement_id", name=op.f("uq_credit_settlement_id")),
    )
    op.create_index(op.f("ix_credit_subscriber_id"), "credit", ["subscriber_id"], unique=False)
