"""Companies with their business units, and cities. They are known by CNPJ and IBGE code, and belong to no company."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from backend.imports.columns import Changed, Kind, Made
from backend.imports.differences import differences
from backend.imports.lines.places import CITY_COLUMNS, COMPANY_COLUMNS, CityLine, CompanyLine, _believe
from backend.imports.names import folded
from backend.imports.work import Work
from db.models import BusinessUnit, City, Company


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
    columns=COMPANY_COLUMNS,
    check=_believe,
    create=_create_companies,
    change=_change_companies,
    known=_known_companies,
)


CITIES = Kind(
    name="cities",
    noun="city",
    line=CityLine,
    columns=CITY_COLUMNS,
    check=_believe,
    create=_create_cities,
    change=_change_cities,
    known=_known_cities,
)
