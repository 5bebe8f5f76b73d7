"""Service orders. One that ended stays as it ended; the others follow the file, move by move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import insert, select, update

from backend.imports.columns import Changed, Kind, Made
from backend.imports.differences import differences
from backend.imports.kinds.teams import Teams, teams
from backend.imports.lines.orders import COLUMNS, ENDS, OrderLine, check
from backend.imports.names import folded
from backend.imports.owners import Owner, owners
from backend.imports.words import Refused, refused
from backend.imports.work import Work
from db.models import CancellationReason, OrderKind, ServiceOrder, ServiceOrderMove, Technician
from realtime.facts import OrderStage, ServiceOrderMoved, ServiceOrderOpened
from realtime.scope import Place

KEPT = ("description", "location", "latitude", "longitude", "level")


FINAL = ("done", "cancelled")
"""A failed order may be scheduled again; these stay."""
OUTCOME = ("ended_at", "resolution", "reason_id")
COURSE = (*OUTCOME, "team_id", "technician_id", "scheduled_from", "scheduled_until")
"""What a stage takes with it when it is left, and what an order that is open again has no longer."""
MOVED = ("stage", "team_id", "technician_id", "scheduled_from", "scheduled_until")


class Known:
    """What the lines of a batch name, and its ids. Kinds and reasons that are new were made."""

    def __init__(
        self,
        *,
        kinds: dict[str, int],
        reasons: dict[str, int],
        owners: dict[str, Owner],
        teams: Teams,
        people: dict[str, int],
    ) -> None:
        self.kinds = kinds
        self.reasons = reasons
        self.owners = owners
        self.teams = teams
        self.people = people


async def _known(work: Work, lines: Sequence[OrderLine]) -> Known:
    return Known(
        kinds=await _kinds(work, lines),
        reasons=await _reasons(work, lines),
        owners=await owners(work, [line.subscriber for line in lines]),
        teams=await teams(work, [line.team for line in lines]),
        people=await _technicians(work, lines),
    )


async def _kinds(work: Work, lines: Sequence[OrderLine]) -> dict[str, int]:
    rows = await work.db.execute(select(OrderKind.name, OrderKind.id).where(OrderKind.company_id == work.company_id))
    known = {folded(name): number for name, number in rows}
    for line in lines:
        if folded(line.kind) not in known:
            made = insert(OrderKind).values(company_id=work.company_id, name=line.kind).returning(OrderKind.id)
            known[folded(line.kind)] = (await work.db.execute(made)).scalar_one()
    return known


async def _reasons(work: Work, lines: Sequence[OrderLine]) -> dict[str, int]:
    texts = {line.reason for line in lines if line.reason and line.stage in ("failed", "cancelled")}
    rows = await work.db.execute(
        select(CancellationReason.text, CancellationReason.id).where(
            CancellationReason.applies_to == "service_order", CancellationReason.text.in_(texts)
        )
    )
    known = dict(rows.all())
    for text in sorted(texts - known.keys()):
        made = insert(CancellationReason).values(applies_to="service_order", text=text).returning(CancellationReason.id)
        known[text] = (await work.db.execute(made)).scalar_one()
    return known


async def _technicians(work: Work, lines: Sequence[OrderLine]) -> dict[str, int]:
    """By the source's id, or by a name that one technician of the company has."""
    rows = await work.db.execute(select(Technician.name, Technician.id).where(Technician.company_id == work.company_id))
    named: dict[str, int] = {}
    for name, number in rows:
        named[folded(name)] = 0 if folded(name) in named else number
    known = await work.origins("technicians", [line.technician for line in lines])
    for line in lines:
        if line.technician and line.technician not in known and named.get(folded(line.technician)):
            known[line.technician] = named[folded(line.technician)]
    return known


def _where(work: Work, line: OrderLine, known: Known) -> tuple[Place, Owner | None]:
    """Where the order is and whose it is. Raises Refused."""
    if line.subscriber is not None:
        owner = known.owners.get(line.subscriber)
        if owner is None:
            raise refused("unknown_record", company=work.company, noun="subscriber", value=line.subscriber)
        if line.location is None and not owner.location:
            raise refused("location_needed")
        return owner.at, owner
    assert line.city is not None
    return work.place(work.unit(line.business_unit), work.city(line.city, line.state)), None


def _location(line: OrderLine, owner: Owner | None) -> dict[str, Any]:
    """The line's own point belongs to its own location; without one it is the subscriber's home."""
    if line.location is not None or owner is None:
        return {"location": line.location, "latitude": line.latitude, "longitude": line.longitude}
    here = (line.latitude, line.longitude) if line.latitude is not None else (owner.latitude, owner.longitude)
    return {"location": owner.location, "latitude": here[0], "longitude": here[1]}


def _crew(work: Work, line: OrderLine, known: Known) -> dict[str, int | None]:
    """Raises Refused."""
    team = known.teams.find(line.team) if line.team else None
    if line.team and team is None:
        raise refused("unknown_record", company=work.company, noun="team", value=line.team)
    if line.technician and line.technician not in known.people:
        raise refused("unknown_record", company=work.company, noun="technician", value=line.technician)
    return {
        "team_id": team.id if team else None,
        "technician_id": known.people[line.technician] if line.technician else None,
    }


