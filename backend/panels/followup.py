"""Answers `followup`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backend.requests.deadlines import days_left
from backend.today import present
from db.models import AppUser, City, Company, Contact, Request, RequestKind, Subscriber
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer
from realtime.panels.followup import FollowUpRow, Params
from realtime.scope import Scope

MOST = 500
"""The oldest deadlines. A department that has more open needs people, not a longer list; the totals count them all."""


async def snapshot(db: ReadSession, scope: Scope, params: Params) -> Answer:
    now = await present(db)
    rows: Any = await db.execute(
        select(
            Request.id,
            Contact.protocol,
            Request.kind_id,
            RequestKind.name,
            Request.subscriber_id,
            Subscriber.name,
            City.name,
            Request.description,
            Request.opened_at,
            Request.due_on,
            days_left(now),
            Request.taken_by,
            AppUser.name,
            Request.taken_at,
        )
        .join(RequestKind, RequestKind.id == Request.kind_id)
        .join(Subscriber, Subscriber.id == Request.subscriber_id)
        .join(City, City.id == Request.city_id)
        .join(Company, Company.id == Request.company_id)
        .outerjoin(Contact, Contact.id == Request.contact_id)
        .outerjoin(AppUser, AppUser.id == Request.taken_by)
        .where(
            Request.department == params.department,
            Request.status == "open",
            within(scope, Request.company_id, Request.business_unit_id, Request.city_id),
        )
        .order_by(Request.due_on, Request.opened_at, Request.id)
        .limit(MOST)
    )
    return Answer([FollowUpRow(*row) for row in rows], as_of=now)
