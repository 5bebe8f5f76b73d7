"""Field work and customer service: teams, technicians and service orders; contacts, requests and notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEVER_DELETED = (
    "contact",
    "order_kind",
    "protocol_month",
    "request",
    "request_kind",
    "request_move",
    "service_order",
    "service_order_move",
    "subscriber_note",
    "team",
    "technician",
)
NEVER_CHANGED = ("request_move", "service_order_move", "subscriber_note")


def upgrade() -> None:
    op.create_table(
        "protocol_month",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("month ~ '^[0-9]{6}$'", name=op.f("ck_protocol_month_month")),
        sa.CheckConstraint("last > 0", name=op.f("ck_protocol_month_last")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_protocol_month")),
    )
    op.create_table(
        "order_kind",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("expected_minutes", sa.BigInteger(), server_default=sa.text("60"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("expected_minutes > 0", name=op.f("ck_order_kind_expected_minutes")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_order_kind_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_kind")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_order_kind_company_id_name")),
        sa.UniqueConstraint("id", "company_id", name=op.f("uq_order_kind_id_company_id")),
    )
    op.create_table(
        "request_kind",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("deadline_days", sa.SmallInteger(), server_default=sa.text("7"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "department IN ('commercial', 'finance', 'technical')", name=op.f("ck_request_kind_department")
        ),
        sa.CheckConstraint("deadline_days > 0", name=op.f("ck_request_kind_deadline_days")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_request_kind_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_kind")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_request_kind_company_id_name")),
        sa.UniqueConstraint("id", "company_id", name=op.f("uq_request_kind_id_company_id")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="own", nullable=False),
        sa.Column("workday_minutes", sa.BigInteger(), server_default=sa.text("480"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('own', 'contracted')", name=op.f("ck_team_kind")),
        sa.CheckConstraint("workday_minutes BETWEEN 0 AND 1440", name=op.f("ck_team_workday_minutes")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_team_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_team_city_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_team_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_team_company_id_name")),
        sa.UniqueConstraint("id", "company_id", name=op.f("uq_team_id_company_id")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("city_id", sa.BigInteger(), nullable=True),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), server_default="phone", nullable=False),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "channel IN ('phone', 'whatsapp', 'chat', 'email', 'counter', 'field')", name=op.f("ck_contact_channel")
        ),
        sa.CheckConstraint("protocol ~ '^[0-9]{12,}$'", name=op.f("ck_contact_protocol")),
        sa.ForeignKeyConstraint(["agent_id"], ["app_user.id"], name=op.f("fk_contact_agent_id")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_contact_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_contact_city_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_contact_company_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id", "company_id"],
            ["subscriber.id", "subscriber.company_id"],
            name=op.f("fk_contact_subscriber_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("id", "company_id", name=op.f("uq_contact_id_company_id")),
        sa.UniqueConstraint("protocol", name=op.f("uq_contact_protocol")),
    )
    op.create_index(op.f("ix_contact_agent_id_started_at"), "contact", ["agent_id", "started_at"], unique=False)
    op.create_index(
        op.f("ix_contact_subscriber_id_started_at"), "contact", ["subscriber_id", "started_at"], unique=False
    )
    op.create_table(
        "technician",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("phone ~ '^\\+[1-9][0-9]{6,14}$'", name=op.f("ck_technician_phone")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_technician_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_technician_city_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_technician_company_id")),
        sa.ForeignKeyConstraint(
            ["team_id", "company_id"], ["team.id", "team.company_id"], name=op.f("fk_technician_team_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_technician")),
        sa.UniqueConstraint("id", "company_id", name=op.f("uq_technician_id_company_id")),
    )
    op.create_index(op.f("ix_technician_company_id_city_id"), "technician", ["company_id", "city_id"], unique=False)
    op.create_index(op.f("ix_technician_team_id"), "technician", ["team_id"], unique=False)
    op.create_table(
        "subscriber_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_subscriber_note_text")),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_subscriber_note_author_id")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_subscriber_note_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_subscriber_note_city_id")),
        sa.ForeignKeyConstraint(
            ["contact_id", "company_id"],
            ["contact.id", "contact.company_id"],
            name=op.f("fk_subscriber_note_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id", "company_id"],
            ["subscriber.id", "subscriber.company_id"],
            name=op.f("fk_subscriber_note_subscriber_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber_note")),
    )
    op.create_index(op.f("ix_subscriber_note_contact_id"), "subscriber_note", ["contact_id"], unique=False)
    op.create_index(
        op.f("ix_subscriber_note_subscriber_id_at"), "subscriber_note", ["subscriber_id", "at"], unique=False
    )
    op.create_table(
        "request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=True),
        sa.Column("kind_id", sa.BigInteger(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("opened_by", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("taken_by", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("reason_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(status = 'open') = (ended_at IS NULL)", name=op.f("ck_request_ended")),
        sa.CheckConstraint("department IN ('commercial', 'finance', 'technical')", name=op.f("ck_request_department")),
        sa.CheckConstraint(
            "status <> 'cancelled' OR reason_id IS NOT NULL", name=op.f("ck_request_cancelled_says_why")
        ),
        sa.CheckConstraint("status <> 'closed' OR result <> ''", name=op.f("ck_request_closed_says_what")),
        sa.CheckConstraint("status IN ('open', 'closed', 'cancelled')", name=op.f("ck_request_status")),
        sa.CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("ck_request_taken")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_request_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_request_city_id")),
        sa.ForeignKeyConstraint(
            ["contact_id", "company_id"], ["contact.id", "contact.company_id"], name=op.f("fk_request_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "subscriber_id", "company_id"],
            ["contract.id", "contract.subscriber_id", "contract.company_id"],
            name=op.f("fk_request_contract_id"),
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["app_user.id"], name=op.f("fk_request_ended_by")),
        sa.ForeignKeyConstraint(
            ["kind_id", "company_id"], ["request_kind.id", "request_kind.company_id"], name=op.f("fk_request_kind_id")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["app_user.id"], name=op.f("fk_request_opened_by")),
        sa.ForeignKeyConstraint(["reason_id"], ["cancellation_reason.id"], name=op.f("fk_request_reason_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id", "company_id"],
            ["subscriber.id", "subscriber.company_id"],
            name=op.f("fk_request_subscriber_id"),
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["app_user.id"], name=op.f("fk_request_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("id", "company_id", name=op.f("uq_request_id_company_id")),
    )
    op.create_index(op.f("ix_request_contact_id"), "request", ["contact_id"], unique=False)
    op.create_index(op.f("ix_request_contract_id"), "request", ["contract_id"], unique=False)
    op.create_index(op.f("ix_request_ended_at"), "request", ["ended_at"], unique=False)
    op.create_index(op.f("ix_request_kind_id"), "request", ["kind_id"], unique=False)
    op.create_index(
        "ix_request_open",
        "request",
        ["department", "company_id", "city_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(op.f("ix_request_subscriber_id_opened_at"), "request", ["subscriber_id", "opened_at"], unique=False)
    op.create_table(
        "request_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "department IN ('commercial', 'finance', 'technical')", name=op.f("ck_request_move_department")
        ),
        sa.CheckConstraint(
            "kind IN ('opened', 'taken', 'released', 'forwarded', 'closed', 'cancelled')",
            name=op.f("ck_request_move_kind"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_request_move_author_id")),
        sa.ForeignKeyConstraint(
            ["request_id", "company_id"], ["request.id", "request.company_id"], name=op.f("fk_request_move_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_move")),
    )
    op.create_index(op.f("ix_request_move_request_id_at"), "request_move", ["request_id", "at"], unique=False)
    op.create_table(
        "service_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("business_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.Column("contract_id", sa.BigInteger(), nullable=True),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("kind_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("stage", sa.Text(), server_default="open", nullable=False),
        sa.Column("stage_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("technician_id", sa.BigInteger(), nullable=True),
        sa.Column("scheduled_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("en_route_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("reason_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(stage IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)", name=op.f("ck_service_order_ended")
        ),
        sa.CheckConstraint("stage <> 'done' OR resolution <> ''", name=op.f("ck_service_order_done_says_what")),
        sa.CheckConstraint(
            "stage IN ('open', 'failed', 'cancelled') OR (team_id IS NOT NULL AND scheduled_from IS NOT "
            "NULL AND scheduled_until IS NOT NULL)",
            name=op.f("ck_service_order_scheduled_has_team_and_time"),
        ),
        sa.CheckConstraint(
            "stage IN ('open', 'scheduled', 'en_route', 'arrived', 'started', 'paused', 'done', 'failed', 'cancelled')",
            name=op.f("ck_service_order_stage"),
        ),
        sa.CheckConstraint(
            "stage NOT IN ('failed', 'cancelled') OR reason_id IS NOT NULL",
            name=op.f("ck_service_order_failed_says_why"),
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_service_order_degrees")
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_service_order_level")),
        sa.CheckConstraint("scheduled_from < scheduled_until", name=op.f("ck_service_order_window")),
        sa.ForeignKeyConstraint(
            ["business_unit_id", "company_id"],
            ["business_unit.id", "business_unit.company_id"],
            name=op.f("fk_service_order_business_unit_id"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_service_order_city_id")),
        sa.ForeignKeyConstraint(
            ["contract_id", "subscriber_id", "company_id"],
            ["contract.id", "contract.subscriber_id", "contract.company_id"],
            name=op.f("fk_service_order_contract_id"),
        ),
        sa.ForeignKeyConstraint(
            ["kind_id", "company_id"], ["order_kind.id", "order_kind.company_id"], name=op.f("fk_service_order_kind_id")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["app_user.id"], name=op.f("fk_service_order_opened_by")),
        sa.ForeignKeyConstraint(["reason_id"], ["cancellation_reason.id"], name=op.f("fk_service_order_reason_id")),
        sa.ForeignKeyConstraint(
            ["request_id", "company_id"], ["request.id", "request.company_id"], name=op.f("fk_service_order_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id", "company_id"],
            ["subscriber.id", "subscriber.company_id"],
            name=op.f("fk_service_order_subscriber_id"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "company_id"], ["team.id", "team.company_id"], name=op.f("fk_service_order_team_id")
        ),
        sa.ForeignKeyConstraint(
            ["technician_id", "company_id"],
            ["technician.id", "technician.company_id"],
            name=op.f("fk_service_order_technician_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_order")),
        sa.UniqueConstraint("id", "company_id", name=op.f("uq_service_order_id_company_id")),
    )
    op.create_index(op.f("ix_service_order_contract_id"), "service_order", ["contract_id"], unique=False)
    op.create_index(op.f("ix_service_order_ended_at"), "service_order", ["ended_at"], unique=False)
    op.create_index(op.f("ix_service_order_kind_id"), "service_order", ["kind_id"], unique=False)
    op.create_index(op.f("ix_service_order_request_id"), "service_order", ["request_id"], unique=False)
    op.create_index(op.f("ix_service_order_scheduled_from"), "service_order", ["scheduled_from"], unique=False)
    op.create_index(op.f("ix_service_order_subscriber_id"), "service_order", ["subscriber_id"], unique=False)
    op.create_index(
        op.f("ix_service_order_team_id_scheduled_from"), "service_order", ["team_id", "scheduled_from"], unique=False
    )
    op.create_index(
        op.f("ix_service_order_technician_id_scheduled_from"),
        "service_order",
        ["technician_id", "scheduled_from"],
        unique=False,
    )
    op.create_index(
        "ix_service_order_under_way",
        "service_order",
        ["company_id", "city_id", "scheduled_from"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "service_order_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("technician_id", sa.BigInteger(), nullable=True),
        sa.Column("scheduled_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "after IN ('open', 'scheduled', 'en_route', 'arrived', 'started', 'paused', 'done', 'failed', 'cancelled')",
            name=op.f("ck_service_order_move_after"),
        ),
        sa.CheckConstraint(
            "before IN ('open', 'scheduled', 'en_route', 'arrived', 'started', 'paused', 'done', 'failed', "
            "'cancelled')",
            name=op.f("ck_service_order_move_before"),
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_service_order_move_degrees")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_service_order_move_author_id")),
        sa.ForeignKeyConstraint(
            ["order_id", "company_id"],
            ["service_order.id", "service_order.company_id"],
            name=op.f("fk_service_order_move_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["cancellation_reason.id"], name=op.f("fk_service_order_move_reason_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_order_move")),
        sa.UniqueConstraint("order_id", "version", name=op.f("uq_service_order_move_order_id_version")),
    )

    for table in NEVER_DELETED:
        operations = "UPDATE OR DELETE" if table in NEVER_CHANGED else "DELETE"
        op.execute(
            f"CREATE TRIGGER refuse_loss BEFORE {operations} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_loss()"
        )
        op.execute(
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss()"
        )
