"""Migrations: forwards only, all or nothing, however many processes start at once."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

import db
from db.engine import create_engine
from db.migrate import NewerDatabaseError, pending, upgrade

ROOT = Path(__file__).parents[2]
PROCESSES = 2
UPGRADE = (
    "import asyncio, json, sys; from db.migrate import upgrade; print(json.dumps(asyncio.run(upgrade(sys.argv[1]))))"
)


def revisions() -> list[str]:
    """Of the code, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(Path(db.__path__[0]) / "migrations"))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


async def tables(url: str) -> list[str]:
    engine = create_engine(url, pool_size=1)
    try:
        async with engine.connect() as connection:
            return list(await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))
    finally:
        await engine.dispose()


async def test_an_empty_database_gets_everything_and_a_current_one_nothing(empty_database_url: str) -> None:
    assert await pending(empty_database_url) == revisions()
    assert await upgrade(empty_database_url) == revisions()
    assert await pending(empty_database_url) == []
    assert await upgrade(empty_database_url) == []


async def test_several_processes_may_start_at_once(empty_database_url: str) -> None:
    started = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", UPGRADE, empty_database_url), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(PROCESSES)
    ]
    async with asyncio.timeout(60):
        outputs = [(await process.communicate())[0] for process in started]
    assert [process.returncode for process in started] == [0] * PROCESSES
    assert sorted(json.loads(output) for output in outputs) == [[]] * (PROCESSES - 1) + [revisions()]


async def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url, pool_size=1)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE settlement (somebody_elses text)"))
    await engine.dispose()
    with pytest.raises(DBAPIError, match="settlement"):
        await upgrade(empty_database_url)
    assert await tables(empty_database_url) == ["settlement"]


async def test_a_database_of_a_newer_version_is_refused_in_words(engine: AsyncEngine, database_url: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for ask in (pending, upgrade):
        with pytest.raises(NewerDatabaseError, match="revision 9999, which this version of Farol does not know"):
            await ask(database_url)


def test_revisions_are_one_line_forwards() -> None:
    """No `downgrade`: undoing a migration loses what was written since; a backup does not."""
    config = Config()
    config.set_main_option("script_location", str(Path(db.__path__[0]) / "migrations"))
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    assert [script.revision for script in scripts][::-1] == [f"{number:04d}" for number in range(1, len(scripts) + 1)]
    assert [script.revision for script in scripts if hasattr(script.module, "downgrade")] == []
