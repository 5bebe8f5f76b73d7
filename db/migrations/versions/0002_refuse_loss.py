"""Triggers: what happened is never deleted, and money and facts are never rewritten."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEVER_DELETED = (
    "app_user",
    "business_unit",
    "cancellation_reason",
    "city",
    "company",
    "contract",
    "contract_item",
    "credit",
    "device",
    "device_state",
    "event",
    "port",
    "product",
    "receivable",
    "role",
    "settlement",
    "subscriber",
    "subscriber_address",
    "token",
    "token_grant",
)
NEVER_CHANGED = ("event", "settlement")

REFUSE_LOSS = """
CREATE FUNCTION refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: what happened stays recorded', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation',
          HINT = 'Cancel the record with a reason, or write a new one that corrects it.';
END
$$
"""


def upgrade() -> None:
    """DELETE and UPDATE are refused row by row, because only row triggers reach the partitions of `event`."""
    op.execute(REFUSE_LOSS)
    for table in NEVER_DELETED:
        operations = "UPDATE OR DELETE" if table in NEVER_CHANGED else "DELETE"
        op.execute(
            f"CREATE TRIGGER refuse_loss BEFORE {operations} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_loss()"
        )
        op.execute(
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss()"
        )
