"""Answers `access.offline`: active contracts with a login, less those with an open session."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from backend.access.online import outlived_reload
from backend.today import present
from db.models import City, Contract, InternetLogin, Nas, Session, SessionHistory, Subscriber
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer, NoParams
from realtime.panels.access_offline import AccessOffline, WentOffline
from realtime.scope import Scope

WINDOW = timedelta(days=1)
MOST = 10


async def snapshot(db: ReadSession, scope: Scope, params: NoParams) -> Answer:
    now = await present(db)
    expected, offline = await _counts(db, scope)
    return Answer(AccessOffline(expected, offline, await _recent(db, scope, now)), as_of=now)


def _expected(scope: Scope) -> ColumnElement[bool]:
    mine = within(scope, Contract.company_id, Contract.business_unit_id, Contract.city_id)
    return (Contract.status == "active") & mine


def _with_session() -> Subquery:
    """Contracts with a session. One that is silent is not known to be over, so it counts."""
    query = select(Session.contract_id).join(Nas, Nas.id == Session.nas_id).where(outlived_reload())
    return query.where(Session.contract_id.is_not(None)).distinct().subquery()


async def _counts(db: ReadSession, scope: Scope) -> tuple[int, int]:
    held, logins = _with_session(), select(InternetLogin.contract_id).distinct().subquery()
    row: Any = await db.execute(
        select(func.count(), func.count().filter(held.c.contract_id.is_(None)))
        .select_from(Contract)
        .join(logins, logins.c.contract_id == Contract.id)
        .outerjoin(held, held.c.contract_id == Contract.id)
        .where(_expected(scope))
    )
    expected, offline = row.one()
    return expected, offline


async def _recent(db: ReadSession, scope: Scope, now: datetime) -> tuple[WentOffline, ...]:
    held = _with_session()
    last = (
        select(SessionHistory.contract_id, SessionHistory.login, SessionHistory.ended_at, SessionHistory.ended)
        .ext(distinct_on(SessionHistory.contract_id))
        .where(
            SessionHistory.ended_at > now - WINDOW,
            SessionHistory.contract_id.is_not(None),
            within(scope, SessionHistory.company_id, SessionHistory.business_unit_id, SessionHistory.city_id),
        )
        .order_by(SessionHistory.contract_id, SessionHistory.ended_at.desc(), SessionHistory.id.desc())
        .subquery()
    )
    rows: Any = await db.execute(
        select(
            Contract.id, Contract.subscriber_id, Subscriber.name, City.name, last.c.login, last.c.ended_at, last.c.ended
        )
        .join(last, last.c.contract_id == Contract.id)
        .outerjoin(held, held.c.contract_id == Contract.id)
        .join(Subscriber, Subscriber.id == Contract.subscriber_id)
        .join(City, City.id == Contract.city_id)
        .where(_expected(scope), held.c.contract_id.is_(None))
        .order_by(last.c.ended_at.desc(), Contract.id.desc())
        .limit(MOST)
    )
    return tuple(WentOffline(*row) for row in rows)
