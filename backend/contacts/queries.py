"""Reading contacts: lists by cursor, and one by its protocol with what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, select, tuple_

from backend.contacts.protocol import is_protocol
from backend.contacts.schemas import ContactDetail, ContactItem, ContactPage
from backend.errors import NotFound
from backend.notes import queries as notes
from backend.paging import decode_cursor, encode_cursor
from backend.requests import queries as requests
from db.models import AppUser, Contact, Subscriber
from db.scope import within
from db.session import ReadSession
from realtime.scope import Scope


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows a list of contacts; absent fields narrow nothing."""

    subscriber_id: int | None = None
    agent_id: int | None = None
    open: bool | None = None


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Before it is known who calls, a contact has neither unit nor city: everybody of its company sees it."""
    return within(scope, Contact.company_id, Contact.business_unit_id, Contact.city_id)


def items(scope: Scope) -> Select[*tuple[Any, ...]]:
    """The columns of `ContactItem`, in its order."""
    return (
        select(
            Contact.id,
            Contact.protocol,
            Contact.channel,
            Contact.caller,
            Contact.company_id,
            Contact.business_unit_id,
            Contact.city_id,
            Contact.subscriber_id,
            Subscriber.name,
            Contact.agent_id,
            AppUser.name,
            Contact.started_at,
            Contact.ended_at,
            Contact.summary,
        )
        .outerjoin(Subscriber, Subscriber.id == Contact.subscriber_id)
        .outerjoin(AppUser, AppUser.id == Contact.agent_id)
        .where(in_scope(scope))
    )


async def page(db: ReadSession, scope: Scope, narrow: Filter, *, cursor: str | None, limit: int) -> ContactPage:
    """Newest first."""
    query = items(scope).order_by(Contact.started_at.desc(), Contact.id.desc())
    if narrow.subscriber_id is not None:
        query = query.where(Contact.subscriber_id == narrow.subscriber_id)
    if narrow.agent_id is not None:
        query = query.where(Contact.agent_id == narrow.agent_id)
    if narrow.open is not None:
        query = query.where(Contact.ended_at.is_(None) if narrow.open else Contact.ended_at.is_not(None))
    if (after := decode_cursor(cursor, tuple[datetime, int])) is not None:
        query = query.where(tuple_(Contact.started_at, Contact.id) < after)
    rows = [ContactItem(*row) for row in await db.execute(query.limit(limit + 1))]
    last = rows[limit - 1] if len(rows) > limit else None
    return ContactPage(rows[:limit], encode_cursor((last.started_at, last.id)) if last else None)


async def item(db: ReadSession, scope: Scope, protocol: str) -> ContactItem:
    found = None
    if is_protocol(protocol):
        found = (await db.execute(items(scope).where(Contact.protocol == protocol))).one_or_none()
    if found is None:
        raise NotFound("contact")
    return ContactItem(*found)


async def one(db: ReadSession, scope: Scope, now: datetime, protocol: str) -> ContactDetail:
    contact = await item(db, scope, protocol)
    return ContactDetail(
        contact,
        await requests.of_contact(db, scope, now, contact.id),
        await notes.of_contact(db, scope, contact.id),
    )
