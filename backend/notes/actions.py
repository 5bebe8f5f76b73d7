"""Writing a note. It is never changed afterwards: a correction is another note."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from backend.auth.identity import Identity
from backend.errors import NotFound
from backend.notes import queries
from backend.notes.schemas import NewNote, NoteItem
from backend.words import said
from db.models import Contact, Subscriber, SubscriberNote
from db.scope import within
from db.uow import UnitOfWork
from realtime.facts import NoteWritten
from realtime.scope import Permission, Place

READ = Permission("care", "read")
WRITE = Permission("care", "write")


async def write(uow: UnitOfWork, identity: Identity, now: datetime, subscriber_id: int, asked: NewNote) -> NoteItem:
    scope = identity.require(WRITE)
    text = said(asked.text, "text")
    subscriber = (
        await uow.session.execute(
            select(Subscriber).where(
                Subscriber.id == subscriber_id,
                within(scope, Subscriber.company_id, Subscriber.business_unit_id, Subscriber.city_id),
            )
        )
    ).scalar_one_or_none()
    if subscriber is None:
        raise NotFound("subscriber")
    contact_id = None
    if asked.protocol is not None:
        of_theirs = select(Contact.id).where(Contact.protocol == asked.protocol, Contact.subscriber_id == subscriber.id)
        if (contact_id := await uow.session.scalar(of_theirs)) is None:
            raise NotFound("contact of this subscriber")
    note = SubscriberNote(
        company_id=subscriber.company_id,
        business_unit_id=subscriber.business_unit_id,
        city_id=subscriber.city_id,
        subscriber_id=subscriber.id,
        contact_id=contact_id,
        text=text,
        at=now,
        author_id=identity.user_id,
    )
    uow.session.add(note)
    await uow.session.flush()
    uow.emit(
        NoteWritten(
            place=Place(subscriber.company_id, subscriber.business_unit_id, subscriber.city_id),
            at=now,
            author_id=identity.user_id,
            note_id=note.id,
            subscriber_id=subscriber.id,
        )
    )
    return await queries.item(uow.session, scope, note.id)
