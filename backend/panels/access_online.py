"""Answers `access.online`: one pass over the open sessions, one over what ended within the hour."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import func, select, union_all

from backend.access.online import is_online, is_unknown, minute_of
from backend.today import present
from db.models import City, Company, Nas, Product, Session, SessionHistory
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer, NoParams
from realtime.panels.access_online import AccessOnline, Drop, Minute, Online
from realtime.readings import SessionEnd
from realtime.scope import Scope

WINDOW = timedelta(hours=1)
MOST_DROPS = 20

DROP_SESSIONS = 5
DROP_SHARE = 0.02
"""Ends within a minute are a drop from five sessions and two in a hundred of the NAS on. Below it, people go to bed."""

Ended = tuple[int, datetime, str, int]


async def snapshot(db: ReadSession, scope: Scope, params: NoParams) -> Answer:
    now = await present(db)
    groups = await _open(db, scope)
    nas = await _nas(db, scope, {nas_id for nas_id, *_ in groups})
    cities = await _cities(db, {city for _, city, *_ in groups})
    plans = await _plans(db, {plan for _, _, plan, *_ in groups if plan is not None})
    ended = await _ended(db, scope, now)
    by_nas = _by((group[0], *group[3:5]) for group in groups)
    data = AccessOnline(
        online=sum(group[3] for group in groups),
        unknown=sum(group[4] for group in groups),
        unidentified=sum(group[5] for group in groups),
        by_nas=_listed(dict.fromkeys(nas, (0, 0)) | by_nas, nas),
        by_city=_listed(_by((group[1], *group[3:5]) for group in groups), cities),
        by_plan=_listed(_by((group[2], *group[3:5]) for group in groups), plans),
        minutes=_minutes(await _started(db, scope, now), ended),
        drops=await _drops(db, ended, {key: online for key, (online, _) in by_nas.items() if key is not None}),
    )
    return Answer(data, as_of=now)


async def _open(db: ReadSession, scope: Scope) -> Sequence[Any]:
    """(NAS, city, plan, online, unknown, of the online ones without a contract)."""
    rows = await db.execute(
        select(
            Session.nas_id,
            Session.city_id,
            Session.product_id,
            func.count().filter(is_online()),
            func.count().filter(is_unknown()),
            func.count().filter(is_online(), Session.contract_id.is_(None)),
        )
        .join(Nas, Nas.id == Session.nas_id)
        .where(within(scope, Session.company_id, Session.business_unit_id, Session.city_id))
        .group_by(Session.nas_id, Session.city_id, Session.product_id)
    )
    return [row for row in rows if row[3] or row[4]]


async def _nas(db: ReadSession, scope: Scope, with_sessions: set[int]) -> dict[int | None, str]:
    """Names of the NAS with sessions, and of those of the scope that have none: a NAS at zero is worth a look."""
    mine = within(scope, Nas.company_id, Nas.business_unit_id, Nas.city_id)
    query = select(Nas.id, Nas.name).where(Nas.id.in_(with_sessions) | (Nas.enabled & mine))
    return await _pairs(db, query)


async def _cities(db: ReadSession, ids: set[int]) -> dict[int | None, str]:
    return await _pairs(db, select(City.id, City.name).where(City.id.in_(ids)))


async def _plans(db: ReadSession, ids: set[int]) -> dict[int | None, str]:
    """A name that plans of several companies have is told with the company's."""
    rows = await db.execute(
        select(Product.id, Product.name, Company.name)
        .join(Company, Company.id == Product.company_id)
        .where(Product.id.in_(ids))
    )
    known = [(number, plan, company) for number, plan, company in rows]
    often = Counter(plan for _, plan, _ in known)
    return {number: f"{plan} · {company}" if often[plan] > 1 else plan for number, plan, company in known}


async def _pairs(db: ReadSession, query: Any) -> dict[Any, Any]:
    return {row[0]: row[1] for row in await db.execute(query)}


def _by(groups: Iterable[tuple[Any, int, int]]) -> dict[int | None, tuple[int, int]]:
    sums: dict[int | None, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, online, unknown in groups:
        sums[key] = (sums[key][0] + online, sums[key][1] + unknown)
    return sums


def _listed(sums: dict[int | None, tuple[int, int]], names: dict[int | None, str]) -> tuple[Online, ...]:
    rows = [Online(key, names.get(key), online, unknown) for key, (online, unknown) in sums.items()]
    return tuple(sorted(rows, key=lambda row: (-row.online, -row.unknown, row.name or "", row.id or 0)))


async def _started(db: ReadSession, scope: Scope, now: datetime) -> dict[datetime, int]:
    """Minute -> sessions that began in it, whether they are still open or not."""
    since = now - WINDOW
    still = select(Session.started_at.label("at")).where(
        Session.started_at > since, within(scope, Session.company_id, Session.business_unit_id, Session.city_id)
    )
    over = select(SessionHistory.started_at.label("at")).where(
        SessionHistory.ended_at > since, SessionHistory.started_at > since, _mine(scope)
    )
    both = union_all(still, over).subquery()
    minute = minute_of(both.c.at).label("minute")
    return await _pairs(db, select(minute, func.count()).group_by(minute))


async def _ended(db: ReadSession, scope: Scope, now: datetime) -> list[Ended]:
    """(NAS, minute, how, sessions) of the last hour."""
    minute = minute_of(SessionHistory.ended_at).label("minute")
    rows: Any = await db.execute(
        select(SessionHistory.nas_id, minute, SessionHistory.ended, func.count())
        .where(SessionHistory.ended_at > now - WINDOW, _mine(scope))
        .group_by(SessionHistory.nas_id, minute, SessionHistory.ended)
    )
    return [(nas, at, how, count) for nas, at, how, count in rows]


def _mine(scope: Scope) -> Any:
    return within(scope, SessionHistory.company_id, SessionHistory.business_unit_id, SessionHistory.city_id)


def _minutes(started: dict[datetime, int], ended: list[Ended]) -> tuple[Minute, ...]:
    ends: Counter[datetime] = Counter()
    for _, at, _, count in ended:
        ends[at] += count
    return tuple(Minute(at, started.get(at, 0), ends[at]) for at in sorted(started.keys() | ends.keys()))


async def _drops(db: ReadSession, ended: list[Ended], online: dict[int, int]) -> tuple[Drop, ...]:
    together: dict[tuple[datetime, int], Counter[str]] = defaultdict(Counter)
    for nas, at, how, count in ended:
        together[at, nas][how] += count
    many = {
        key: hows
        for key, hows in together.items()
        if hows.total() >= max(DROP_SESSIONS, DROP_SHARE * (online.get(key[1], 0) + hows.total()))
    }
    names = await _pairs(db, select(Nas.id, Nas.name).where(Nas.id.in_({nas for _, nas in many})))
    drops = [
        Drop(at, nas, names[nas], hows.total(), msgspec.convert(max(sorted(hows), key=hows.__getitem__), SessionEnd))
        for (at, nas), hows in many.items()
    ]
    return tuple(sorted(drops, key=lambda drop: (drop.at, drop.nas_id), reverse=True)[:MOST_DROPS])
