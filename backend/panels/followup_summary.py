"""Answers `followup.summary`: one pass over the open requests, one over what was opened or ended since midnight."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, cast, func, select, true

from backend.requests.deadlines import days_left, today
from backend.today import present
from db.models import Company, Request, RequestKind
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer
from realtime.panels.followup_summary import FollowUpSummary, KindCount, Params
from realtime.scope import Scope

LONGEST_DAY = timedelta(hours=26)
"""No day of any company began longer ago, so the index on instants narrows what the day is compared with."""

WEEK_DAYS = 7


async def snapshot(db: ReadSession, scope: Scope, params: Params) -> Answer:
    now = await present(db)
    mine = within(scope, Request.company_id, Request.business_unit_id, Request.city_id)
    if params.department is not None:
        mine &= Request.department == params.department
    groups = await _open(db, mine, now)
    opened, closed, cancelled = await _today(db, mine, now)
    return Answer(_summary(groups, opened, closed, cancelled), as_of=now)


async def _open(db: ReadSession, mine: Any, now: datetime) -> list[tuple[str, Any, int, int, int]]:
    """(kind, deadline, days left, open, of them taken), the oldest deadline first."""
    left = days_left(now)
    rows: Any = await db.execute(
        select(RequestKind.name, Request.due_on, left, func.count(), func.count(Request.taken_by))
        .join(Company, Company.id == Request.company_id)
        .join(RequestKind, RequestKind.id == Request.kind_id)
        .where(Request.status == "open", mine)
        .group_by(RequestKind.name, Request.due_on, left)
        .order_by(Request.due_on)
    )
    return [tuple(row) for row in rows]


async def _today(db: ReadSession, mine: Any, now: datetime) -> tuple[int, int, int]:
    """Opened, closed and cancelled since the company's midnight."""

    async def since_midnight(column: Any, *conditions: Any) -> int:
        day = cast(func.timezone(Company.time_zone, column), Date)
        query = (
            select(func.count())
            .select_from(Request)
            .join(Company, Company.id == Request.company_id)
            .where(column > now - LONGEST_DAY, day == today(now), mine, *conditions)
        )
        return (await db.execute(query)).scalar_one()

    return (
        await since_midnight(Request.opened_at, true()),
        await since_midnight(Request.ended_at, Request.status == "closed"),
        await since_midnight(Request.ended_at, Request.status == "cancelled"),
    )


def _summary(groups: list[tuple[str, Any, int, int, int]], opened: int, closed: int, cancelled: int) -> FollowUpSummary:
    overdue = due_today = due_week = due_later = taken = 0
    by_kind: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for kind, _, left, count, in_hand in groups:
        taken += in_hand
        by_kind[kind][0] += count
        if left < 0:
            overdue += count
            by_kind[kind][1] += count
        elif left == 0:
            due_today += count
        elif left <= WEEK_DAYS:
            due_week += count
        else:
            due_later += count
    total = overdue + due_today + due_week + due_later
    counts = [KindCount(kind, *numbers) for kind, numbers in by_kind.items()]
    return FollowUpSummary(
        open=total,
        taken=taken,
        free=total - taken,
        overdue=overdue,
        due_today=due_today,
        due_week=due_week,
        due_later=due_later,
        oldest_due_on=groups[0][1] if groups else None,
        oldest_days_left=groups[0][2] if groups else None,
        opened_today=opened,
        closed_today=closed,
        cancelled_today=cancelled,
        by_kind=tuple(sorted(counts, key=lambda each: (-each.open, -each.overdue, each.kind))),
    )
