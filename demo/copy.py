"""What the seed writes: rows of a table, and how they get there (COPY, through asyncpg)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

AT_ONCE = 20_000
"""Rows of one COPY: it stays well under the statement timeout, and progress moves."""


@dataclass(frozen=True)
class Batch:
    """Rows of one table. `columns` are names between blanks; `numbered`: ids are given, so the sequence must follow."""

    table: str
    columns: str
    rows: Sequence[tuple[Any, ...]]
    numbered: bool = True


async def copy(connection: AsyncConnection, batch: Batch, moved: Callable[[int], None]) -> None:
    """In the connection's transaction. `moved` hears how many rows went in with each part."""
    raw = (await connection.get_raw_connection()).driver_connection
    assert isinstance(raw, asyncpg.Connection)
    columns = batch.columns.split()
    for part in batched(batch.rows, AT_ONCE):
        await raw.copy_records_to_table(batch.table, records=part, columns=columns)
        moved(len(part))
    if batch.numbered and batch.rows:
        await connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
            {"table": batch.table, "last": batch.rows[-1][columns.index("id")]},
        )


async def analyze(connection: AsyncConnection, tables: Iterable[str]) -> None:
    """Fresh statistics, so that the first page is planned as well as the hundredth."""
    for table in tables:
        await connection.execute(text(f"ANALYZE {table}"))
