"""Answers `subscriber.presence`: the rows that a living process renewed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from backend.live.attendance import BELIEVED
from backend.today import present
from db.models import AppUser, Attendance
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer
from realtime.panels.subscriber_presence import Params, Present
from realtime.scope import Scope


async def snapshot(db: ReadSession, scope: Scope, params: Params) -> Answer:
    rows: Any = await db.execute(
        select(Attendance.user_id, AppUser.name, func.min(Attendance.since))
        .join(AppUser, AppUser.id == Attendance.user_id)
        .where(
            Attendance.subscriber_id == params.id,
            Attendance.seen_at > func.now() - BELIEVED,
            within(scope, Attendance.company_id, Attendance.business_unit_id, Attendance.city_id),
        )
        .group_by(Attendance.user_id, AppUser.name)
        .order_by(func.min(Attendance.since), Attendance.user_id)
    )
    return Answer([Present(*row) for row in rows], as_of=await present(db))
