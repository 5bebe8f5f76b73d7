"""Reading notes about subscribers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_

from backend.errors import NotFound
from backend.notes.schemas import NoteItem, NotePage
from backend.paging import decode_cursor, encode_cursor
from db.models import AppUser, Contact, Subscriber, SubscriberNote
from db.scope import within
from db.session import ReadSession
from realtime.scope import Scope


def items(scope: Scope) -> Select[*tuple[Any, ...]]:
    """The columns of `NoteItem`, in its order."""
    return (
        select(
            SubscriberNote.id,
            SubscriberNote.subscriber_id,
            Contact.protocol,
            SubscriberNote.text,
            SubscriberNote.at,
            AppUser.name,
        )
        .outerjoin(Contact, Contact.id == SubscriberNote.contact_id)
        .outerjoin(AppUser, AppUser.id == SubscriberNote.author_id)
        .where(within(scope, SubscriberNote.company_id, SubscriberNote.business_unit_id, SubscriberNote.city_id))
    )


async def page(db: ReadSession, scope: Scope, subscriber_id: int, *, cursor: str | None, limit: int) -> NotePage:
    """Newest first."""
    known = select(Subscriber.id).where(
        Subscriber.id == subscriber_id,
        within(scope, Subscriber.company_id, Subscriber.business_unit_id, Subscriber.city_id),
    )
    if await db.scalar(known) is None:
        raise NotFound("subscriber")
    query = (
        items(scope)
        .where(SubscriberNote.subscriber_id == subscriber_id)
        .order_by(SubscriberNote.at.desc(), SubscriberNote.id.desc())
    )
    if (after := decode_cursor(cursor, tuple[datetime, int])) is not None:
        query = query.where(tuple_(SubscriberNote.at, SubscriberNote.id) < after)
    rows = [NoteItem(*row) for row in await db.execute(query.limit(limit + 1))]
    last = rows[limit - 1] if len(rows) > limit else None
    return NotePage(rows[:limit], encode_cursor((last.at, last.id)) if last else None)


async def of_contact(db: ReadSession, scope: Scope, contact_id: int) -> list[NoteItem]:
    rows = await db.execute(items(scope).where(SubscriberNote.contact_id == contact_id).order_by(SubscriberNote.id))
    return [NoteItem(*row) for row in rows]


async def item(db: ReadSession, scope: Scope, note_id: int) -> NoteItem:
    return NoteItem(*(await db.execute(items(scope).where(SubscriberNote.id == note_id))).one())
