"""Companies with their business units, and cities. They are known by CNPJ and IBGE code, and belong to no company."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from backend.imports import values
from backend.imports.columns import Changed, Column, Kind, Made
from backend.imports.differences import differences
from backend.imports.names import folded
from backend.imports.work import Work
from db.models import BusinessUnit, City, Company


class CompanyLine(msgspec.Struct, frozen=True, kw_only=True):
    cnpj: str
    name: str
    legal_name: str | None = None
    time_zone: str | None = None
    business_units: str | None = None

    @property
    def units(self) -> list[str]:
        return [name.strip() for name in (self.business_units or "").split("|") if name.strip()]


class CityLine(msgspec.Struct, frozen=True, kw_only=True):
    ibge_code: str
    name: str
    state: str
    latitude: float | None = None
    longitude: float | None = None


def _believe(line: Any, work: Work) -> None:
    """Each cell says all there is to check."""


async def _known_companies(work: Work, keys: Sequence[str]) -> dict[str, int]:
    rows = await work.db.execute(select(Company.cnpj, Company.id).where(Company.cnpj.in_(keys)))
    return dict(rows.all())


async def _create_companies(work: Work, lines: Sequence[CompanyLine]) -> list[Made]:
    rows: list[dict[str, Any]] = [
        {
            "name": line.name,
            "legal_name": line.legal_name or line.name,
            "cnpj": line.cnpj,
            "time_zone": line.time_zone or "America/Sao_Paulo",
        }
        for line in lines
    ]
    numbers = (
        await work.db.execute(insert(Company).returning(Company.id, sort_by_parameter_order=True), rows)
    ).scalars()
    made: list[Made] = []
    for line, number in zip(lines, numbers, strict=True):
        await _add_units(work, number, line.units or [line.name])
        made.append(number)
    return made


async def _add_units(work: Work, company: int, names: Sequence[str]) -> bool:
    known = await work.db.scalars(select(BusinessUnit.name).where(BusinessUnit.company_id == company))
    there = {folded(name) for name in known}
    new = [name for name in dict.fromkeys(names) if folded(name) not in there]
    if new:
        await work.db.execute(insert(BusinessUnit), [{"company_id": company, "name": name} for name in new])
    return bool(new)


async def _change_companies(work: Work, lines: Sequence[tuple[int, CompanyLine]]) -> list[Changed]:
    changed: list[Changed] = []
    for number, line in lines:
        said = {"name": line.name, "legal_name": line.legal_name, "time_zone": line.time_zone}
        different = await _update(work, Company, number, said)
        changed.append(await _add_units(work, number, line.units) or different)
    return changed


async def _known_cities(work: Work, keys: Sequence[str]) -> dict[str, int]:
    rows = await work.db.execute(select(City.ibge_code, City.id).where(City.ibge_code.in_(keys)))
    return dict(rows.all())


async def _create_cities(work: Work, lines: Sequence[CityLine]) -> list[Made]:
    rows = [msgspec.structs.asdict(line) for line in lines]
    made = await work.db.execute(insert(City).returning(City.id, sort_by_parameter_order=True), rows)
    return list(made.scalars())


async def _change_cities(work: Work, lines: Sequence[tuple[int, CityLine]]) -> list[Changed]:
    return [await _update(work, City, number, msgspec.structs.asdict(line)) for number, line in lines]


async def _update(work: Work, model: type[Company] | type[City], number: int, said: dict[str, Any]) -> bool:
    columns = model.__table__.c
    before = (await work.db.execute(select(*(columns[name] for name in said)).where(columns.id == number))).one()
    new = differences(before._mapping, said)
    if new:
        await work.db.execute(update(model).where(columns.id == number).values(new))
    return bool(new)


COMPANIES = Kind(
    name="companies",
    noun="company",
    line=CompanyLine,
    columns=(
        Column(
            name="cnpj",
            portuguese="cnpj",
            read=values.cnpj,
            required=True,
            meaning="The CNPJ, which tells companies apart.",
            example="12.ABC.345/01DE-35",
        ),
        Column(
            name="name",
            portuguese="nome",
            read=values.text(),
            required=True,
            aliases=("fantasia", "nome fantasia", "empresa"),
            meaning="What screens call it.",
            example="Norte",
        ),
        Column(
            name="legal_name",
            portuguese="razao_social",
            read=values.text(),
            meaning="Its registered name; without one, the name.",
            example="Norte Telecom Ltda",
        ),
        Column(
            name="time_zone",
            portuguese="fuso_horario",
            read=values.time_zone,
            aliases=("fuso",),
            meaning="Where its days begin and end: America/Sao_Paulo unless said.",
            example="America/Sao_Paulo",
        ),
        Column(
            name="business_units",
            portuguese="negocios",
            read=values.text(2000),
            aliases=("unidades", "unidades de negocio"),
            meaning="Its business units, between `|`; without any, one of the company's name.",
            example="Residencial|Corporativo",
        ),
    ),
    check=_believe,
    create=_create_companies,
    change=_change_companies,
    known=_known_companies,
)

CITIES = Kind(
    name="cities",
    noun="city",
    line=CityLine,
    columns=(
        Column(
            name="ibge_code",
            portuguese="codigo_ibge",
            read=values.ibge_code,
            aliases=("ibge", "cod ibge", "geocodigo"),
            required=True,
            meaning="The seven digits of IBGE, which tell cities apart.",
            example="3106200",
        ),
        Column(
            name="name",
            portuguese="nome",
            read=values.text(),
            aliases=("cidade", "municipio", "city"),
            required=True,
            meaning="Its name.",
            example="Belo Horizonte",
        ),
        Column(
            name="state",
            portuguese="uf",
            read=values.state,
            aliases=("estado",),
            required=True,
            meaning="The state's two letters.",
            example="MG",
        ),
        Column(
            name="latitude",
            portuguese="latitude",
            read=values.degrees(90),
            aliases=("lat",),
            meaning="Of its centre, in degrees.",
            example="-19,9167",
        ),
        Column(
            name="longitude",
            portuguese="longitude",
            read=values.degrees(180),
            aliases=("lon", "lng"),
            meaning="Of its centre, in degrees.",
            example="-43,9345",
        ),
    ),
    check=_believe,
    create=_create_cities,
    change=_change_cities,
    known=_known_cities,
)
