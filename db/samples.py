"""Telemetry goes in by COPY, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.partitions import SAMPLES, ensure_for, is_missing

log = structlog.get_logger(__name__)

TrafficRow = tuple[datetime, int, float | None, float | None, float, int]
"""(at, port_id, in_bps, out_bps, interval_s, flags): None where there is no truth."""

COLUMNS = ("at", "port_id", "in_bps", "out_bps", "interval_s", "flags")


async def copy_traffic(target: AsyncConnection | AsyncEngine, rows: Sequence[TrafficRow]) -> None:
    """Store samples, all of them or none. On an engine it commits; on a connection it joins the caller's transaction.

    A day without its partition (a late sample, a clock that is wrong) is made on the way and logged.
    """
    if not rows:
        return
    if isinstance(target, AsyncEngine):
        async with target.begin() as connection:
            await copy_traffic(connection, rows)
        return
    try:
        async with target.begin_nested():
            await _copy(target, rows)
    except (asyncpg.PostgresError, DBAPIError) as error:
        if not is_missing(error):
            raise
    else:
        return
    made = await ensure_for(target.engine, SAMPLES, {row[0] for row in rows})
    log.warning("partition_made_late", partitions=made)
    await _copy(target, rows)


async def _copy(connection: AsyncConnection, rows: Sequence[TrafficRow]) -> None:
    raw = (await connection.get_raw_connection()).driver_connection
    assert isinstance(raw, asyncpg.Connection)
    await raw.copy_records_to_table("traffic_sample", records=rows, columns=COLUMNS)
