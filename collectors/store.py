"""From polls to Postgres, then to the bus: many devices in one transaction, announced only once it is committed.

While Postgres is away the polls wait here, bounded: the oldest go first, and are counted. A batch is fixed when it is
first tried, and `device_state.last_polled_at`, written in the same transaction, says afterwards whether a commit whose
answer was lost had happened: so no sample is stored twice, and none is forgotten.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import asyncpg
import msgspec
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.away import AWAY, REFUSED, is_away, reason, state
from collectors.device import Polled
from collectors.metrics import Metrics
from db.samples import copy_traffic
from db.uow import Ring, UnitOfWork
from realtime.facts import CapacityExceeded, DeviceStatus, DeviceStatusChanged
from realtime.readings import DevicePolled, Reading, TrafficSampled
from realtime.scope import Place

log = structlog.get_logger(__name__)

Announce = Callable[[list[Reading]], Awaitable[None]]

FLUSH_EVERY_S = 1.0
"""A transaction costs as much as some hundred samples. The first poll after a pause does not wait."""

LARGEST_BATCH = 20_000
MOST_BUFFERED = 200_000
"""Samples; ten minutes of 1,000 devices with 20 ports at 60 s, and some 60 MB. A poll without samples counts as one."""

FIRST_RETRY_S = 0.5
LAST_RETRY_S = 5.0
STORE_DEADLINE_S = 20.0

EXCESS_EVERY_S = 3600.0
"""One CapacityExceeded per port and hour: the port says the same at each poll until somebody corrects its capacity."""

MOST_TOLD = 10_000
"""Ports remembered for that; beyond it the oldest may be told of again."""

# Rows are locked in one order here and in `inventory`, so that a batch and a renewal never wait for each other.
_POLLED = text(
    """
    WITH mine AS (
        SELECT device_id FROM device_state
        WHERE device_id = ANY(CAST(:ids AS bigint[])) AND lease_owner = :owner
        ORDER BY device_id
        FOR UPDATE
    )
    UPDATE device_state s SET
        status = p.status,
        status_since = CASE WHEN s.status = p.status THEN s.status_since ELSE p.at END,
        misses = p.misses,
        last_polled_at = p.at,
        last_answered_at = CASE WHEN p.answered THEN p.at ELSE s.last_answered_at END,
        round_trip_ms = p.round_trip_ms,
        uptime_s = coalesce(p.uptime_s, s.uptime_s),
        variables_per_pdu = p.variables,
        skipped_polls = s.skipped_polls + p.skipped
    FROM unnest(
        CAST(:ids AS bigint[]), CAST(:at AS timestamptz[]), CAST(:statuses AS text[]), CAST(:answered AS boolean[]),
        CAST(:misses AS int[]), CAST(:round_trips AS float8[]), CAST(:uptimes AS float8[]), CAST(:variables AS int[]),
        CAST(:skipped AS int[])
    ) AS p(device_id, at, status, answered, misses, round_trip_ms, uptime_s, variables, skipped)
    JOIN mine USING (device_id)
    WHERE s.device_id = p.device_id AND s.lease_owner = :owner AND s.last_polled_at IS DISTINCT FROM p.at
    RETURNING s.device_id, old.status
    """
)

_ALREADY = text(
    """
    SELECT s.device_id
    FROM device_state s
    JOIN unnest(CAST(:ids AS bigint[]), CAST(:at AS timestamptz[])) AS p(device_id, at) USING (device_id)
    WHERE s.lease_owner = :owner AND s.last_polled_at = p.at
    """
)


class Outcome(msgspec.Struct, frozen=True):
    """A poll and what it made of the device. `skipped` counts slots that passed while it was being asked."""

    device_id: int
    place: Place
    polled: Polled
    status: DeviceStatus
    misses: int
    variables: int
    skipped: int

    @property
    def weight(self) -> int:
        """What it counts for in the buffer: its samples, and one for itself when it has none."""
        return len(self.polled.rows) or 1


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
        self._weight = 0
        self._in_flight: list[Outcome] = []
        self._told: dict[int, float] = {}
        self._filled = asyncio.Event()

    def put(self, outcome: Outcome) -> None:
        self._waiting.append(outcome)
        self._weight += outcome.weight
        while self._weight > self._most:
            oldest = self._waiting.popleft()
            self._weight -= oldest.weight
            self._metrics.dropped.labels("buffer_full").inc(len(oldest.polled.rows))
        self._metrics.buffered.set(self._weight)
        self._filled.set()

    async def run(self) -> None:
        """Postgres' absence is logged once when it begins and once when it ends."""
        failures = 0
        while True:
            await self._filled.wait()
            try:
                await self._flush()
            except AWAY as error:
                if not is_away(error):
                    raise
                failures += 1
                self._metrics.store_failures.inc()
                if failures == 1:
                    log.warning("postgres_away", reason=reason(error))
                await asyncio.sleep(min(LAST_RETRY_S, FIRST_RETRY_S * 2 ** min(failures - 1, 10)))
                continue
            if failures:
                log.info("postgres_back", failures=failures, buffered=self._weight)
                failures = 0
            if not self._waiting:
                self._filled.clear()
            if self._weight < LARGEST_BATCH:
                await asyncio.sleep(FLUSH_EVERY_S)

    async def drain(self, deadline_s: float) -> bool:
        """Store what is left, for an orderly end. False when it could not be done in time."""
        try:
            async with asyncio.timeout(deadline_s):
                while self._in_flight or self._waiting:
                    try:
                        await self._flush()
                    except AWAY as error:
                        if not is_away(error):
                            raise
                        await asyncio.sleep(FIRST_RETRY_S)
        except TimeoutError:
            left = sum(len(outcome.polled.rows) for outcome in (*self._in_flight, *self._waiting))
            self._metrics.dropped.labels("shutdown").inc(left)
            return False
        return True

    async def _flush(self) -> None:
        """One batch. When this raises, or is cancelled, the same batch is tried again by the next call."""
        if not self._in_flight:
            self._in_flight = self._take_batch()
        batch = self._in_flight
        try:
            async with asyncio.timeout(STORE_DEADLINE_S):
                ours = await self._store(batch)
        except (DBAPIError, asyncpg.PostgresError, OverflowError) as error:
            if not isinstance(error, OverflowError) and not state(error).startswith(REFUSED):
                raise
            self._metrics.bugs.inc()
            self._metrics.dropped.labels("refused").inc(sum(len(outcome.polled.rows) for outcome in batch))
            log.exception("batch_refused", devices=len(batch))
            ours = set()
        self._in_flight = []
        readings = [reading for outcome in batch if outcome.device_id in ours for reading in _readings(outcome)]
        await self._announce(readings)
        self._metrics.announced.inc(len(readings))

    def _take_batch(self) -> list[Outcome]:
        batch: list[Outcome] = []
        weight = 0
        while self._waiting and (not batch or weight + self._waiting[0].weight <= LARGEST_BATCH):
            batch.append(self._waiting.popleft())
            weight += batch[-1].weight
        self._weight -= weight
        self._metrics.buffered.set(self._weight)
        return batch

    async def _store(self, batch: Sequence[Outcome]) -> set[int]:
        """One transaction: states, samples, facts. Answers the devices whose polls are stored now.

        Devices whose lease went to another collector are left out: their samples are somebody else's to store.
        """
        newest = {outcome.device_id: outcome for outcome in batch}
        skipped = dict.fromkeys(newest, 0)
        for outcome in batch:
            skipped[outcome.device_id] += outcome.skipped
        latest = newest.values()
        which = {
            "owner": self._owner,
            "ids": list(newest),
            "at": [datetime.fromtimestamp(o.polled.at, UTC) for o in latest],
        }
        told: dict[int, float] = {}
        async with UnitOfWork(self._engine, ring=self._ring, clock=self._clock) as uow:
            updated = await uow.session.execute(
                _POLLED,
                which
                | {
                    "statuses": [o.status for o in latest],
                    "answered": [o.polled.answered for o in latest],
                    "misses": [o.misses for o in latest],
                    "round_trips": [o.polled.round_trip_ms for o in latest],
                    "uptimes": [o.polled.uptime_s for o in latest],
                    "variables": [o.variables for o in latest],
                    "skipped": list(skipped.values()),
                },
            )
            before: dict[int, DeviceStatus] = {row[0]: row[1] for row in updated}
            already: set[int] = set()
            if len(before) < len(newest):
                already = set((await uow.session.execute(_ALREADY, which)).scalars()) - before.keys()
            rows = [row for outcome in batch if outcome.device_id in before for row in outcome.polled.rows]
            await copy_traffic(await uow.connection(), rows)
            for device_id, status in before.items():
                if newest[device_id].status != status:
                    uow.emit(_status_changed(newest[device_id], status))
            for outcome in batch:
                if outcome.device_id in before:
                    for fact in self._excesses(outcome, told):
                        uow.emit(fact)
        self._remember(told)
        ours = before.keys() | already
        lost = sum(len(outcome.polled.rows) for outcome in batch if outcome.device_id not in ours)
        if lost:
            self._metrics.dropped.labels("lease_lost").inc(lost)
        self._metrics.stored.inc(len(rows))
        self._metrics.batch.observe(len(rows))
        return ours

    def _excesses(self, outcome: Outcome, told: dict[int, float]) -> list[CapacityExceeded]:
        facts: list[CapacityExceeded] = []
        for excess in outcome.polled.excesses:
            last = told.get(excess.port_id, self._told.get(excess.port_id, -EXCESS_EVERY_S))
            if outcome.polled.at - last >= EXCESS_EVERY_S:
                told[excess.port_id] = outcome.polled.at
                facts.append(
                    CapacityExceeded(
                        place=outcome.place,
                        at=datetime.fromtimestamp(outcome.polled.at, UTC),
                        device_id=outcome.device_id,
                        port_id=excess.port_id,
                        rate_bps=excess.rate_bps,
                        capacity_bps=excess.capacity_bps,
                    )
                )
        return facts

    def _remember(self, told: dict[int, float]) -> None:
        for port_id, at in told.items():
            self._told.pop(port_id, None)
            self._told[port_id] = at
        while len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]


def _status_changed(outcome: Outcome, before: DeviceStatus) -> DeviceStatusChanged:
    return DeviceStatusChanged(
        place=outcome.place,
        at=datetime.fromtimestamp(outcome.polled.at, UTC),
        device_id=outcome.device_id,
        before=before,
        after=outcome.status,
    )


def _readings(outcome: Outcome) -> list[Reading]:
    polled = outcome.polled
    readings: list[Reading] = [
        DevicePolled(place=outcome.place, at=polled.at, device_id=outcome.device_id, round_trip_ms=polled.round_trip_ms)
    ]
    if polled.rows:
        rows = [(port_id, in_bps, out_bps) for _, port_id, in_bps, out_bps, _, _ in polled.rows]
        readings.append(TrafficSampled(place=outcome.place, at=polled.at, device_id=outcome.device_id, rows=rows))
    return readings
