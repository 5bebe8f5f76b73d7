"""A collector: takes its share of the devices, gives each a task, and hands back what it cannot keep.

Nothing here talks SNMP or stores a sample; it decides which devices are ours and tells their tasks what changed.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import NamedTuple

import msgspec
import structlog

from collectors.away import AWAY, is_away, reason
from collectors.inventory import Leases, load
from collectors.watch import Means, Watch

log = structlog.get_logger(__name__)


class Pace(msgspec.Struct, frozen=True):
    """`lease` is how long a dead collector's devices stay unpolled at most; they are looked at every `look_every`."""

    lease: timedelta = timedelta(seconds=30)
    look_every: timedelta = timedelta(seconds=2)

    @property
    def stored_lease(self) -> timedelta:
        """Shorter by the time until somebody looks, so that the promise of `lease` includes it."""
        return max(self.lease - self.look_every, self.lease / 2)

    @property
    def renew_every_s(self) -> float:
        return self.stored_lease.total_seconds() / 3

    @property
    def deadline_s(self) -> float:
        """Postgres gets this long for one look."""
        return self.stored_lease.total_seconds() / 2


class _Running(NamedTuple):
    watch: Watch
    task: asyncio.Task[None]


class Poller:
    """`run` until it is cancelled. Afterwards the leases are still held: whoever drains the outbox releases them."""

    def __init__(self, leases: Leases, means: Means, pace: Pace) -> None:
        self._leases = leases
        self._means = means
        self._pace = pace
        self._held: set[int] = set()
        self._leaving: set[int] = set()
        self._running: dict[int, _Running] = {}
        self._mark: int | None = None
        self._marks: dict[int, str] = {}
        self._renewed_at = float("-inf")

    @property
    def polling(self) -> frozenset[int]:
        """Ids of the devices that have a task here."""
        return frozenset(self._running)

    async def run(self) -> None:
        """While Postgres is away the devices that are ours are polled on: nobody else can take them either."""
        away = False
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    async with asyncio.timeout(self._pace.deadline_s):
                        await self._look(tasks)
                    if away:
                        log.info("inventory_back", devices=len(self._running))
                    away = False
                except AWAY as error:
                    if not is_away(error):
                        raise
                    if not away:
                        log.warning("inventory_away", reason=reason(error))
                    away = True
                await asyncio.sleep(self._pace.look_every.total_seconds())

    async def _look(self, tasks: asyncio.TaskGroup) -> None:
        """Renew, take or give back, and follow the configuration. Safe to be cut off anywhere."""
        now = asyncio.get_running_loop().time()
        if now >= self._renewed_at + self._pace.renew_every_s:
            self._held = await self._leases.renew()
            self._renewed_at = now
            self._end(self._running.keys() - self._held)
        if self._leaving:
            # What they polled last is stored by now; had they been released at once, it would be refused.
            await self._leases.release(self._leaving)
            self._held -= self._leaving
            self._leaving = set()
        share = await self._leases.fair_share()
        if len(self._held) < share:
            self._held |= await self._leases.claim(share - len(self._held))
        self._leave(set(sorted(self._held)[share:]))
        await self._follow(tasks)
        for device_id, asked_at in (await self._leases.discoveries_asked()).items():
            if device_id in self._running:
                self._running[device_id].watch.discover(asked_at)
        self._means.metrics.devices.set(len(self._running))

    async def _follow(self, tasks: asyncio.TaskGroup) -> None:
        """Start what is new and tell what changed, asking in detail only when one number says that anything did."""
        wanted = self._held - self._leaving
        mark = await self._leases.mark_of_all()
        if mark == self._mark and wanted == self._running.keys():
            return
        marks = await self._leases.marks()
        self._leave(wanted - marks.keys())
        changed = {
            device_id
            for device_id in marks.keys() & wanted
            if device_id not in self._running or marks[device_id] != self._marks.get(device_id)
        }
        for device_id, (target, remembered) in (await load(self._means.engine, self._means.vault, changed)).items():
            if device_id in self._running:
                self._running[device_id].watch.retarget(target)
            else:
                watch = Watch(target, remembered, self._means)
                task = tasks.create_task(watch.run(), name=f"device {device_id}")
                self._running[device_id] = _Running(watch, task)
        self._mark, self._marks = mark, marks

    def _leave(self, device_ids: set[int]) -> None:
        self._leaving |= device_ids
        self._end(device_ids)

    def _end(self, device_ids: set[int]) -> None:
        for device_id in device_ids & self._running.keys():
            self._running.pop(device_id).task.cancel()
