"""Devices that SNMP polls."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import insert, select, update

from backend.imports.columns import Changed, Kind, Made
from backend.imports.differences import differences
from backend.imports.lines.devices import COLUMNS, DeviceLine, check
from backend.imports.words import Reason, Refused, reason
from backend.imports.work import Work
from db.models import Device, DeviceState
from realtime.facts import DeviceAdded

PURPOSE = "snmp"


def _placed(work: Work, line: DeviceLine) -> tuple[int | None, int] | Reason:
    try:
        return work.optional_unit(line.business_unit), work.city(line.city, line.state)
    except Refused as refusal:
        return refusal.reason


def _sealed(work: Work, number: int, secrets: dict[str, str]) -> bytes:
    return work.vault.seal(msgspec.json.encode(secrets), purpose=PURPOSE, record=f"device:{number}")


async def create(work: Work, lines: Sequence[DeviceLine]) -> list[Made]:
    """A collector picks each up, and discovers its ports, within seconds."""
    made: list[Made] = []
    device = Device.__table__
    for line in lines:
        placed = _placed(work, line)
        if isinstance(placed, Reason):
            made.append(placed)
            continue
        row = {name: value for name, value in line.own().items() if value is not None}
        row |= {"company_id": work.company_id, "business_unit_id": placed[0], "city_id": placed[1]}
        added = insert(Device).values(**row, snmp_credentials=b"").returning(device.c.id)
        number = (await work.db.execute(added)).scalar_one()
        sealed = _sealed(work, number, line.secrets())
        await work.db.execute(update(Device).where(device.c.id == number).values(snmp_credentials=sealed))
        await work.db.execute(
            insert(DeviceState).values(
                device_id=number, status="unknown", status_since=work.now, discover_requested_at=work.now
            )
        )
        work.emit(DeviceAdded(place=work.place(*placed), at=work.now, device_id=number))
        made.append(number)
    return made


async def change(work: Work, lines: Sequence[tuple[int, DeviceLine]]) -> list[Changed]:
    """All but the place. Collectors read a device anew within a minute; nothing is announced."""
    table = Device.__table__
    numbers = [number for number, _ in lines]
    found = await work.db.execute(select(table).where(table.c.id.in_(numbers)).order_by(table.c.id).with_for_update())
    before = {row.id: row for row in found}
    changed: list[Changed] = []
    for number, line in lines:
        row, placed = before[number], _placed(work, line)
        if isinstance(placed, Reason):
            changed.append(placed)
            continue
        ours = (row.business_unit_id if line.business_unit else None, row.city_id)
        if ours != placed:
            changed.append(reason("fixed", column="city", ours=row.city_id, theirs=line.city))
            continue
        new = differences(row._mapping, line.own())
        known = work.vault.open(row.snmp_credentials, purpose=PURPOSE, record=f"device:{number}")
        if msgspec.json.decode(known) != line.secrets():
            new["snmp_credentials"] = _sealed(work, number, line.secrets())
        if new:
            await work.db.execute(update(Device).where(table.c.id == number).values(new))
        changed.append(bool(new))
    return changed


KIND = Kind(
    name="devices",
    noun="device",
    line=DeviceLine,
    columns=COLUMNS,
    check=check,
    create=create,
    change=change,
)
