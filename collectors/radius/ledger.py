"""From notices to rows: a batch is one transaction, and what it returns is true when it returns.

Nothing is kept in memory between batches: the state is read, advanced (`life`) and written, under a lock per NAS. So
any number of collectors may hear the same NAS, and one that died or lost the answer to its commit hears again what was
not acknowledged, which changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.radius import statements
from collectors.radius.clients import Client
from collectors.radius.life import End, Known, Life, advance
from collectors.radius.packet import Kind, Notice, key_of
from collectors.radius.rows import Entry, Moves, Owner, write
from db.partitions import SESSIONS, ensure_for, is_missing
from db.session import DbSession
from db.uow import Ring, UnitOfWork
from realtime.facts import NasReloaded
from realtime.scope import Place

log = structlog.get_logger(__name__)


class Heard(NamedTuple):
    """A notice and the NAS it is from."""

    client: Client
    notice: Notice


class Ledger:
    def __init__(self, engine: AsyncEngine, *, ring: Ring, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._ring = ring
        self._clock = clock

    async def store(self, batch: Sequence[Heard]) -> Moves:
        """All of it or nothing. Raises what the database raises."""
        try:
            return await self._store(batch)
        except DBAPIError as error:
            if not is_missing(error):
                raise
        instants = {datetime.fromtimestamp(heard.notice.at, UTC) for heard in batch}
        log.warning("partition_made_late", partitions=await ensure_for(self._engine, SESSIONS, instants))
        return await self._store(batch)

    async def _store(self, batch: Sequence[Heard]) -> Moves:
        moves = Moves()
        async with UnitOfWork(self._engine, ring=self._ring, clock=self._clock) as uow:
            db = uow.session
            nas_ids = sorted({heard.client.id for heard in batch})
            marks: dict[int, float | None] = {
                row[0]: row[1] for row in await db.execute(statements.LOCK_NAS, {"ids": nas_ids})
            }
            for client, notice in batch:
                if notice.kind in (Kind.ON, Kind.OFF) and await _reload(db, client, notice, marks):
                    moves.reloaded.add(client.id)
                    uow.emit(_reloaded(client, notice))
            entries = await self._entries(db, batch)
            for client, notice in batch:
                if notice.kind in (Kind.START, Kind.INTERIM, Kind.STOP):
                    entry = entries[key_of(client.id, notice)]
                    life = advance(entry.life, notice, reloaded_at=marks.get(client.id))
                    moves.ignored += life is entry.life
                    entry.life, entry.notice = life, notice
            await _find_owners(db, entries.values())
            await write(db, entries, moves)
        return moves

    async def _entries(self, db: DbSession, batch: Sequence[Heard]) -> dict[bytes, Entry]:
        """The life of every key in the batch as it is stored."""
        entries: dict[bytes, Entry] = {}
        for client, notice in batch:
            if notice.kind in (Kind.START, Kind.INTERIM, Kind.STOP):
                entries.setdefault(key_of(client.id, notice), Entry(client, notice))
        if not entries:
            return entries
        for row in await db.execute(statements.OPEN, {"keys": list(entries)}):
            entry = entries[row[0]]
            entry.before = Known(*row[1:14])
            entry.life = Life(open=entry.before)
            entry.was_unknown = row[14]
            if row[15] is not None:
                entry.owner = Owner(Place(row[17], row[18], row[19]), row[15], row[16])
        closed = [key for key, entry in entries.items() if entry.before is None]
        if closed:
            now = self._clock().timestamp()
            for row in await db.execute(statements.ENDED, {"keys": closed, "now": now}):
                entries[row[0]].life = Life(last=_ended(row))
        return entries


def _ended(row: Any) -> End:
    key, number, started, last, mac, address, prefix, in_c, out_c, in_o, out_o, ended_at, ended, cause = row
    del key
    known = Known(number, started, last, last, mac, address, prefix, None, in_c, out_c, in_o, out_o)
    return End(known, ended_at, ended, cause, stored_at=ended_at)


async def _reload(db: DbSession, client: Client, notice: Notice, marks: dict[int, float | None]) -> bool:
    """Move the mark of a NAS; a notice that came before moves nothing."""
    moved = (await db.execute(statements.RELOAD_NAS, {"id": client.id, "at": notice.at})).first() is not None
    if moved:
        marks[client.id] = notice.at
    return moved


def _reloaded(client: Client, notice: Notice) -> NasReloaded:
    return NasReloaded(
        place=client.place,
        at=datetime.fromtimestamp(notice.at, UTC),
        nas_id=client.id,
        kind_of_notice="on" if notice.kind is Kind.ON else "off",
    )


async def _find_owners(db: DbSession, entries: Iterable[Entry]) -> None:
    """Looks up the logins of sessions that have no owner yet: one whose login is entered later finds it at its next
    interim; one that has an owner keeps it until it ends."""
    missing = [entry for entry in entries if entry.owner is None]
    if not missing:
        return
    wanted = list({(entry.client.place.company_id, entry.notice.login.lower()) for entry in missing})
    rows = await db.execute(statements.LOGINS, {"companies": [c for c, _ in wanted], "logins": [g for _, g in wanted]})
    owners = {(row[0], row[1]): Owner(Place(row[0], row[2], row[3]), row[4], row[5], row[6]) for row in rows}
    for entry in missing:
        place = entry.client.place
        entry.owner = owners.get((place.company_id, entry.notice.login.lower()), Owner(place))
        entry.found_owner = entry.owner.contract_id is not None
