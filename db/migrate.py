"""Bringing a database to the schema this code expects."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import create_engine
from db.partitions import ensure

LOCK = 0x6661726F6C
"""The key of the advisory lock: "farol" in ASCII."""

LOCK_TIMEOUT_S = 300


class NewerDatabaseError(Exception):
    """The database was migrated by a newer version of Farol than this one."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _pending(connection: Connection) -> list[str]:
    every = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return every
    if current not in every:
        raise NewerDatabaseError(
            f"The database is at revision {current}, which this version of Farol does not know. "
            "Start a version at least as new as the one that migrated it."
        )
    return every[every.index(current) + 1 :]


async def pending(url: str) -> list[str]:
    """Revisions not yet applied, oldest first; empty when the schema is current. Raises NewerDatabaseError."""
    engine = create_engine(url, pool_size=1, application_name="farol migrate")
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_pending)
    finally:
        await engine.dispose()


async def upgrade(url: str) -> list[str]:
    """Apply what is pending, all of it or nothing, and make partitions for now. Answers the revisions applied.

    Safe when several processes start at once: one works, the others wait for it and find nothing to do.
    """
    engine = create_engine(url, pool_size=1, application_name="farol migrate", statement_timeout_s=0)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'"))
            await connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            applied = await connection.run_sync(_pending)
            if applied:
                await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))
        await _ensure_now(engine)
        return applied
    finally:
        await engine.dispose()


async def _ensure_now(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        now = (await connection.execute(select(func.now()))).scalar_one()
    await ensure(engine, now)
