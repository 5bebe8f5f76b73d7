"""Rules for every table, read from the catalogue of a migrated database so that a new table follows them too."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Numeric, select, text
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from db.models import Base, Contract
from tests.db.rows import one_of_each

MONEY = ("amount", "price", "applied", "credited")
"""Endings of the names of columns that hold BRL."""

CATALOGUE = """
SELECT 'column', c.table_name, c.column_name, concat_ws(' ', data_type, numeric_precision, numeric_scale, is_nullable,
       is_identity, column_default) FROM information_schema.columns c
WHERE c.table_schema = :schema
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = CAST(:schema AS regnamespace)
UNION ALL
SELECT 'index', tablename, indexname, replace(indexdef, :schema || '.', '') FROM pg_indexes WHERE schemaname = :schema
UNION ALL
SELECT 'storage', relname, concat_ws(' ', relkind, reloptions::text), coalesce(pg_get_partkeydef(oid), '')
FROM pg_class WHERE relnamespace = CAST(:schema AS regnamespace) AND relkind IN ('r', 'p')
"""


async def catalogue(connection: AsyncConnection, schema: str) -> set[tuple[Any, ...]]:
    """Columns, constraints, indexes and storage of a schema, without partitions and Alembic's own table."""
    await connection.execute(text(f"SET LOCAL search_path = {schema}, public"))
    partitions = set(
        (
            await connection.execute(text("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"))
        ).scalars()
    )
    rows = {tuple(row) for row in await connection.execute(text(CATALOGUE), {"schema": schema})}
    return {row for row in rows if row[1] not in partitions | {"alembic_version"}}


async def test_the_migrations_make_what_the_models_say(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        migrated = await catalogue(connection, "public")
        await connection.execute(text("CREATE SCHEMA declared"))
        # Behind it the functions and the extension, which only the migrations make.
        await connection.execute(text("SET LOCAL search_path = declared, public"))
        await connection.run_sync(Base.metadata.create_all, checkfirst=False)
        declared = await catalogue(connection, "declared")
    assert migrated - declared == set(), "only in the migrations"
    assert declared - migrated == set(), "only in the models"


async def test_autogenerate_has_nothing_to_add(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[Any]:
        partitions = set(connection.execute(text("SELECT relname FROM pg_class WHERE relispartition")).scalars())
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, kind, parents: kind != "table" or name not in partitions,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_money_has_two_decimals_everywhere(engine: AsyncEngine) -> None:
    query = (
        "SELECT table_name, column_name, data_type, numeric_precision, numeric_scale FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    )
    async with engine.connect() as connection:
        columns = (await connection.execute(text(query))).all()
    numbers = {
        (table, name): (precision, scale) for table, name, kind, precision, scale in columns if kind == "numeric"
    }
    assert len(numbers) > 5
    assert {key: shape for key, shape in numbers.items() if shape != (14, 2)} == {}
    named = {(table, name) for table, name, *_ in columns if name.endswith(MONEY)}
    assert named - set(numbers) == set(), "money in a column that is not NUMERIC"
    for table in Base.metadata.tables.values():
        for column in table.columns:
            assert not isinstance(column.type, Numeric) or column.type.python_type in (Decimal, float)


async def test_every_instant_knows_its_offset(engine: AsyncEngine) -> None:
    query = (
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = 'public' AND data_type LIKE 'time%'"
    )
    async with engine.connect() as connection:
        columns = (await connection.execute(text(query))).all()
    assert len(columns) > 20
    assert [column for column in columns if column[2] != "timestamp with time zone"] == []


REFERENCES = frozenset({"app_user", "business_unit", "cancellation_reason", "city", "company", "product", "role"})
"""Short lists that hardly change and are never deleted: nobody walks from them to their millions of children by key
alone, so an index on the way back would only slow every insert down."""

UNINDEXED = """
SELECT conrelid::regclass::text, conname FROM pg_constraint k
WHERE contype = 'f' AND conparentid = 0 AND confrelid::regclass::text <> ALL(:references) AND NOT EXISTS (
    SELECT FROM pg_index WHERE indrelid = k.conrelid AND indkey[0] = k.conkey[1] AND indpred IS NULL
)
"""


async def test_children_are_found_from_their_parent_by_an_index(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        missing = (await connection.execute(text(UNINDEXED), {"references": sorted(REFERENCES)})).all()
    assert missing == []
    assert set(Base.metadata.tables) >= REFERENCES


def test_no_relationship_loads_or_writes_by_itself() -> None:
    relationships = [relation for mapper in Base.registry.mappers for relation in mapper.relationships]
    assert relationships
    assert [str(relation) for relation in relationships if relation.lazy != "raise" or not relation.viewonly] == []


async def test_reading_an_unloaded_relationship_is_an_error_that_names_it(engine: AsyncEngine) -> None:
    await one_of_each(engine)
    async with AsyncSession(engine) as session:
        contract = (await session.scalars(select(Contract))).one()
        with pytest.raises(InvalidRequestError, match=r"Contract\.items"):
            _ = contract.items
