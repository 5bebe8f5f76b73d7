"""What a subscriber asked for, who goes there, and what was said before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from backend.orders.late import is_late
from db.models import AppUser, Contact, OrderKind, Request, RequestKind, ServiceOrder, SubscriberNote, Team, Technician
from db.session import ReadSession
from realtime.panels.subscriber import ContactLine, Note, OpenRequest, OrderLine

MOST = 8
"""Of each kind of line."""

RECENT = timedelta(days=1)


async def requests(db: ReadSession, subscriber_id: int, today: date) -> tuple[OpenRequest, ...]:
    """Open ones, the most urgent first."""
    rows: Any = await db.execute(
        select(
            Request.id,
            RequestKind.name,
            Request.department,
            Request.opened_at,
            Request.due_on,
            Request.due_on < today,
            AppUser.name,
            Contact.protocol,
        )
        .join(RequestKind, RequestKind.id == Request.kind_id)
        .outerjoin(AppUser, AppUser.id == Request.taken_by)
        .outerjoin(Contact, Contact.id == Request.contact_id)
        .where(Request.subscriber_id == subscriber_id, Request.status == "open")
        .order_by(Request.due_on, Request.id)
        .limit(MOST)
    )
    return tuple(OpenRequest(*row) for row in rows)


async def orders(db: ReadSession, subscriber_id: int, now: datetime) -> tuple[OrderLine, ...]:
    """Those under way, the next one first, then those that ended within a day."""
    order = ServiceOrder
    rows: Any = await db.execute(
        select(
            order.id,
            OrderKind.name,
            order.stage,
            order.stage_since,
            Team.name,
            Technician.name,
            order.scheduled_from,
            order.scheduled_until,
            is_late(now),
        )
        .join(OrderKind, OrderKind.id == order.kind_id)
        .outerjoin(Team, Team.id == order.team_id)
        .outerjoin(Technician, Technician.id == order.technician_id)
        .where(order.subscriber_id == subscriber_id, or_(order.ended_at.is_(None), order.ended_at > now - RECENT))
        .order_by(order.ended_at.is_not(None), order.scheduled_from.nulls_last(), order.id)
        .limit(MOST)
    )
    return tuple(OrderLine(*row) for row in rows)


async def notes(db: ReadSession, subscriber_id: int) -> tuple[Note, ...]:
    """The newest first."""
    rows: Any = await db.execute(
        select(SubscriberNote.id, SubscriberNote.at, AppUser.name, SubscriberNote.text)
        .outerjoin(AppUser, AppUser.id == SubscriberNote.author_id)
        .where(SubscriberNote.subscriber_id == subscriber_id)
        .order_by(SubscriberNote.at.desc(), SubscriberNote.id.desc())
        .limit(MOST)
    )
    return tuple(Note(*row) for row in rows)


async def contacts(db: ReadSession, subscriber_id: int) -> tuple[ContactLine, ...]:
    """The newest first."""
    agent = aliased(AppUser)
    rows: Any = await db.execute(
        select(
            Contact.id,
            Contact.protocol,
            Contact.channel,
            Contact.started_at,
            Contact.ended_at,
            agent.name,
            Contact.summary,
        )
        .outerjoin(agent, agent.id == Contact.agent_id)
        .where(Contact.subscriber_id == subscriber_id)
        .order_by(Contact.started_at.desc(), Contact.id.desc())
        .limit(MOST)
    )
    return tuple(ContactLine(*row) for row in rows)
