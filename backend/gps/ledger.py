"""Writes a batch of reports in one transaction: whose they are, what is believed of them, where technicians are now.

Phones and positions are locked in order of id, so several serving processes may hear the same phone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, LargeBinary, any_, bindparam, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.gps.belief import DROPS, Drop, Outcome, Position, judge
from backend.gps.dialects import Dialect
from backend.gps.fix import Fix
from db.fixes import store_fixes
from db.models import GpsDevice, Technician, TechnicianPosition
from realtime.scope import Place

SAMPLE_CHARACTERS = 500
"""Of the evidence that is kept of a drop."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A report, or why there is none: `dropped` with what is kept of it in `evidence`."""

    digest: bytes
    dialect: Dialect | None
    fixes: tuple[Fix, ...] = ()
    dropped: Drop | None = None
    evidence: str = ""


@dataclass
class Written:
    """`known` says for each report of the batch whether its token is in use. `moved` are technicians whose position
    changed or was renewed, by place."""

    known: list[bool] = field(default_factory=list)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    moved: dict[Place, set[int]] = field(default_factory=dict)


@dataclass
class _Phone:
    id: int
    technician_id: int
    in_use: bool
    place: Place
    drops: dict[str, Any]
    dialect: str | None
    touched: bool = False

    def drop(self, reason: Drop, at: datetime, evidence: str) -> None:
        count = self.drops.get(reason, {}).get("count", 0) + 1
        self.drops[reason] = {"count": count, "at": at.isoformat(), "sample": evidence[:SAMPLE_CHARACTERS]}
        self.touched = True


async def write(connection: AsyncConnection, batch: Sequence[Heard], now: datetime) -> Written:
    """In the caller's transaction; in the order of the batch."""
    phones = await _phones(connection, {heard.digest for heard in batch})
    positions = await _positions(connection, {phone.technician_id for phone in phones.values() if phone.in_use})
    before = dict(positions)
    written, track = Written(), []
    for heard in batch:
        phone = phones.get(heard.digest)
        written.known.append(phone is not None and phone.in_use)
        if phone is None:
            continue
        phone.touched = True
        if not phone.in_use:
            phone.drop("revoked", now, heard.evidence)
            written.outcomes["revoked"] += 1
            continue
        phone.dialect = heard.dialect or phone.dialect
        if heard.dropped is not None:
            phone.drop(heard.dropped, now, heard.evidence)
            written.outcomes[heard.dropped] += 1
        for fix in heard.fixes:
            verdict = judge(positions.get(phone.technician_id), fix, now)
            written.outcomes[verdict.outcome] += 1
            if verdict.outcome in DROPS:
                phone.drop(verdict.outcome, now, msgspec.json.encode(fix).decode())
            if verdict.position is not None:
                positions[phone.technician_id] = verdict.position
            if verdict.tracked:
                track.append(_row(phone.technician_id, fix))
    changed = {key: position for key, position in positions.items() if position is not before.get(key)}
    for phone in phones.values():
        if phone.technician_id in changed and phone.in_use:
            written.moved.setdefault(phone.place, set()).add(phone.technician_id)
    await _store_positions(connection, changed)
    await store_fixes(connection, track)
    await _store_phones(connection, [phone for phone in phones.values() if phone.touched], now)
    return written


async def _phones(connection: AsyncConnection, digests: set[bytes]) -> dict[bytes, _Phone]:
    rows = await connection.execute(
        select(
            GpsDevice.token_digest,
            GpsDevice.id,
            GpsDevice.technician_id,
            GpsDevice.revoked_at.is_(None) & Technician.active,
            Technician.company_id,
            Technician.business_unit_id,
            Technician.city_id,
            GpsDevice.drops,
            GpsDevice.dialect,
        )
        .join(Technician, Technician.id == GpsDevice.technician_id)
        .where(GpsDevice.token_digest == any_(literal(sorted(digests), ARRAY(LargeBinary))))
        .order_by(GpsDevice.id)
        .with_for_update(of=GpsDevice)
    )
    return {
        digest: _Phone(number, technician, in_use, Place(*place), dict(drops), dialect)
        for digest, number, technician, in_use, *place, drops, dialect in rows
    }


_FIELDS = Position.__struct_fields__


async def _positions(connection: AsyncConnection, technicians: set[int]) -> dict[int, Position]:
    """Technician -> position. The lock on the phone (one in use each) keeps others from writing it meanwhile."""
    rows = await connection.execute(
        select(TechnicianPosition.technician_id, *(getattr(TechnicianPosition, name) for name in _FIELDS)).where(
            TechnicianPosition.technician_id == any_(literal(sorted(technicians), ARRAY(BigInteger)))
        )
    )
    return {technician: Position(**dict(zip(_FIELDS, row, strict=True))) for technician, *row in rows}


_put = insert(TechnicianPosition)
_upsert = _put.on_conflict_do_update(
    index_elements=["technician_id"], set_={name: getattr(_put.excluded, name) for name in _FIELDS}
)


async def _store_positions(connection: AsyncConnection, changed: dict[int, Position]) -> None:
    rows = [{"technician_id": key, **msgspec.structs.asdict(changed[key])} for key in sorted(changed)]
    if rows:
        await connection.execute(_upsert, rows)


_touch = update(GpsDevice).where(GpsDevice.id == bindparam("number"))


async def _store_phones(connection: AsyncConnection, phones: Sequence[_Phone], now: datetime) -> None:
    rows = [
        {"number": phone.id, "last_used_at": now, "dialect": phone.dialect, "drops": phone.drops}
        for phone in sorted(phones, key=lambda phone: phone.id)
    ]
    if rows:
        await connection.execute(_touch, rows)


def _row(technician_id: int, fix: Fix) -> dict[str, Any]:
    return {
        "technician_id": technician_id,
        "at": fix.at,
        "latitude": fix.latitude,
        "longitude": fix.longitude,
        "accuracy_m": fix.accuracy_m,
        "speed_mps": fix.speed_mps,
        "heading_deg": fix.heading_deg,
    }
