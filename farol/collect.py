"""The composition root of `farol collect`: one collector, from its settings to its orderly end."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
import uvloop
from prometheus_client import write_to_textfile
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.away import AWAY, reason
from collectors.housekeeping import keep_house
from collectors.inventory import Leases, application_name
from collectors.metrics import Metrics
from collectors.poller import Pace, Poller
from collectors.radius.accounting import Accounting
from collectors.snmp import Patience
from collectors.store import Announce, Outbox
from collectors.watch import Means
from db.engine import create_engine
from db.migrate import pending
from db.uow import Ring
from db.vault import Vault
from farol.settings import Settings, SettingsError, load
from realtime.bus import Bus

log = structlog.get_logger(__name__)

GC_THRESHOLDS = (50_000, 20, 50)
"""Every poll makes a tuple per port and drops the one before. Python's 2,000 made the search for cycles, of which there
are none, a fifth of all the time."""

WALKS = 8
CONNECTIONS = WALKS + 7
"""One for each walk that ends, and for the batches, the leases, the housekeeping and its lock, and for accounting its
batches, its closing and its list of NAS."""

DRAIN_S = 6.0
RELEASE_S = 2.0
"""Together less than the ten seconds that `farol up`, systemd and Docker give before they kill."""

WAIT_S = 1.0
SAY_EVERY_S = 15.0
REPORT_EVERY_S = 60.0

PATIENCE = Patience(timeout_s=2.0, attempts=2, spacing_s=0.01)


@dataclass(frozen=True, kw_only=True)
class Collector:
    """The parts of one collector, inert until `run`."""

    engine: AsyncEngine
    leases: Leases
    outbox: Outbox
    poller: Poller
    accounting: Accounting | None
    clock: Callable[[], datetime]

    async def run(self, stop: asyncio.Event) -> bool:
        """Polls until `stop`, then stores what is left and gives the devices back. False when not all was stored."""
        async with asyncio.TaskGroup() as tasks:
            parts = [
                tasks.create_task(self.outbox.run(), name="outbox"),
                tasks.create_task(self.poller.run(), name="poller"),
                tasks.create_task(keep_house(self.engine, clock=self.clock), name="housekeeping"),
            ]
            if self.accounting is not None:
                parts.append(tasks.create_task(self.accounting.run(), name="accounting"))
            await stop.wait()
            for part in parts:
                part.cancel()
        stored = await self.outbox.drain(DRAIN_S)
        with suppress(*AWAY):
            async with asyncio.timeout(RELEASE_S):
                await self.leases.release()
        return stored


def wire(
    *,
    engine: AsyncEngine,
    vault: Vault,
    owner: str,
    announce: Announce,
    ring: Ring,
    clock: Callable[[], datetime],
    metrics: Metrics,
    pace: Pace | None = None,
    patience: Patience = PATIENCE,
    radius_port: int | None = None,
) -> Collector:
    """Make the parts of one collector. `engine` should carry `application_name(owner)`, so that others count it.

    Without a `radius_port` it hears no accounting.
    """
    pace = pace or Pace()
    leases = Leases(engine, owner=owner, lease=pace.stored_lease)
    outbox = Outbox(engine, owner=owner, announce=announce, ring=ring, clock=clock, metrics=metrics)
    means = Means(
        engine=engine,
        vault=vault,
        owner=owner,
        outbox=outbox,
        ring=ring,
        clock=clock,
        metrics=metrics,
        patience=patience,
        walks=asyncio.Semaphore(WALKS),
    )
    accounting = None
    if radius_port is not None:
        accounting = Accounting(
            engine, vault=vault, port=radius_port, announce=announce, ring=ring, clock=clock, metrics=metrics
        )
    return Collector(
        engine=engine,
        leases=leases,
        outbox=outbox,
        poller=Poller(leases, means, pace),
        accounting=accounting,
        clock=clock,
    )


async def run(settings: Settings, *, pace: Pace | None = None) -> None:
    """A collector until SIGTERM or SIGINT. Waits, in words, for a database that is not there or not migrated yet.

    Raises SettingsError, and db.migrate.NewerDatabaseError for a database of a later version.
    """
    if not settings.database_url or not settings.redis_url or not settings.secret:
        raise SettingsError(
            "`farol collect` needs DATABASE_URL, REDIS_URL and FAROL_SECRET: `farol up` sets all three."
        )
    owner = f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(4)}"
    metrics = Metrics()
    _allow_many_sockets()
    gc.set_threshold(*GC_THRESHOLDS)
    async with _stopping() as stop:
        if not await _database_ready(settings.database_url, stop):
            return
        engine = create_engine(settings.database_url, pool_size=CONNECTIONS, application_name=application_name(owner))
        bus = Bus(
            settings.redis_url,
            on_facts=lambda facts: None,
            on_readings=lambda readings: None,
            on_control=lambda message: None,
            on_gap=lambda: None,
            only_speaks=True,
        )
        try:
            async with bus:
                collector = wire(
                    engine=engine,
                    vault=Vault(settings.secret),
                    owner=owner,
                    announce=bus.announce,
                    ring=bus.ring,
                    clock=_now,
                    metrics=metrics,
                    pace=pace,
                    radius_port=settings.radius_acct_port,
                )
                log.info("collecting", owner=owner)
                async with asyncio.TaskGroup() as tasks:
                    reporting = tasks.create_task(_report(metrics, settings.home), name="report")
                    stored = await collector.run(stop)
                    reporting.cancel()
                await bus.flush(timedelta(seconds=2))
            log.info("collected", all_stored=stored, **metrics.summary())
        finally:
            await engine.dispose()


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def _stopping() -> AsyncIterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _database_ready(url: str, stop: asyncio.Event) -> bool:
    """Waits until the database answers and has the tables this version needs. False when told to stop meanwhile."""
    loop = asyncio.get_running_loop()
    say_at = loop.time()
    waited = False
    while not stop.is_set():
        try:
            missing = await pending(url)
        except AWAY as error:
            why = f"PostgreSQL does not answer yet: {reason(error)}"
        else:
            if not missing:
                if waited:
                    log.info("database_ready")
                return True
            why = f"the database lacks {len(missing)} migrations: `farol migrate` makes them"
        waited = True
        if loop.time() >= say_at:
            log.warning("waiting_for_the_database", why=why)
            say_at = loop.time() + SAY_EVERY_S
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_S):
                await stop.wait()
    return False


async def _report(metrics: Metrics, home: Path) -> None:
    """The counters once a minute: in the log, and as a file in the format node_exporter's textfile collector reads."""
    file = home / "run" / "collect.prom"
    while True:
        await asyncio.sleep(REPORT_EVERY_S)
        log.info("collector", **metrics.summary())
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_to_textfile(str(file), metrics.registry)
        except OSError as error:
            log.warning("metrics_not_written", file=str(file), reason=str(error))


def _allow_many_sockets() -> None:
    """A socket per device; the usual soft limit of 1,024 would end that early."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main() -> None:
    """`python -m farol.collect`: the settings from the environment, on uvloop."""
    uvloop.run(run(load(os.environ, Path.cwd())))


if __name__ == "__main__":
    main()
