"""`/companies`, `/business-units`, `/cities`: what the caller's grants reach, whatever they permit there."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from sqlalchemy import ColumnElement, false, or_, select, true

from backend.auth.identity import Identity
from backend.places.schemas import BusinessUnitItem, BusinessUnits, Cities, CityItem, Companies, CompanyItem
from db.models import BusinessUnit, City, Company
from db.session import ReadSession


def _reached(identity: Identity, axis: str, column: ColumnElement[int]) -> ColumnElement[bool]:
    ids = {getattr(grant.reach, axis) for grant in identity.grants}
    if 0 in ids:
        return true()
    return column.in_(ids) if ids else false()


@get("/companies", tags=["places"])
async def companies(db: NamedDependency[ReadSession], identity: NamedDependency[Identity]) -> Companies:
    rows = await db.scalars(
        select(Company).where(_reached(identity, "company_id", Company.id.expression)).order_by(Company.name)
    )
    return Companies([CompanyItem(c.id, c.name, c.cnpj, c.time_zone) for c in rows])


@get("/business-units", tags=["places"])
async def business_units(db: NamedDependency[ReadSession], identity: NamedDependency[Identity]) -> BusinessUnits:
    arms = [
        (true() if reach.company_id == 0 else BusinessUnit.company_id == reach.company_id)
        & (true() if reach.business_unit_id == 0 else BusinessUnit.id == reach.business_unit_id)
        for reach in {grant.reach for grant in identity.grants}
    ]
    rows = await db.scalars(select(BusinessUnit).where(or_(false(), *arms)).order_by(BusinessUnit.name))
    return BusinessUnits([BusinessUnitItem(u.id, u.company_id, u.name) for u in rows])


@get("/cities", tags=["places"])
async def cities(db: NamedDependency[ReadSession], identity: NamedDependency[Identity]) -> Cities:
    rows = await db.scalars(select(City).where(_reached(identity, "city_id", City.id.expression)).order_by(City.name))
    return Cities([CityItem(c.id, c.name, c.state, c.ibge_code, c.latitude, c.longitude) for c in rows])


ROUTES = (companies, business_units, cities)
