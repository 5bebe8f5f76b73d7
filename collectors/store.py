"""From polls to Postgres, then to the bus: many devices in one transaction, announced only once it is committed.

While Postgres is away the polls wait here, bounded: the oldest go first, and are counted.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import asyncpg
import msgspec
import structlog
from sqlalchemy import text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.device import Polled
from collectors.metrics import Metrics
from db.models import DeviceState
from db.samples import copy_traffic
from db.uow import Ring, UnitOfWork
from realtime.facts import AnyFact, CapacityExceeded, DeviceStatus, DeviceStatusChanged
from realtime.readings import DevicePolled, Reading, TrafficSampled
from realtime.scope import Place

log = structlog.get_logger(__name__)

Announce = Callable[[list[Reading]], Awaitable[None]]

FLUSH_EVERY_S = 0.2
LARGEST_BATCH = 20_000
MOST_BUFFERED = 200_000
"""Samples; ten minutes of 1,000 devices with 20 ports at 60 s."""

FIRST_RETRY_S = 0.5
LAST_RETRY_S = 5.0
STORE_DEADLINE_S = 20.0

EXCESS_EVERY_S = 3600.0
"""One CapacityExceeded per port and hour: the port says the same at each poll until somebody corrects its capacity."""

_AWAY = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

_POLLED = text(
    """
    UPDATE device_state s SET
        misses = p.misses,
        last_polled_at = p.at,
        last_answered_at = CASE WHEN p.answered THEN p.at ELSE s.last_answered_at END,
        round_trip_ms = p.round_trip_ms,
        uptime_s = coalesce(p.uptime_s, s.uptime_s),
        variables_per_pdu = p.variables,
        skipped_polls = s.skipped_polls + p.skipped
    FROM unnest(
        CAST(:ids AS bigint[]), CAST(:at AS timestamptz[]), CAST(:answered AS boolean[]), CAST(:misses AS int[]),
        CAST(:round_trips AS float8[]), CAST(:uptimes AS float8[]), CAST(:variables AS int[]), CAST(:skipped AS int[])
    ) AS p(device_id, at, answered, misses, round_trip_ms, uptime_s, variables, skipped)
    WHERE s.device_id = p.device_id AND s.lease_owner = :owner
    RETURNING s.device_id
    """
)


class Outcome(msgspec.Struct, frozen=True):
    """A poll and what it made of the device. `before` differs from `status` when that changed at this poll."""

    device_id: int
    place: Place
    polled: Polled
    before: DeviceStatus
    status: DeviceStatus
    misses: int
    variables: int
    skipped: int


class Outbox:
    """`put` never waits. `run` stores and announces until it is cancelled; `drain` does the rest."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        owner: str,
        announce: Announce,
        ring: Ring,
        clock: Callable[[], datetime],
        metrics: Metrics,
        most_buffered: int = MOST_BUFFERED,
    ) -> None:
        self._engine = engine
        self._owner = owner
        self._announce = announce
        self._ring = ring
        self._clock = clock
        self._metrics = metrics
        self._most = most_buffered
        self._waiting: deque[Outcome] = deque()
        self._samples = 0
        self._facts: deque[AnyFact] = deque(maxlen=1_000)
        self._statuses: dict[int, tuple[Outcome, DeviceStatus]] = {}
        self._told: dict[int, float] = {}
        self._filled = asyncio.Event()

    def put(self, outcome: Outcome) -> None:
        self._waiting.append(outcome)
        self._samples += len(outcome.polled.rows)
        while self._samples > self._most:
            oldest = self._waiting.popleft()
            self._samples -= len(oldest.polled.rows)
            self._metrics.dropped.labels("buffer_full").inc(len(oldest.polled.rows))
        if outcome.before != outcome.status:
            # Several changes while Postgres is away are one, from what is stored to what is true.
            earlier = self._statuses.pop(outcome.device_id, None)
            self._statuses[outcome.device_id] = outcome, earlier[1] if earlier else outcome.before
        for excess in outcome.polled.excesses:
            if outcome.polled.at - self._told.get(excess.port_id, -EXCESS_EVERY_S) >= EXCESS_EVERY_S:
                self._told[excess.port_id] = outcome.polled.at
                self._facts.append(
                    CapacityExceeded(
                        place=outcome.place,
                        at=datetime.fromtimestamp(outcome.polled.at, UTC),
                        device_id=outcome.device_id,
                        port_id=excess.port_id,
                        rate_bps=excess.rate_bps,
                        capacity_bps=excess.capacity_bps,
                    )
                )
        self._metrics.buffered.set(self._samples)
        self._filled.set()

    async def run(self) -> None:
        """Postgres' absence is logged once when it begins and once when it ends."""
        failures = 0
        while True:
            await self._filled.wait()
            try:
                async with asyncio.timeout(STORE_DEADLINE_S):
                    await self._flush()
            except (*_AWAY, TimeoutError) as error:
                failures += 1
                self._metrics.store_failures.inc()
                if failures == 1:
                    log.warning("postgres_away", reason=f"{type(error).__name__}: {error}"[:300])
                await asyncio.sleep(min(LAST_RETRY_S, FIRST_RETRY_S * 2 ** (failures - 1)))
                continue
            if failures:
                log.info("postgres_back", failures=failures, buffered=self._samples)
                failures = 0
            if len(self._waiting) == 0:
                self._filled.clear()
            await asyncio.sleep(FLUSH_EVERY_S)

    async def drain(self, deadline_s: float) -> bool:
        """Store what is left, for an orderly end. False when it could not be done in time."""
        try:
            async with asyncio.timeout(deadline_s):
                while self._waiting or self._statuses or self._facts:
                    await self._flush()
        except (*_AWAY, TimeoutError):
            self._metrics.dropped.labels("shutdown").inc(self._samples)
            return False
        return True

    async def _flush(self) -> None:
        if self._statuses or self._facts:
            await self._store_facts()
        while batch := self._next_batch():
            owned = await self._store(batch)
            readings: list[Reading] = []
            for outcome in batch:
                self._waiting.popleft()
                self._samples -= len(outcome.polled.rows)
                if outcome.device_id in owned:
                    readings += _readings(outcome)
                else:
                    self._metrics.dropped.labels("lease_lost").inc(len(outcome.polled.rows))
            self._metrics.buffered.set(self._samples)
            await self._announce(readings)
            self._metrics.announced.inc(len(readings))

    def _next_batch(self) -> list[Outcome]:
        batch: list[Outcome] = []
        rows = 0
        for outcome in self._waiting:
            rows += len(outcome.polled.rows)
            if batch and rows > LARGEST_BATCH:
                break
            batch.append(outcome)
        return batch

    async def _store(self, batch: Sequence[Outcome]) -> set[int]:
        """One transaction. Answers the devices that are still ours: the others' samples are somebody else's to store."""
        newest = {outcome.device_id: outcome for outcome in batch}
        skipped = dict.fromkeys(newest, 0)
        for outcome in batch:
            skipped[outcome.device_id] += outcome.skipped
        latest = newest.values()
        async with self._engine.begin() as db:
            updated = await db.execute(
                _POLLED,
                {
                    "owner": self._owner,
                    "ids": list(newest),
                    "at": [datetime.fromtimestamp(o.polled.at, UTC) for o in latest],
                    "answered": [o.polled.answered for o in latest],
                    "misses": [o.misses for o in latest],
                    "round_trips": [o.polled.round_trip_ms for o in latest],
                    "uptimes": [o.polled.uptime_s for o in latest],
                    "variables": [o.variables for o in latest],
                    "skipped": list(skipped.values()),
                },
            )
            owned = set(updated.scalars())
            rows = [row for outcome in batch if outcome.device_id in owned for row in outcome.polled.rows]
            await copy_traffic(db, rows)
        self._metrics.stored.inc(len(rows))
        self._metrics.batch.observe(len(rows))
        return owned

    async def _store_facts(self) -> None:
        """What happened to devices, in one unit of work. Kept for the next try when it fails."""
        facts, statuses = list(self._facts), dict(self._statuses)
        async with UnitOfWork(self._engine, ring=self._ring, clock=self._clock) as uow:
            for device_id, (outcome, before) in statuses.items():
                if outcome.status == before:
                    continue
                at = datetime.fromtimestamp(outcome.polled.at, UTC)
                changed = await uow.session.execute(
                    update(DeviceState)
                    .where(DeviceState.device_id == device_id, DeviceState.lease_owner == self._owner)
                    .values(status=outcome.status, status_since=at)
                    .returning(DeviceState.device_id)
                )
                if changed.scalar_one_or_none() is None:
                    continue
                uow.emit(
                    DeviceStatusChanged(
                        place=outcome.place, at=at, device_id=device_id, before=before, after=outcome.status
                    )
                )
            for fact in facts:
                uow.emit(fact)
        for _ in facts:
            self._facts.popleft()
        for device_id, kept in statuses.items():
            if self._statuses.get(device_id) is kept:
                del self._statuses[device_id]
            elif device_id in self._statuses:
                self._statuses[device_id] = self._statuses[device_id][0], kept[0].status


def _readings(outcome: Outcome) -> list[Reading]:
    polled = outcome.polled
    readings: list[Reading] = [
        DevicePolled(place=outcome.place, at=polled.at, device_id=outcome.device_id, round_trip_ms=polled.round_trip_ms)
    ]
    if polled.rows:
        rows = [(port_id, in_bps, out_bps) for _, port_id, in_bps, out_bps, _, _ in polled.rows]
        readings.append(TrafficSampled(place=outcome.place, at=polled.at, device_id=outcome.device_id, rows=rows))
    return readings
