"""Teams and their technicians."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update

from backend.imports.columns import Changed, Kind, Made
from backend.imports.differences import differences
from backend.imports.lines.teams import (
    TEAM_COLUMNS,
    TECHNICIAN_COLUMNS,
    TeamLine,
    TechnicianLine,
    check_team,
    check_technician,
)
from backend.imports.names import folded
from backend.imports.words import Refused, reason, refused
from backend.imports.work import Work
from db.models import Team, Technician
from realtime.facts import TeamChanged, TechnicianChanged


class Teams:
    """The company's teams: by the source's id or by name."""

    def __init__(self, rows: Sequence[Any], origins: dict[str, int]) -> None:
        self._rows = {row.id: row for row in rows}
        self._named = {folded(row.name): row.id for row in rows}
        self._origins = origins

    def find(self, text: str) -> Any:
        """None for one that is not the company's."""
        return self._rows.get(self._origins.get(text) or self._named.get(folded(text)) or 0)

    def named(self, name: str) -> int | None:
        return self._named.get(folded(name))


async def teams(work: Work, names: Sequence[str | None]) -> Teams:
    table = Team.__table__
    rows = (await work.db.execute(select(table).where(table.c.company_id == work.company_id))).all()
    return Teams(rows, await work.origins("teams", names))


async def create_teams(work: Work, lines: Sequence[TeamLine]) -> list[Made]:
    made: list[Made] = []
    table = Team.__table__
    known = await teams(work, [])
    new: set[str] = set()
    for line in lines:
        try:
            said = line.own(work)
        except Refused as refusal:
            made.append(refusal.reason)
            continue
        if known.named(line.name) is not None or folded(line.name) in new:
            made.append(reason("taken", column="name", value=line.name))
            continue
        new.add(folded(line.name))
        row = {name: value for name, value in said.items() if value is not None}
        added = insert(Team).values(**row, company_id=work.company_id).returning(table.c.id)
        number = (await work.db.execute(added)).scalar_one()
        place = work.place(said["business_unit_id"], said["city_id"])
        work.emit(TeamChanged(place=place, at=work.now, team_id=number))
        made.append(number)
    return made


async def change_teams(work: Work, lines: Sequence[tuple[int, TeamLine]]) -> list[Changed]:
    table = Team.__table__
    known = await teams(work, [])
    names: dict[str, int] = {}
    changed: list[Changed] = []
    for number, line in lines:
        try:
            said = line.own(work)
        except Refused as refusal:
            changed.append(refusal.reason)
            continue
        holder = names.setdefault(folded(line.name), known.named(line.name) or number)
        if holder != number:
            changed.append(reason("taken", column="name", value=line.name))
            continue
        row = (await work.db.execute(select(table).where(table.c.id == number).with_for_update())).one()
        new = differences(row._mapping, said)
        if new:
            await work.db.execute(update(Team).where(table.c.id == number).values(new))
            after = {**row._mapping, **new}
            place = work.place(after["business_unit_id"], after["city_id"])
            work.emit(TeamChanged(place=place, at=work.now, team_id=number))
        changed.append(bool(new))
    return changed


def _technician(work: Work, line: TechnicianLine, known: Teams) -> dict[str, Any]:
    """The place is that of the team, or its own while there is none. Raises Refused."""
    said: dict[str, Any] = {"name": line.name, "phone": line.phone, "active": line.active}
    if line.team is not None:
        team = known.find(line.team)
        if team is None:
            raise refused("unknown_record", company=work.company, noun="team", value=line.team)
        return {**said, "team_id": team.id, "city_id": team.city_id, "business_unit_id": team.business_unit_id}
    assert line.city is not None
    return {
        **said,
        "city_id": work.city(line.city, line.state),
        "business_unit_id": work.optional_unit(line.business_unit),
    }


async def create_technicians(work: Work, lines: Sequence[TechnicianLine]) -> list[Made]:
    made: list[Made] = []
    table = Technician.__table__
    known = await teams(work, [line.team for line in lines])
    for line in lines:
        try:
            said = _technician(work, line, known)
        except Refused as refusal:
            made.append(refusal.reason)
            continue
        row = {name: value for name, value in said.items() if value is not None}
        added = insert(Technician).values(**row, company_id=work.company_id).returning(table.c.id)
        number = (await work.db.execute(added)).scalar_one()
        place = work.place(said["business_unit_id"], said["city_id"])
        work.emit(TechnicianChanged(place=place, at=work.now, technician_id=number))
        made.append(number)
    return made


async def change_technicians(work: Work, lines: Sequence[tuple[int, TechnicianLine]]) -> list[Changed]:
    """A technician who changes teams goes to the place of the new one."""
    table = Technician.__table__
    known = await teams(work, [line.team for _, line in lines])
    changed: list[Changed] = []
    for number, line in lines:
        try:
            said = _technician(work, line, known)
        except Refused as refusal:
            changed.append(refusal.reason)
            continue
        row = (await work.db.execute(select(table).where(table.c.id == number).with_for_update())).one()
        new = differences(row._mapping, said)
        if new:
            await work.db.execute(update(Technician).where(table.c.id == number).values(new))
            after = {**row._mapping, **new}
            place = work.place(after["business_unit_id"], after["city_id"])
            work.emit(TechnicianChanged(place=place, at=work.now, technician_id=number))
        changed.append(bool(new))
    return changed


TEAMS = Kind(
    name="teams",
    noun="team",
    line=TeamLine,
    columns=TEAM_COLUMNS,
    check=check_team,
    create=create_teams,
    change=change_teams,
)


TECHNICIANS = Kind(
    name="technicians",
    noun="technician",
    line=TechnicianLine,
    columns=TECHNICIAN_COLUMNS,
    check=check_technician,
    create=create_technicians,
    change=change_technicians,
)
