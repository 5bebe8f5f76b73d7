"""The track of technicians goes in a batch at a time; a fix that is there already is left as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import TechnicianFix
from db.partitions import FIXES, ensure_for, is_missing

log = structlog.get_logger(__name__)

_insert = insert(TechnicianFix).on_conflict_do_nothing()


async def store_fixes(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of `technician_fix` in the caller's transaction. A day without its partition is made on the way."""
    if not rows:
        return
    try:
        async with connection.begin_nested():
            await connection.execute(_insert, rows)
    except DBAPIError as error:
        if not is_missing(error):
            raise
    else:
        return
    made = await ensure_for(connection.engine, FIXES, {row["at"] for row in rows})
    log.warning("partition_made_late", partitions=made)
    await connection.execute(_insert, rows)
