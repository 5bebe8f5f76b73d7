"""Answers `receivables.latest`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Result, select

from backend.today import present
from db.models import City, Receivable, Settlement, Subscriber
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer, NoParams
from realtime.panels.receivables_latest import LatestSettlement, panel
from realtime.scope import Scope
from realtime.shapes import Log

assert isinstance(panel.shape, Log)
ITEMS = panel.shape.capacity


async def snapshot(db: ReadSession, scope: Scope, params: NoParams) -> Answer:
    rows: Result[Any] = await db.execute(
        select(
            Settlement.id,
            Settlement.recorded_at,
            Settlement.subscriber_id,
            Subscriber.name,
            City.name,
            Settlement.amount,
            Settlement.credited,
            Settlement.channel,
            Settlement.paid_on,
            Receivable.due_on,
        )
        .join(Subscriber, Subscriber.id == Settlement.subscriber_id)
        .join(Receivable, Receivable.id == Settlement.receivable_id)
        .join(City, City.id == Settlement.city_id)
        .where(within(scope, Settlement.company_id, Settlement.business_unit_id, Settlement.city_id))
        .order_by(Settlement.id.desc())
        .limit(ITEMS)
    )
    return Answer([LatestSettlement(*tuple(row)) for row in rows][::-1], as_of=await present(db))
