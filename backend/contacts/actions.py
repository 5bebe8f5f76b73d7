"""What may be done in a conversation: begun, its subscriber found, something asked for, ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from backend.auth.identity import Identity
from backend.contacts import queries
from backend.contacts.protocol import is_protocol
from backend.contacts.schemas import ContactItem, Ending, Identification, NewContact
from backend.errors import Conflict, NotFound
from backend.requests import actions as requests
from backend.requests.schemas import NewRequest, RequestItem
from backend.words import may_say
from db.models import Contact, Subscriber
from db.scope import within
from db.uow import UnitOfWork
from realtime.facts import ContactEnded, ContactIdentified, ContactStarted
from realtime.scope import Permission, Place, Scope

READ = Permission("care", "read")
WRITE = Permission("care", "write")


async def start(
    uow: UnitOfWork, identity: Identity, now: datetime, asked: NewContact, *, company_id: int, protocol: str
) -> ContactItem:
    """`protocol` has been allocated and committed; if this fails, it is a gap."""
    scope = identity.require(WRITE)
    contact = Contact(
        company_id=company_id,
        protocol=protocol,
        channel=asked.channel,
        caller=may_say(asked.caller, "caller", longest=200) or None,
        agent_id=identity.user_id,
        started_at=now,
    )
    uow.session.add(contact)
    await uow.session.flush()
    uow.emit(
        ContactStarted(
            place=_place(contact), at=now, author_id=identity.user_id, contact_id=contact.id, protocol=protocol
        )
    )
    return await queries.item(uow.session, scope, protocol)


async def identify(
    uow: UnitOfWork, identity: Identity, now: datetime, protocol: str, asked: Identification
) -> ContactItem:
    """Say whom it is about; may be corrected. The contact moves to the subscriber's place.

    Who calls may turn out to be of another company; once that is known, it stays.
    """
    scope = identity.require(WRITE)
    contact = await _locked(uow, scope, protocol)
    subscriber = (
        await uow.session.execute(
            select(Subscriber).where(
                Subscriber.id == asked.subscriber_id,
                within(scope, Subscriber.company_id, Subscriber.business_unit_id, Subscriber.city_id),
            )
        )
    ).scalar_one_or_none()
    if subscriber is None:
        raise NotFound("subscriber")
    before = contact.subscriber_id
    if before is not None and subscriber.company_id != contact.company_id:
        raise Conflict("This contact is about a subscriber of another company. Start a new one.")
    if before != subscriber.id:
        left = _place(contact)
        contact.company_id = subscriber.company_id
        contact.business_unit_id = subscriber.business_unit_id
        contact.city_id = subscriber.city_id
        contact.subscriber_id = subscriber.id
        reached = _place(contact)
        uow.emit(
            ContactIdentified(
                # Screens about the subscriber it was thought to be must hear of it, too, wherever that one lives.
                place=reached if before is None or left == reached else Place(contact.company_id, None, None),
                at=now,
                author_id=identity.user_id,
                contact_id=contact.id,
                subscriber_before=before,
                subscriber_id=subscriber.id,
            )
        )
        await uow.session.flush()
    return await queries.item(uow.session, scope, protocol)


async def ask(uow: UnitOfWork, identity: Identity, now: datetime, protocol: str, asked: NewRequest) -> RequestItem:
    """Open a request in a contact. Raises Conflict while nobody knows who is asking, and when the contact has ended."""
    scope = identity.require(WRITE)
    contact = await _locked(uow, scope, protocol)
    if contact.ended_at is not None:
        raise Conflict("This contact has ended. Start a new one, so that the request has its own protocol.")
    if contact.subscriber_id is None:
        raise Conflict("Say first which subscriber is asking.")
    return await requests.open_for(uow, identity, scope, now, contact, asked)


async def end(uow: UnitOfWork, identity: Identity, now: datetime, protocol: str, asked: Ending) -> ContactItem:
    scope = identity.require(WRITE)
    summary = may_say(asked.summary, "summary")
    contact = await _locked(uow, scope, protocol)
    if contact.ended_at is not None:
        raise Conflict("This contact has ended already.")
    contact.ended_at, contact.summary = now, summary or None
    uow.emit(
        ContactEnded(
            place=_place(contact),
            at=now,
            author_id=identity.user_id,
            contact_id=contact.id,
            subscriber_id=contact.subscriber_id,
        )
    )
    await uow.session.flush()
    return await queries.item(uow.session, scope, protocol)


async def _locked(uow: UnitOfWork, scope: Scope, protocol: str) -> Contact:
    if not is_protocol(protocol):
        raise NotFound("contact")
    contact = (
        await uow.session.execute(
            select(Contact).where(Contact.protocol == protocol, queries.in_scope(scope)).with_for_update()
        )
    ).scalar_one_or_none()
    if contact is None:
        raise NotFound("contact")
    return contact


def _place(contact: Contact) -> Place:
    return Place(contact.company_id, contact.business_unit_id, contact.city_id)
