"""Where a new record is to live, checked against what the caller reaches."""

from __future__ import annotations

from sqlalchemy import false, or_, select, true

from backend.errors import BadInput, NotFound
from db.models import BusinessUnit, City, Company
from db.scope import within
from db.session import ReadSession
from db.uow import UnitOfWork
from realtime.scope import Place, Scope


async def choose_place(
    uow: UnitOfWork, scope: Scope, *, company_id: int | None, business_unit_id: int | None, city_id: int
) -> Place:
    """Raises NotFound for what is unknown or out of reach, BadInput when the company has to be said and is not."""
    company = await _only_company(uow.session, scope) if company_id is None else company_id
    place = Place(company, business_unit_id, city_id)
    if not scope.covers(place):
        raise NotFound("place")
    if await uow.session.scalar(select(City.id).where(City.id == city_id)) is None:
        raise NotFound("city")
    if await uow.session.scalar(select(Company.id).where(Company.id == company)) is None:
        raise NotFound("company")
    if business_unit_id is not None:
        unit = select(BusinessUnit.id).where(BusinessUnit.id == business_unit_id, BusinessUnit.company_id == company)
        if await uow.session.scalar(unit) is None:
            raise NotFound("business unit")
    return place


async def choose_company(db: ReadSession, scope: Scope, company_id: int | None) -> Company:
    """For a record that has no other place yet: somebody of one city may still begin one for the company."""
    number = await _only_company(db, scope) if company_id is None else company_id
    company = await db.scalar(select(Company).where(Company.id == number, within(scope, Company.id.expression)))
    if company is None:
        raise NotFound("company")
    return company


async def _only_company(db: ReadSession, scope: Scope) -> int:
    """The only one that the caller reaches."""
    ids = {reach.company_id for reach in scope.reaches}
    which = or_(false(), *(true() if number == 0 else Company.id == number for number in ids))
    reached = (await db.scalars(select(Company.id).where(which).limit(2))).all()
    if len(reached) != 1:
        raise BadInput("company_id is needed: you work for more than one company.", errors={"company_id": "missing"})
    return reached[0]
