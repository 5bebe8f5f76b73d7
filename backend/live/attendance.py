"""Keeps in the database who watches the panels that are `attended`, so that every serving process can show it.

A viewer that comes or goes is counted at once and written within moments, outside the way of the sockets. The rows of a
process that died are believed for half a minute, then swept by another.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import structlog
from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import Attendance, Subscriber
from db.scope import within
from db.uow import UnitOfWork
from realtime.attendance import Seat
from realtime.bus import Bus
from realtime.readings import AttendanceMoved, Reading
from realtime.scope import Place

log = structlog.get_logger(__name__)

RENEWED_EVERY = timedelta(seconds=10)
BELIEVED = timedelta(seconds=30)
"""Age of a row that nobody renewed, after which it says nothing any more."""

DEADLINE_S = 5.0


class Attendances:
    """One per serving process: `async with Attendances(...)`. `process` tells its rows from those of the others."""

    def __init__(self, engine: AsyncEngine, *, bus: Bus, clock: Callable[[], datetime], process: str) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._process = process
        self._held: Counter[Seat] = Counter()
        self._moved: set[Seat] = set()
        self._wake = asyncio.Event()
        self._tasks = asyncio.TaskGroup()
        self._writer: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._writer = self._tasks.create_task(self._write_for_ever(), name="attendance")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._writer is not None
        self._writer.cancel()
        await self._tasks.__aexit__(kind, error, trace)
        if self._held or self._moved:
            self._moved |= set(self._held)
            self._held.clear()
            await self._try_to_write()

    def came(self, seat: Seat) -> None:
        self._held[seat] += 1
        self._note(seat)

    def left(self, seat: Seat) -> None:
        self._held[seat] -= 1
        if not self._held[seat]:
            del self._held[seat]
        self._note(seat)

    def _note(self, seat: Seat) -> None:
        self._moved.add(seat)
        self._wake.set()

    async def _write_for_ever(self) -> None:
        while True:
            try:
                async with asyncio.timeout(RENEWED_EVERY.total_seconds() if self._held or self._moved else None):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            await self._try_to_write()

    async def _try_to_write(self) -> None:
        """What cannot be written now is written at the next renewal."""
        moved, self._moved = self._moved, set()
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._bus.announce(await self._write(moved))
        except Exception as error:  # the database fails in many ways, and presence is worth waiting for it
            self._moved |= moved
            log.warning("attendance_not_written", reason=f"{type(error).__name__}: {error}"[:200])

    async def _write(self, moved: set[Seat]) -> list[Reading]:
        """Rows as the counts have them now, all others of this process renewed."""
        places: dict[int, Place] = {}
        async with UnitOfWork(self._engine, ring=self._bus.ring, clock=self._clock) as uow:
            mine = Attendance.process == self._process
            await uow.session.execute(update(Attendance).where(mine).values(seen_at=func.now()))
            await uow.session.execute(delete(Attendance).where(Attendance.seen_at < func.now() - 2 * BELIEVED))
            present = {held[:2] for held in self._held}
            for seat in sorted(moved, key=lambda each: each[:2]):
                here = seat[:2] in present
                row = (await uow.session.execute(self._enter(seat) if here else self._leave(seat))).first()
                if row is not None:
                    places[seat.subscriber_id] = Place(*row)
        at = self._clock().timestamp()
        return [AttendanceMoved(place=place, at=at, subscriber_id=number) for number, place in places.items()]

    def _enter(self, seat: Seat) -> Any:
        """Only whoever may see the subscriber is seen with them."""
        who = select(
            literal(self._process), Subscriber.id, Subscriber.company_id, Subscriber.business_unit_id,
            Subscriber.city_id, literal(seat.user_id), func.now(), func.now(),
        ).where(
            Subscriber.id == seat.subscriber_id,
            within(seat.scope, Subscriber.company_id, Subscriber.business_unit_id, Subscriber.city_id),
        )  # fmt: skip
        return (
            insert(Attendance)
            .from_select(
                [
                    "process",
                    "subscriber_id",
                    "company_id",
                    "business_unit_id",
                    "city_id",
                    "user_id",
                    "since",
                    "seen_at",
                ],
                who,
            )
            .on_conflict_do_update(index_elements=["process", "subscriber_id", "user_id"], set_={"seen_at": func.now()})
            .returning(*_PLACE)
        )

    def _leave(self, seat: Seat) -> Any:
        return (
            delete(Attendance)
            .where(
                Attendance.process == self._process,
                Attendance.subscriber_id == seat.subscriber_id,
                Attendance.user_id == seat.user_id,
            )
            .returning(*_PLACE)
        )


_PLACE = (Attendance.company_id, Attendance.business_unit_id, Attendance.city_id)
