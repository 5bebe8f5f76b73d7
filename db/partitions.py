"""Partitions of the tables that grow for ever: made ahead, dropped past retention, never emptied by DELETE.

There is no default partition: a row outside every range is an error (`is_missing`), and whoever inserts makes the
partition (`ensure_for`) and tries again. Ranges are in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg
import structlog
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.engine import create_engine

log = structlog.get_logger(__name__)

KEEP_SAMPLES = timedelta(days=35)
"""Raw samples. At 60 s a port makes 1,440 rows a day, some 130 KB with its index."""

KEEP_SESSIONS = timedelta(days=396)
"""Connection logs: the law asks for a year (Marco Civil, art. 13), counted here from the end, and months go whole."""

KEEP_FIXES = timedelta(days=90)
"""Tracks of technicians: long enough to settle a dispute about a visit, and no longer than that (LGPD, art. 15)."""

LOCK = 0x66617270
"""Advisory lock: one process at a time changes partitions ("farp" in ASCII)."""

LOCK_TIMEOUT_S = 5
"""For the turn to change partitions."""

DROP_TIMEOUT_MS = 300
"""Dropping locks the parent for an instant, and while it waits for a long query every other reader waits behind it.
So it gives up soon and tries at the next round."""

CHECK_VIOLATION = "23514"


@dataclass(frozen=True)
class Series:
    """A partitioned table. `ahead` and `behind` count periods around the present that must exist.

    `kept` tables hold facts or money: their partitions refuse TRUNCATE as the parent does (statement triggers are not
    inherited by partitions).
    """

    table: str
    column: str
    monthly: bool
    behind: int
    ahead: int
    kept: bool

    def start(self, at: datetime) -> datetime:
        """The first instant of the period that holds `at`."""
        day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return day.replace(day=1) if self.monthly else day

    def shift(self, start: datetime, periods: int) -> datetime:
        if not self.monthly:
            return start + timedelta(days=periods)
        months = start.year * 12 + start.month - 1 + periods
        return start.replace(year=months // 12, month=months % 12 + 1)

    def name(self, start: datetime) -> str:
        return f"{self.table}_{start:%Y%m}" if self.monthly else f"{self.table}_{start:%Y%m%d}"

    def parse(self, name: str) -> datetime | None:
        """The start of a partition from its name, None for a table that is not one of ours."""
        digits = 6 if self.monthly else 8
        found = re.fullmatch(rf"{self.table}_(\d{{{digits}}})", name)
        if found is None:
            return None
        return datetime.strptime(found[1], "%Y%m" if self.monthly else "%Y%m%d").replace(tzinfo=UTC)

    def around(self, now: datetime) -> list[datetime]:
        here = self.start(now)
        return [self.shift(here, n) for n in range(-self.behind, self.ahead + 1)]


SAMPLES = Series("traffic_sample", "at", monthly=False, behind=1, ahead=3, kept=False)
EVENTS = Series("event", "recorded_at", monthly=True, behind=1, ahead=2, kept=True)
FIXES = Series("technician_fix", "at", monthly=False, behind=1, ahead=3, kept=False)
SESSIONS = Series("session_history", "ended_at", monthly=True, behind=1, ahead=2, kept=False)


@dataclass
class Changes:
    """Names of partitions. `postponed` should have been dropped, but the table was in use."""

    created: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    postponed: list[str] = field(default_factory=list)


async def ensure(
    engine: AsyncEngine,
    now: datetime,
    *,
    keep_samples: timedelta = KEEP_SAMPLES,
    keep_events: timedelta | None = None,
    keep_sessions: timedelta = KEEP_SESSIONS,
    keep_fixes: timedelta = KEEP_FIXES,
) -> Changes:
    """Make the partitions around `now` and drop those that ended before the retention. None keeps for ever.

    Call it at start and once an hour; repeating it, or running it in several processes, is harmless.
    """
    changes = Changes()
    for series, keep in (
        (SAMPLES, keep_samples),
        (EVENTS, keep_events),
        (SESSIONS, keep_sessions),
        (FIXES, keep_fixes),
    ):
        changes.created += await ensure_for(engine, series, series.around(now))
        if keep is not None:
            await _drop(engine, series, now - keep, changes)
    return changes


async def ensure_for(engine: AsyncEngine, series: Series, instants: Iterable[datetime]) -> list[str]:
    """Make the partitions that hold these instants, where they are missing. Answers the names of the new ones.

    On a connection outside the pool: whoever waits for a partition holds one of the pool's, and when all of them wait
    there would be none left to make it.
    """
    starts = sorted({series.start(at) for at in instants})
    aside = create_engine(engine.url.render_as_string(hide_password=False), pool_size=1)
    try:
        return await _make_missing(aside, series, starts)
    finally:
        await aside.dispose()


async def _make_missing(engine: AsyncEngine, series: Series, starts: Sequence[datetime]) -> list[str]:
    async with engine.connect() as connection:
        existing = await _existing(connection, series)
    if all(series.name(start) in existing for start in starts):
        return []
    created = []
    async with engine.begin() as connection:
        await connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        existing = await _existing(connection, series)
        for start in starts:
            if series.name(start) not in existing:
                await _create(connection, series, start)
                created.append(series.name(start))
    return created


async def _existing(connection: AsyncConnection, series: Series) -> set[str]:
    rows = await connection.execute(
        text("SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = to_regclass(:parent)"),
        {"parent": series.table},
    )
    return set(rows.scalars())


async def _create(connection: AsyncConnection, series: Series, start: datetime) -> None:
    """Made apart and then attached: CREATE TABLE ... PARTITION OF would lock out every reader of the parent."""
    name, end = series.name(start), series.shift(start, 1)
    bounds = f"FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
    await connection.execute(
        text(f"CREATE TABLE {name} (LIKE {series.table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    )
    await connection.execute(text(f"ALTER TABLE {series.table} ATTACH PARTITION {name} FOR VALUES {bounds}"))
    if series.kept:
        await connection.execute(
            text(
                f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss()"
            )
        )


async def _drop(engine: AsyncEngine, series: Series, before: datetime, changes: Changes) -> None:
    async with engine.connect() as connection:
        names = await _existing(connection, series)
    for name in sorted(names):
        start = series.parse(name)
        if start is None or series.shift(start, 1) > before:
            continue
        try:
            async with engine.begin() as connection:
                await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'"))
                await connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
                await connection.execute(text(f"SET LOCAL lock_timeout = '{DROP_TIMEOUT_MS}ms'"))
                await connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
        except DBAPIError as error:
            if sqlstate(error) != "55P03":
                raise
            log.warning("partition_drop_postponed", partition=name)
            changes.postponed.append(name)
        else:
            changes.dropped.append(name)


def sqlstate(error: DBAPIError | asyncpg.PostgresError) -> str | None:
    """The five letters Postgres gives an error, such as 23514."""
    return getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)


def is_missing(error: DBAPIError | asyncpg.PostgresError) -> bool:
    """Whether an insert failed because no partition holds the row.

    Not told by the message, which a server may give in Portuguese: of the errors of this class only this one names no
    constraint.
    """
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig is not None else error
    return sqlstate(error) == CHECK_VIOLATION and getattr(cause, "constraint_name", None) is None
