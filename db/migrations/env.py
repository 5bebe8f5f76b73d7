"""Run by Alembic inside the transaction that `db.migrate` opened; there is no other way to migrate."""

from alembic import context

from db.models import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
