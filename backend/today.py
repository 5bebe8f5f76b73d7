"""The present instant and day, as a panel's scope sees them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import func, select, true

from db.models import Company
from db.session import ReadSession
from realtime.scope import Scope

DEFAULT_ZONE = "America/Sao_Paulo"


class Today(msgspec.Struct, frozen=True):
    """`now` is the start of the transaction: what the query saw was true then. `today` is local to `zone`."""

    now: datetime
    today: date
    zone: str


async def present(db: ReadSession) -> datetime:
    """The start of the transaction: everything that was committed before it is in the answer."""
    return (await db.execute(select(func.now()))).scalar_one()


async def today_in(db: ReadSession, scope: Scope) -> Today:
    """A day is the day in the company's time zone; a scope over several companies follows its first one."""
    ids = {reach.company_id for reach in scope.reaches}
    which = true() if 0 in ids else Company.id.in_(ids)
    zone = select(Company.time_zone).where(which).order_by(Company.id).limit(1).scalar_subquery()
    now, name = (await db.execute(select(func.now(), func.coalesce(zone, DEFAULT_ZONE)))).one()
    return Today(now, now.astimezone(ZoneInfo(name)).date(), name)
