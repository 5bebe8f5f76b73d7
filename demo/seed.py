"""Fills an empty database with the demo: one transaction, so it is there whole or not at all."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.models import AppUser, Company, Device, Receivable, Subscriber
from db.partitions import EVENTS, SAMPLES, ensure_for
from db.samples import copy_traffic
from db.vault import Vault
from demo import access, care, facts, field, network, orders, register, requests, users
from demo.billing import MONTHS, ledger
from demo.calendar import month_shifted
from demo.copy import Batch, analyze, copy
from demo.history import polls, samples
from demo.hours import ZONE
from demo.people import SUBSCRIBERS, subscribers
from demo.plant import DEVICES, FIRST_UDP_PORT

Progress = Callable[[str, int, int], None]
"""Hears (what is being done, how much of it is done, how much there is)."""

SEED = "farol demo 1"
LOCK = 0x66617264
"""Advisory lock: one seed at a time ("fard" in ASCII)."""

TRAFFIC = timedelta(hours=24)
_EMPTY_TABLES = (Company, AppUser, Subscriber, Receivable, Device)


class NotEmptyError(Exception):
    """The database holds data already, of whatever kind."""


async def is_empty(engine: AsyncEngine) -> bool:
    """Whether nobody has put anything in yet: no company, no user, no subscriber, no receivable, no device."""
    async with engine.connect() as connection:
        return await _is_empty(connection)


async def seed(
    engine: AsyncEngine,
    *,
    vault: Vault,
    now: datetime,
    progress: Progress | None = None,
    people: int = SUBSCRIBERS,
    traffic: timedelta = TRAFFIC,
    first_udp_port: int = FIRST_UDP_PORT,
) -> None:
    """Write the demo as of `now` (aware). The same `now` makes the same rows, but for salts and nonces.

    `people` is how many subscribers there are, `traffic` how much of the past has samples; devices get the UDP ports
    from `first_udp_port` on. Interrupted at any point it leaves the database as empty as it was, and may be run again.
    Raises NotEmptyError when there is something already.
    """
    say = progress or (lambda description, done, total: None)
    await ensure_for(engine, SAMPLES, _days(now, traffic))
    await ensure_for(engine, EVENTS, _months(now))
    with _uncollected():
        await _fill(engine, lambda: rows(now, vault, people, first_udp_port), now, traffic, say)
    async with engine.begin() as connection:
        await analyze(connection, ["traffic_sample"])


async def _fill(
    engine: AsyncEngine, invent: Callable[[], list[Batch]], now: datetime, traffic: timedelta, say: Progress
) -> None:
    async with engine.begin() as connection:
        await connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        if not await _is_empty(connection):
            raise NotEmptyError(
                "This database holds data already: the demo goes into an empty one only. "
                "Use another DATABASE_URL or FAROL_HOME, or start without FAROL_DEMO."
            )
        say("Inventing subscribers and bills", 0, 1)
        batches = invent()
        say("Inventing subscribers and bills", 1, 1)
        done, total = 0, sum(len(batch.rows) for batch in batches)

        def moved(rows: int) -> None:
            nonlocal done
            done += rows
            say("Storing the register and the ledger", done, total)

        for batch in batches:
            await copy(connection, batch, moved)
        await _copy_traffic(connection, now, traffic, say)
        await analyze(connection, [batch.table for batch in batches])


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cyclic collector, which finds nothing in millions of tuples and takes over half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def rows(now: datetime, vault: Vault, people: int, first_udp_port: int) -> list[Batch]:
    """Everything but the traffic, in an order that foreign keys allow."""
    rng = random.Random(SEED)
    known = subscribers(rng, now.astimezone(ZONE).date(), people)
    books = ledger(rng, known, now)
    paid = register.settlements(books.bills)
    opened = register.opened(now)
    return [
        *register.places(opened),
        *users.batches(opened),
        *register.register(known, books.suspended),
        *register.money(books.bills, paid),
        facts.batch(books.bills, paid),
        *network.batches(now, vault, first_udp_port),
        *access.batches(known, vault, opened),
        *field.batches(opened),
        *orders.batches(known, now),
        *care.batches(opened),
        *requests.batches(known, now),
    ]


async def _copy_traffic(connection: AsyncConnection, now: datetime, traffic: timedelta, say: Progress) -> None:
    done, total = 0, polls(traffic) * sum(len(device.ports) for device in DEVICES)
    for part in samples(now, traffic):
        await copy_traffic(connection, part)
        done += len(part)
        say("Storing a day of traffic", min(done, total), total)
    say("Storing a day of traffic", total, total)


def _days(now: datetime, traffic: timedelta) -> list[datetime]:
    return [now - timedelta(days=number) for number in range(traffic.days + 2)]


async def _is_empty(connection: AsyncConnection) -> bool:
    for table in _EMPTY_TABLES:
        if await connection.scalar(select(select(table).exists())):
            return False
    return True


def _months(now: datetime) -> list[datetime]:
    """An instant of each month in which a bill may have been issued."""
    this_month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    first_days = (month_shifted(this_month.date(), -number) for number in range(MONTHS + 2))
    return [this_month.replace(year=day.year, month=day.month) for day in first_days]
