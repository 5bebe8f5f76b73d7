"""The life of one leased device: polled on its grid, walked when it is time, until the lease ends.

A device has one task here, so its polls never overlap and no other device waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors import schedule
from collectors.away import AWAY, is_away
from collectors.device import DevicePoller, Polled
from collectors.discovery import NothingFoundError, NotOursError, record, record_failure
from collectors.failures import SnmpFailure
from collectors.interfaces import read_system, walk_interfaces
from collectors.inventory import Remembered, Target, load
from collectors.metrics import Metrics
from collectors.snmp import Patience
from collectors.store import Outbox, Outcome
from db.uow import Ring
from db.vault import Vault

log = structlog.get_logger(__name__)

LONGEST_POLL_S = 60.0
POLL_SHARE = 0.9
"""A poll is given up after this share of its interval, so that the next one finds the device free."""

LONGEST_WALK_S = 120.0

TABLE_PATIENCE_S = 300.0
"""A changed interface table is walked again at most this often: a BRAS changes it with every session."""


@dataclass(frozen=True, kw_only=True)
class Means:
    """What every device's task of a collector works with. `walks` bounds how many walk at once."""

    engine: AsyncEngine
    vault: Vault
    owner: str
    outbox: Outbox
    ring: Ring
    clock: Callable[[], datetime]
    metrics: Metrics
    patience: Patience
    walks: asyncio.Semaphore


