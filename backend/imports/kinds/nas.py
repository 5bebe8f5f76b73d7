"""NAS whose RADIUS accounting is believed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update

from backend.imports.columns import Changed, Kind, Made
from backend.imports.differences import differences
from backend.imports.lines.nas import COLUMNS, NasLine, check
from backend.imports.words import Reason, Refused, reason
from backend.imports.work import Work
from db.models import Nas
from realtime.facts import NasAdded

PURPOSE = "radius"


def _placed(work: Work, line: NasLine) -> tuple[int | None, int] | Reason:
    try:
        return work.optional_unit(line.business_unit), work.city(line.city, line.state)
    except Refused as refusal:
        return refusal.reason


def _sealed(work: Work, number: int, secret: str) -> bytes:
    return work.vault.seal(secret.encode(), purpose=PURPOSE, record=f"nas:{number}")


async def _networks(work: Work, lines: Sequence[NasLine]) -> dict[Any, int]:
    """Who has each network, in the whole installation: the source of a packet has to say which NAS it is."""
    rows = await work.db.execute(select(Nas.network, Nas.id).where(Nas.network.in_([line.address for line in lines])))
    return dict(rows.all())


async def create(work: Work, lines: Sequence[NasLine]) -> list[Made]:
    """Collectors believe their packets within seconds."""
    made: list[Made] = []
    taken = await _networks(work, lines)
    table = Nas.__table__
    for line in lines:
        placed = _placed(work, line)
        if isinstance(placed, Reason):
            made.append(placed)
            continue
        if line.address in taken:
            made.append(reason("taken", column="address", value=line.address))
            continue
        row = {name: value for name, value in line.own().items() if value is not None}
        row |= {"company_id": work.company_id, "business_unit_id": placed[0], "city_id": placed[1]}
        added = insert(Nas).values(**row, secret=b"").returning(table.c.id)
        number = taken[line.address] = (await work.db.execute(added)).scalar_one()
        sealed = _sealed(work, number, line.secret)
        await work.db.execute(update(Nas).where(table.c.id == number).values(secret=sealed))
        work.emit(NasAdded(place=work.place(*placed), at=work.now, nas_id=number))
        made.append(number)
    return made


async def change(work: Work, lines: Sequence[tuple[int, NasLine]]) -> list[Changed]:
    """All but the place. Collectors read NAS anew within seconds; nothing is announced."""
    table = Nas.__table__
    numbers = [number for number, _ in lines]
    found = await work.db.execute(select(table).where(table.c.id.in_(numbers)).order_by(table.c.id).with_for_update())
    before = {row.id: row for row in found}
    taken = await _networks(work, [line for _, line in lines])
    changed: list[Changed] = []
    for number, line in lines:
        row, placed = before[number], _placed(work, line)
        if isinstance(placed, Reason):
            changed.append(placed)
            continue
        if (row.business_unit_id if line.business_unit else None, row.city_id) != placed:
            changed.append(reason("fixed", column="city", ours=row.city_id, theirs=line.city))
            continue
        if taken.setdefault(line.address, number) != number:
            changed.append(reason("taken", column="address", value=line.address))
            continue
        new = differences(row._mapping, line.own())
        if work.vault.open(row.secret, purpose=PURPOSE, record=f"nas:{number}") != line.secret.encode():
            new["secret"] = _sealed(work, number, line.secret)
        if new:
            await work.db.execute(update(Nas).where(table.c.id == number).values(new))
        changed.append(bool(new))
    return changed


KIND = Kind(
    name="nas",
    noun="NAS",
    line=NasLine,
    columns=COLUMNS,
    check=check,
    create=create,
    change=change,
)
