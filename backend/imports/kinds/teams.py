"""Teams and their technicians."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from backend.imports import values
from backend.imports.columns import Changed, Column, Kind, Made
from backend.imports.differences import differences
from backend.imports.names import folded
from backend.imports.words import Refused, reason, refused
from backend.imports.work import Work
from db.models import Team, Technician
from realtime.facts import TeamChanged, TechnicianChanged

KINDS = {"own": "own", "propria": "own", "contracted": "contracted", "terceirizada": "contracted"}


class TeamLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    city: str
    state: str | None = None
    business_unit: str | None = None
    kind: str | None = None
    workday_minutes: int | None = None
    active: bool | None = None

    def own(self, work: Work) -> dict[str, Any]:
        """Raises Refused."""
        return {
            "name": self.name,
            "city_id": work.city(self.city, self.state),
            "business_unit_id": work.optional_unit(self.business_unit),
            "kind": self.kind,
            "workday_minutes": self.workday_minutes,
            "active": self.active,
        }


class TechnicianLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    team: str | None = None
    city: str | None = None
    state: str | None = None
    business_unit: str | None = None
    phone: str | None = None
    active: bool | None = None


def check_team(line: TeamLine, work: Work) -> None:
    """Each cell says all there is to check."""


def check_technician(line: TechnicianLine, work: Work) -> None:
    if line.team is None and line.city is None:
        raise refused("missing", column="team")


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


_CITY = Column(
    name="city",
    portuguese="cidade",
    read=values.text(),
    aliases=("municipio", "ibge", "codigo ibge"),
    required=True,
    meaning="Where it starts from: a name, `name/UF`, or an IBGE code.",
    example="Alto",
)
_STATE = Column(
    name="state",
    portuguese="uf",
    read=values.state,
    aliases=("estado",),
    meaning="The state's two letters, when several cities have the name.",
    example="MG",
)
_UNIT = Column(
    name="business_unit",
    portuguese="negocio",
    read=values.text(),
    aliases=("unidade", "unidade de negocio"),
    meaning="A business unit; empty for who works for all of the company's.",
)
_ACTIVE = Column(
    name="active",
    portuguese="ativo",
    read=values.yes_no,
    aliases=("situacao", "status"),
    meaning="`sim` (when new and empty) or `nao`.",
    example="sim",
)

TEAMS = Kind(
    name="teams",
    noun="team",
    line=TeamLine,
    columns=(
        Column(
            name="id",
            portuguese="codigo",
            read=values.text(100),
            aliases=("cod", "id equipe", "team id"),
            required=True,
            meaning="What the other system calls the team; it never changes.",
            example="E1",
        ),
        Column(
            name="name",
            portuguese="nome",
            read=values.text(),
            aliases=("equipe",),
            required=True,
            meaning="Its name, which no other team of the company has.",
            example="Equipe 1",
        ),
        _CITY,
        _STATE,
        _UNIT,
        Column(
            name="kind",
            portuguese="tipo",
            read=values.choice(KINDS),
            meaning="`propria` (when new and empty) or `terceirizada`.",
            example="propria",
        ),
        Column(
            name="workday_minutes",
            portuguese="minutos_por_dia",
            read=values.whole(0, 1440),
            meaning="What it can be given in a day; 480 when new and empty.",
            example="480",
        ),
        _ACTIVE,
    ),
    check=check_team,
    create=create_teams,
    change=change_teams,
)

TECHNICIANS = Kind(
    name="technicians",
    noun="technician",
    line=TechnicianLine,
    columns=(
        Column(
            name="id",
            portuguese="codigo",
            read=values.text(100),
            aliases=("cod", "id tecnico", "matricula", "technician id"),
            required=True,
            meaning="What the other system calls the technician; it never changes.",
            example="T1",
        ),
        Column(
            name="name",
            portuguese="nome",
            read=values.text(),
            aliases=("tecnico",),
            required=True,
            meaning="The name.",
            example="Técnico de Exemplo",
        ),
        Column(
            name="team",
            portuguese="equipe",
            read=values.text(),
            meaning="The team's `codigo` or name; its place is the technician's. Without a team, city is needed.",
            example="E1",
        ),
        dataclasses.replace(_CITY, required=False, meaning="Where somebody without a team starts from.", example=""),
        _STATE,
        _UNIT,
        Column(
            name="phone",
            portuguese="celular",
            read=values.phone,
            aliases=("telefone", "fone"),
            meaning="With area code.",
            example="(31) 98765-0001",
        ),
        _ACTIVE,
    ),
    check=check_technician,
    create=create_technicians,
    change=change_technicians,
)
