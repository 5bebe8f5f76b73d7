"""Answers `access.offline`: active contracts with a login, less those with an open session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, exists, func, select

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
    mine = within(scope, Contract.company_id, Contract.business_unit_id, Contract.city_id)
    expected = and_(Contract.status == "active", mine)
    # A session that is silent is not known to be over: only those without any session are offline.
    open_one = exists().where(Session.contract_id == Contract.id, Nas.id == Session.nas_id, outlived_reload())
    count = (
        select(func.count(), func.count().filter(~open_one))
        .select_from(Contract)
        .where(expected, exists().where(InternetLogin.contract_id == Contract.id))
    )
    all_of_them, offline = (await db.execute(count)).one()
    last = (
        select(SessionHistory.contract_id, func.max(SessionHistory.ended_at).label("since"))
        .where(
            SessionHistory.ended_at > now - WINDOW,
            SessionHistory.contract_id.is_not(None),
            within(scope, SessionHistory.company_id, SessionHistory.business_unit_id, SessionHistory.city_id),
        )
        .group_by(SessionHistory.contract_id)
        .subquery()
    )
    rows: Any = await db.execute(
        select(
            Contract.id,
            Contract.subscriber_id,
            Subscriber.name,
            City.name,
            SessionHistory.login,
            SessionHistory.ended_at,
            SessionHistory.ended,
        )
        .join(last, last.c.contract_id == Contract.id)
        .join(
            SessionHistory,
            and_(SessionHistory.contract_id == Contract.id, SessionHistory.ended_at == last.c.since),
        )
        .join(Subscriber, Subscriber.id == Contract.subscriber_id)
        .join(City, City.id == Contract.city_id)
        .where(expected, ~open_one, SessionHistory.ended_at > now - WINDOW)
        .order_by(SessionHistory.ended_at.desc(), Contract.id, SessionHistory.id)
        .limit(MOST * 2)
    )
    recent = {row[0]: WentOffline(*row) for row in reversed(rows.all())}
    newest_first = sorted(recent.values(), key=lambda row: (row.since, row.contract_id), reverse=True)
    return Answer(AccessOffline(all_of_them, offline, tuple(newest_first[:MOST])), as_of=now)