class Watch:
    """`run` until it is cancelled. The other methods never wait."""

    def __init__(self, target: Target, remembered: Remembered, means: Means) -> None:
        self._loop = asyncio.get_running_loop()
        self._means = means
        self._id = target.device_id
        self._device = DevicePoller(
            target,
            variables_per_pdu=remembered.variables_per_pdu,
            patience=means.patience,
            clock=lambda: means.clock().timestamp(),
            metrics=means.metrics,
        )
        now = self._loop.time()
        self._plan = schedule.first(self._id, remembered.status, remembered.misses, target.interval_s, now)
        self._next_walk = schedule.next_discovery(self._id, now, failed=False) if remembered.discovered else now
        self._walked_at = now - TABLE_PATIENCE_S
        self._asked_at: datetime | None = None
        self._asked = False
        self._doubtful = False
        self._again = False
        self._coming: Target | None = None
        self._walk: asyncio.Task[None] | None = None
        self._sleeper: asyncio.Future[None] | None = None

    def retarget(self, target: Target) -> None:
        """Take a changed configuration before the next poll, never in the middle of one."""
        if self._device.target.interval_s > target.interval_s:
            self._plan = schedule.sooner(self._plan, self._id, target.interval_s, self._loop.time())
        self._coming = target
        self._stir()

    def discover(self, asked_at: datetime) -> None:
        """Somebody wants a walk now. The same wish again is the same walk."""
        if self._asked_at is None or asked_at > self._asked_at:
            self._asked_at = asked_at
            self._asked = True
            self._stir()

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                while True:
                    await self._sleep()
                    if self._coming is not None:
                        self._device.retarget(self._coming)
                        self._coming = None
                    if self._walk is None and self._wants_walk():
                        self._asked = False
                        self._walk = tasks.create_task(self._discover(), name=f"walk {self._id}")
                    if self._loop.time() >= self._plan.due:
                        await self._poll()
        finally:
            self._device.close()

    async def _sleep(self) -> None:
        """Until the next poll or walk is due, or somebody stirs."""
        now = self._loop.time()
        until = self._plan.due
        if self._walk is None:
            if self._asked:
                return
            if self._plan.status == "up":
                until = min(until, self._next_walk)
        if until <= now:
            return
        self._sleeper = self._loop.create_future()
        timer = self._loop.call_at(until, self._stir)
        try:
            await self._sleeper
        finally:
            timer.cancel()
            self._sleeper = None

    def _stir(self) -> None:
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)

    def _wants_walk(self) -> bool:
        """A device that does not answer polls is walked only when somebody asks, who then reads why it failed."""
        return self._asked or (self._plan.status == "up" and self._loop.time() >= self._next_walk)

    async def _poll(self) -> None:
        target, metrics = self._device.target, self._means.metrics
        metrics.lag.set(self._loop.time() - self._plan.due)
        try:
            polled = await self._device.poll(min(target.interval_s * POLL_SHARE, LONGEST_POLL_S))
        except Exception:
            # A bug must not cost the other devices their polls, nor this one its place in time.
            metrics.bugs.inc()
            log.exception("poll_bug", device=self._id)
            self._plan = schedule.missed(self._plan, self._id, target.interval_s, self._loop.time())
            return
        before, finished = self._plan.status, self._loop.time()
        if polled.answered:
            self._plan = schedule.answered(self._plan, self._id, target.interval_s, finished)
            metrics.polls.inc()
            metrics.skipped.inc(self._plan.skipped)
            if polled.failure is not None:
                metrics.incomplete.inc()
            self._notice(polled, finished)
        else:
            self._plan = schedule.missed(self._plan, self._id, target.interval_s, finished)
            metrics.misses.labels(polled.failure.reason if polled.failure else "failed").inc()
        if self._plan.status != before and "down" in (self._plan.status, before):
            log.info("device_status", device=self._id, before=before, after=self._plan.status, why=str(polled.failure))
        if self._doubtful:
            polled.rows.clear()
            polled.excesses.clear()
        self._doubtful |= polled.rebooted
        self._means.outbox.put(
            Outcome(
                device_id=self._id,
                place=target.place,
                polled=polled,
                status=self._plan.status,
                misses=self._plan.misses,
                variables=self._device.packing.variables,
                skipped=self._plan.skipped,
            )
        )

    def _notice(self, polled: Polled, now: float) -> None:
        """After a reboot interfaces may have other numbers: nothing is believed until a walk has ended."""
        if polled.rebooted:
            # A walk under way may have read half of its rows before.
            self._next_walk, self._again = now, self._walk is not None
        elif polled.table_moved:
            self._next_walk = min(self._next_walk, max(now, self._walked_at + TABLE_PATIENCE_S))

    async def _discover(self) -> None:
        """One walk. What went wrong is stored where the person who asked looks for it."""
        result = "bug"
        try:
            result, why = await self._walk_and_record()
            if why:
                await record_failure(self._means.engine, self._id, why, owner=self._means.owner)
        except Exception as error:
            if isinstance(error, AWAY) and is_away(error):
                result = "store"
            else:
                self._means.metrics.bugs.inc()
                log.exception("walk_bug", device=self._id)
        finally:
            now = self._loop.time()
            self._means.metrics.discoveries.labels(result).inc()
            if not self._again:
                self._next_walk = schedule.next_discovery(self._id, now, failed=result != "ok")
            self._doubtful = self._again
            self._again = False
            self._walked_at = now
            self._walk = None
            self._stir()

    async def _walk_and_record(self) -> tuple[str, str]:
        """A label for the counter, and what to tell people: nothing when it went well."""
        means, device = self._means, self._device
        try:
            async with means.walks, asyncio.timeout(LONGEST_WALK_S):
                system = await read_system(device.client())
                found = await walk_interfaces(device.client())
        except SnmpFailure as failure:
            return failure.reason, str(failure)
        except TimeoutError:
            return "no_answer", f"the walk was not done in {LONGEST_WALK_S:g} s"
        try:
            changes = await record(
                means.engine,
                self._id,
                device.target.place,
                found,
                system,
                owner=means.owner,
                ring=means.ring,
                clock=means.clock,
            )
        except NothingFoundError as error:
            return "nothing_found", str(error)
        except NotOursError:
            return "lease_lost", ""
        device.watch_table(system.table_changed_ticks)
        if changes:
            fresh = await load(means.engine, means.vault, [self._id])
            if self._id in fresh:
                self._coming = fresh[self._id][0]
                self._plan = schedule.at_once(self._plan, self._loop.time())
        return "ok", ""