def _said(work: Work, line: OrderLine, known: Known) -> dict[str, Any]:
    """What the line says of the course of the order. Raises Refused."""
    stage = line.stage or "open"
    return {
        "stage": stage,
        **_crew(work, line, known),
        "scheduled_from": work.aware(line.scheduled_from) if line.scheduled_from else None,
        "scheduled_until": work.aware(line.scheduled_until) if line.scheduled_until else None,
        "ended_at": work.aware(line.ended_at) if line.ended_at and stage in ENDS else None,
        "resolution": line.resolution if stage == "done" else None,
        "reason_id": known.reasons[line.reason] if line.reason and stage in ("failed", "cancelled") else None,
    }


async def create(work: Work, lines: Sequence[OrderLine]) -> list[Made]:
    """History begins with the order as it is; what the other system knows of its past stays there."""
    known = await _known(work, lines)
    made: list[Made] = [0] * len(lines)
    rows: list[tuple[int, dict[str, Any]]] = []
    for at, line in enumerate(lines):
        try:
            place, owner = _where(work, line, known)
            said = _said(work, line, known)
        except Refused as refusal:
            made[at] = refusal.reason
            continue
        opened = work.aware(line.opened_at) if line.opened_at else work.now
        row = {
            "company_id": place.company_id,
            "business_unit_id": place.business_unit_id,
            "city_id": place.city_id,
            "subscriber_id": owner.id if owner else None,
            "kind_id": known.kinds[folded(line.kind)],
            "level": line.level or 4,
            "description": line.description or "",
            **_location(line, owner),
            **said,
            "stage_since": said["ended_at"] or opened,
            "created_at": opened,
        }
        rows.append((at, row))
    if not rows:
        return made
    added = insert(ServiceOrder).returning(ServiceOrder.id, sort_by_parameter_order=True)
    numbers = (await work.db.execute(added, [row for _, row in rows])).scalars()
    moves = []
    for number, (at, row) in zip(numbers, rows, strict=True):
        made[at] = number
        moves.append(_move(work, number, 0, None, row, row["stage_since"]))
        place = Place(row["company_id"], row["business_unit_id"], row["city_id"])
        work.emit(ServiceOrderOpened(place=place, at=work.now, order_id=number, subscriber_id=row["subscriber_id"]))
    await work.db.execute(insert(ServiceOrderMove), moves)
    return made


def _move(
    work: Work, number: int, version: int, before: str | None, row: dict[str, Any], at: datetime
) -> dict[str, Any]:
    return {
        "company_id": work.company_id,
        "order_id": number,
        "version": version,
        "before": before,
        "after": row["stage"],
        "at": at,
        **{name: row[name] for name in ("team_id", "technician_id", "scheduled_from", "scheduled_until", "reason_id")},
        "note": "Importada",
    }


async def change(work: Work, lines: Sequence[tuple[int, OrderLine]]) -> list[Changed]:
    """Kind, subscriber and place stay."""
    known = await _known(work, [line for _, line in lines])
    table = ServiceOrder.__table__
    numbers = [number for number, _ in lines]
    found = await work.db.execute(select(table).where(table.c.id.in_(numbers)).order_by(table.c.id).with_for_update())
    before = {row.id: row for row in found}
    changed: list[Changed] = []
    for number, line in lines:
        try:
            changed.append(await _change(work, before[number], line, known))
        except Refused as refusal:
            changed.append(refusal.reason)
    return changed


async def _change(work: Work, row: Any, line: OrderLine, known: Known) -> bool:
    """Raises Refused before it writes."""
    _, owner = _where(work, line, known)
    for column, ours, theirs in (
        ("subscriber", row.subscriber_id, owner.id if owner else None),
        ("kind", row.kind_id, known.kinds[folded(line.kind)]),
    ):
        if ours != theirs:
            raise refused("fixed", column=column, ours=ours, theirs=getattr(line, column))
    said = _said(work, line, known)
    if line.stage is None:
        said["stage"] = row.stage
    if row.stage in FINAL:
        if said["stage"] != row.stage:
            raise refused("order_ended", ours=row.stage, theirs=said["stage"])
        return False
    new = differences(row._mapping, {**said, **{name: getattr(line, name) for name in KEPT}})
    if not new:
        return False
    moves = any(name in new for name in MOVED)
    if moves:
        new["version"] = row.version + 1
    if "stage" in new:
        new["stage_since"] = said["ended_at"] or work.now
        new |= {name: said[name] for name in (COURSE if said["stage"] == "open" else OUTCOME)}
    table = ServiceOrder.__table__
    await work.db.execute(update(ServiceOrder).where(table.c.id == row.id).values(new))
    after = {**row._mapping, **new}
    if moves:
        at = after["stage_since"] if "stage" in new else work.now
        await work.db.execute(insert(ServiceOrderMove), [_move(work, row.id, new["version"], row.stage, after, at)])
    work.emit(
        ServiceOrderMoved(
            place=Place(row.company_id, row.business_unit_id, row.city_id),
            at=work.now,
            order_id=row.id,
            subscriber_id=row.subscriber_id,
            before=row.stage,
            after=cast(OrderStage, after["stage"]),
            technician_before=row.technician_id,
            technician_id=after["technician_id"],
        )
    )
    return True


KIND = Kind(
    name="orders",
    noun="order",
    line=OrderLine,
    columns=COLUMNS,
    check=check,
    create=create,
    change=change,
)
