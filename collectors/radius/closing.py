"""Ends nobody sends: of the sessions of a NAS that was reloaded, and of those that fell silent for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.radius import statements
from collectors.radius.rows import Moves
from collectors.radius.silence import GRACE_S, MISSED, belief
from db.partitions import SESSIONS, ensure_for, is_missing
from db.uow import Ring, UnitOfWork
from realtime.scope import Place

BATCH = 2_000
"""Sessions per transaction: packets of the same NAS wait meanwhile, some 50 ms."""

_RELOADED = text(
    """
    SELECT n.id FROM nas n
    WHERE n.reloaded_at IS NOT NULL AND EXISTS (
        SELECT FROM session s WHERE s.nas_id = n.id AND s.last_at < n.reloaded_at
    )
    ORDER BY n.id
    """
)

_MOVE = f"""
    gone AS (DELETE FROM session s USING due WHERE s.id = due.id RETURNING s.*, due.ended_at),
    kept AS (
        INSERT INTO session_history (
            {statements.COLUMNS_OF_BOTH}, last_at, in_octets, out_octets, in_counter, out_counter, ended_at, ended
        )
        SELECT {statements.COLUMNS_OF_BOTH}, last_at, in_octets, out_octets, in_counter, out_counter, ended_at,
            CAST(:ended AS text)
        FROM gone
    )
    SELECT company_id, business_unit_id, city_id, nas_id, subscriber_id FROM gone
"""  # noqa: S608 - the columns are ours

_CLOSE_RELOADED = text(
    f"""
    WITH due AS (
        SELECT s.id, n.reloaded_at AS ended_at FROM session s JOIN nas n ON n.id = s.nas_id
        WHERE s.nas_id = :nas_id AND s.last_at < n.reloaded_at
        LIMIT :batch
    ), {_MOVE}
    """  # noqa: S608 - the columns are ours
)

# Somebody may have been heard of since the silence was measured.
_CLOSE_LOST = text(
    f"""
    WITH due AS (
        SELECT s.id, s.last_at AS ended_at FROM session s
        JOIN unnest(CAST(:ids AS bigint[]), CAST(:heard AS timestamptz[])) AS n(id, heard_at) USING (id)
        WHERE s.heard_at = n.heard_at
    ), {_MOVE}
    """  # noqa: S608 - the columns are ours
)

_DOUBT = text(
    """
    UPDATE session s SET unknown = true
    FROM unnest(CAST(:ids AS bigint[]), CAST(:heard AS timestamptz[])) AS n(id, heard_at)
    WHERE s.id = n.id AND s.heard_at = n.heard_at
    RETURNING s.company_id, s.business_unit_id, s.city_id, s.nas_id, s.subscriber_id
    """
)

# What the intervals of a NAS come to: nineteen of twenty of its sessions report as often or more often.
_SILENT = text(
    """
    WITH pace AS (
        SELECT nas_id, percentile_disc(0.95) WITHIN GROUP (ORDER BY interim_s) AS interim_s
        FROM session WHERE interim_s IS NOT NULL GROUP BY nas_id
    )
    SELECT s.id, s.nas_id, s.heard_at, s.interim_s, pace.interim_s, s.unknown
    FROM session s LEFT JOIN pace USING (nas_id)
    WHERE s.heard_at < CAST(:now AS timestamptz) - make_interval(
        secs => coalesce(s.interim_s, pace.interim_s, 0) * CAST(:missed AS int) + CAST(:grace AS float8)
    )
    """
)


class Closing:
    def __init__(self, engine: AsyncEngine, *, ring: Ring, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._ring = ring
        self._clock = clock

    async def reloaded(self) -> list[int]:
        """NAS with sessions that a reload ended and that are still among the open ones."""
        async with self._engine.connect() as db:
            return list((await db.execute(_RELOADED)).scalars())

    async def close_reloaded(self, nas_id: int) -> Moves:
        """Up to 2,000 of them; none when it is done."""
        given = {"nas_id": nas_id, "batch": BATCH, "ended": "reload"}
        return _moves(await self._run(_CLOSE_RELOADED, nas_id, given), ended=1)

    async def judge_silence(self, listening_since: datetime) -> list[Moves]:
        """Mark what is silent for longer than its interims explain, and give up what stayed so.

        Silence counts from `listening_since` at the earliest: while nobody listened, nobody was silent.
        """
        now = self._clock()
        doubted: dict[int, list[tuple[int, datetime]]] = {}
        lost: dict[int, list[tuple[int, datetime]]] = {}
        async with self._engine.connect() as db:
            rows = await db.execute(_SILENT, {"now": now, "missed": MISSED, "grace": GRACE_S})
            for number, nas_id, heard_at, interim_s, of_nas_s, unknown in rows:
                silent_s = (now - max(heard_at, listening_since)).total_seconds()
                match belief(silent_s, interim_s, of_nas_s):
                    case "unknown" if not unknown:
                        doubted.setdefault(nas_id, []).append((number, heard_at))
                    case "lost":
                        lost.setdefault(nas_id, []).append((number, heard_at))
        moves = [await self._each(_DOUBT, nas_id, some, ended=0) for nas_id, some in sorted(doubted.items())]
        return moves + [await self._each(_CLOSE_LOST, nas_id, some, ended=1) for nas_id, some in sorted(lost.items())]

    async def _each(self, statement: Any, nas_id: int, some: list[tuple[int, datetime]], *, ended: int) -> Moves:
        together = Moves()
        for at in range(0, len(some), BATCH):
            part = some[at : at + BATCH]
            given: dict[str, Any] = {"ids": [number for number, _ in part], "heard": [heard for _, heard in part]}
            if ended:
                given["ended"] = "lost"
            try:
                rows = await self._run(statement, nas_id, given)
            except DBAPIError as error:
                if not is_missing(error):
                    raise
                # Heard of before the months that are made ahead: nobody collected for as long.
                await ensure_for(self._engine, SESSIONS, given["heard"])
                rows = await self._run(statement, nas_id, given)
            _moves(rows, ended=ended, into=together)
        return together

    async def _run(self, statement: Any, nas_id: int, given: dict[str, Any]) -> Sequence[Any]:
        async with self._work() as uow:
            await uow.session.execute(statements.LOCK_NAS, {"ids": [nas_id]})
            return (await uow.session.execute(statement, given)).all()

    def _work(self) -> UnitOfWork:
        return UnitOfWork(self._engine, ring=self._ring, clock=self._clock)


def _moves(rows: Sequence[Any], *, ended: int, into: Moves | None = None) -> Moves:
    moves = Moves() if into is None else into
    for company, unit, city, nas_id, subscriber in rows:
        moves.add(Place(company, unit, city), nas_id, subscriber, ended=ended)
    return moves
