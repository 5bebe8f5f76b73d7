"""What must happen around the clock whichever collectors live: partitions made ahead, what expired dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.away import AWAY, is_away, reason
from db.expiry import forget
from db.partitions import Changes, ensure

log = structlog.get_logger(__name__)

LOCK = 0x6661726F6C02
"""Advisory lock of whoever does the housekeeping at the moment ("farol" and a number)."""

EVERY = timedelta(hours=1)
AGAIN = timedelta(minutes=1)


async def keep_house(engine: AsyncEngine, *, clock: Callable[[], datetime], every: timedelta = EVERY) -> None:
    """Now and `every`, until cancelled. Partitions exist days ahead: a failure that is retried soon costs nothing."""
    while True:
        wait = every
        try:
            changes = await tidy(engine, clock())
            if changes and (changes.created or changes.dropped):
                log.info("partitions_changed", created=changes.created, dropped=changes.dropped)
        except AWAY as error:
            if not is_away(error):
                raise
            log.warning("housekeeping_failed", reason=reason(error))
            wait = min(AGAIN, every)
        await asyncio.sleep(wait.total_seconds())


async def tidy(engine: AsyncEngine, now: datetime) -> Changes | None:
    """Once. None when another collector is at it: the lock goes with its holder's connection, however that ends."""
    async with engine.connect() as connection:
        if not await connection.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
            return None
        changes = await ensure(engine, now)
        await forget(engine, now)
        return changes
