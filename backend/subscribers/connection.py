"""Whether a subscriber is online, and if not, why as far as it can be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import func, select

from backend.access.online import outlived_reload
from backend.subscribers import shown
from db.models import InternetLogin, Nas, Session, SessionHistory
from db.scope import within
from db.session import ReadSession
from realtime.panels.subscriber import Connection, LastEnd, SessionNow, SubscriberStatus, WhyOffline
from realtime.scope import Scope

LOOK_BACK = timedelta(days=90)
"""How far behind the last end is looked for: older ones explain nothing about today."""

MANY = 5
"""Sessions of one NAS that end within a minute of each other did not end one by one."""

MOST_SESSIONS = 3

NOT_CONNECTED = Connection((), None, "no_login")


def why_offline(
    status: SubscriberStatus, *, has_login: bool, sessions: tuple[SessionNow, ...], last_end: LastEnd | None
) -> WhyOffline | None:
    """Pure. The cause that lies deepest: who is suspended cannot come back, whatever ended the last session."""
    if any(not session.unknown for session in sessions):
        return None
    if not has_login:
        return "no_login"
    if status != "active":
        return status
    if sessions:
        return "silent"
    if last_end is None:
        return "never"
    return "together" if last_end.together >= MANY else "ended"


async def connection(
    db: ReadSession, scope: Scope, subscriber_id: int, company_id: int, status: SubscriberStatus, now: datetime
) -> Connection:
    sessions = await _sessions(db, scope, subscriber_id)
    logins = (
        await db.scalars(select(InternetLogin.login).where(InternetLogin.subscriber_id == subscriber_id).limit(20))
    ).all()
    last_end = await _last_end(db, scope, list(logins), company_id, now - LOOK_BACK)
    offline = why_offline(status, has_login=bool(logins or sessions), sessions=sessions, last_end=last_end)
    return Connection(sessions, last_end, offline)


async def _sessions(db: ReadSession, scope: Scope, subscriber_id: int) -> tuple[SessionNow, ...]:
    rows: Any = await db.execute(
        select(
            Session.id,
            Session.login,
            Session.unknown,
            Session.started_at,
            Session.last_at,
            Nas.name,
            func.host(Session.address),
            Session.mac,
            Session.in_octets,
            Session.out_octets,
        )
        .join(Nas, Nas.id == Session.nas_id)
        .where(
            Session.subscriber_id == subscriber_id,
            outlived_reload(),
            within(scope, Session.company_id, Session.business_unit_id, Session.city_id),
        )
        .order_by(Session.unknown, Session.started_at.desc(), Session.id)
        .limit(MOST_SESSIONS)
    )
    sessions = [SessionNow(*row) for row in rows]
    return tuple(
        msgspec.structs.replace(each, mac=None if each.mac is None else shown.mac(each.mac)) for each in sessions
    )


async def _last_end(
    db: ReadSession, scope: Scope, logins: list[str], company_id: int, since: datetime
) -> LastEnd | None:
    """By login, which is how the history can be looked through."""
    mine = within(scope, SessionHistory.company_id, SessionHistory.business_unit_id, SessionHistory.city_id)
    ended: Any = (
        await db.execute(
            select(SessionHistory, Nas.name)
            .join(Nas, Nas.id == SessionHistory.nas_id)
            .where(
                SessionHistory.login.in_(logins),
                SessionHistory.company_id == company_id,
                SessionHistory.ended_at > since,
                mine,
            )
            .order_by(SessionHistory.ended_at.desc(), SessionHistory.id.desc())
            .limit(1)
        )
    ).one_or_none()
    if ended is None:
        return None
    session, nas = ended
    minute = timedelta(seconds=60)
    together = await db.scalar(
        select(func.count()).where(
            SessionHistory.ended_at.between(session.ended_at - minute, session.ended_at + minute),
            SessionHistory.nas_id == session.nas_id,
            mine,
        )
    )
    return msgspec.convert(
        {
            "login": session.login,
            "started_at": session.started_at,
            "ended_at": session.ended_at,
            "how": session.ended,
            "cause": session.cause,
            "nas": nas,
            "together": together or 0,
        },
        LastEnd,
    )
