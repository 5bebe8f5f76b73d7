"""What a line of a file says of a team, or of a technician."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec

from backend.imports import values
from backend.imports.columns import Column
from backend.imports.lines import where
from backend.imports.words import refused
from backend.imports.work import Work

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


_CITY = where.city("Where it starts from: a name, `name/UF`, or an IBGE code.")


_STATE = where.state()


_UNIT = where.business_unit("A business unit; empty for who works for all of the company's.")


_ACTIVE = Column(
    name="active",
    portuguese="ativo",
    read=values.yes_no,
    aliases=("situacao", "status"),
    meaning="`sim` (when new and empty) or `nao`.",
    example="sim",
)


TEAM_COLUMNS: tuple[Column, ...] = (
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
)


TECHNICIAN_COLUMNS: tuple[Column, ...] = (
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
)
