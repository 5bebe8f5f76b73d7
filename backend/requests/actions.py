"""What may be done with a request: taken, laid down, forwarded, closed, cancelled. Each step stays in its history.

Whoever acts first has it: the row is locked, and the second reads what the first has done and is told so.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select

from backend.auth.identity import Identity
from backend.errors import BadInput, Conflict, NotFound
from backend.requests import queries
from backend.requests.schemas import Cancelling, Closing, Forwarding, MoveKind, NewRequest, RequestItem
from backend.words import may_say, said
from db.models import (
    AppUser,
    CancellationReason,
    Company,
    Contact,
    Contract,
    Request,
    RequestKind,
    RequestMove,
    Subscriber,
)
from db.uow import UnitOfWork
from realtime.facts import Department, RequestEnded, RequestForwarded, RequestOpened, RequestTaken
from realtime.scope import Permission, Place, Scope

OPEN = Permission("care", "write")
READ = Permission("requests", "read")
WORK = Permission("requests", "work")
MANAGE = Permission("requests", "manage")
"""May lay down what somebody else has in hand: people fall ill."""


async def open_for(
    uow: UnitOfWork, identity: Identity, scope: Scope, now: datetime, contact: Contact, asked: NewRequest
) -> RequestItem:
    """What was asked for in a contact whose subscriber is known and in `scope`. `due_on` counts days from today."""
    description = may_say(asked.description, "description")
    subscriber = await uow.session.get(Subscriber, contact.subscriber_id)
    if subscriber is None:
        raise NotFound("subscriber")
    kind = (
        await uow.session.execute(
            select(RequestKind).where(
                RequestKind.id == asked.kind_id, RequestKind.company_id == subscriber.company_id, RequestKind.active
            )
        )
    ).scalar_one_or_none()
    if kind is None:
        raise NotFound("request kind of this company")
    if asked.contract_id is not None:
        contract = select(Contract.id).where(Contract.id == asked.contract_id, Contract.subscriber_id == subscriber.id)
        if await uow.session.scalar(contract) is None:
            raise NotFound("contract of this subscriber")
    zone = await uow.session.scalar(select(Company.time_zone).where(Company.id == subscriber.company_id))
    request = Request(
        company_id=subscriber.company_id,
        business_unit_id=subscriber.business_unit_id,
        city_id=subscriber.city_id,
        contact_id=contact.id,
        subscriber_id=subscriber.id,
        contract_id=asked.contract_id,
        kind_id=kind.id,
        department=kind.department,
        description=description,
        status="open",
        opened_at=now,
        opened_by=identity.user_id,
        due_on=now.astimezone(ZoneInfo(zone or "UTC")).date() + timedelta(days=kind.deadline_days),
    )
    uow.session.add(request)
    await uow.session.flush()
    _record(uow, identity, now, request, "opened", description)
    uow.emit(
        RequestOpened(
            place=_place(request),
            at=now,
            author_id=identity.user_id,
            request_id=request.id,
            subscriber_id=subscriber.id,
            department=_department(request),
        )
    )
    await uow.session.flush()
    return await queries.item(uow.session, scope, now, request.id)


async def take(uow: UnitOfWork, identity: Identity, now: datetime, request_id: int) -> RequestItem:
    """Taking what one has already changes nothing."""
    scope = identity.require(WORK)
    request = await _open(uow, scope, request_id)
    if request.taken_by != identity.user_id:
        await _refuse_if_anothers(uow, identity, request)
        request.taken_by, request.taken_at = identity.user_id, now
        _record(uow, identity, now, request, "taken")
        _emit_taken(uow, identity, now, request)
    return await _answer(uow, scope, now, request)


async def release(uow: UnitOfWork, identity: Identity, now: datetime, request_id: int) -> RequestItem:
    """Lay it down, so that others can take it. Who manages requests may do so for others."""
    scope = identity.require(WORK)
    request = await _open(uow, scope, request_id)
    if request.taken_by is None:
        raise Conflict("Nobody has this request in hand.")
    if not identity.scope(MANAGE).covers(_place(request)):
        await _refuse_if_anothers(uow, identity, request)
    request.taken_by = request.taken_at = None
    _record(uow, identity, now, request, "released")
    _emit_taken(uow, identity, now, request)
    return await _answer(uow, scope, now, request)


async def forward(
    uow: UnitOfWork, identity: Identity, now: datetime, request_id: int, asked: Forwarding
) -> RequestItem:
    """To another department, where nobody has it in hand yet. The deadline stays: the subscriber was promised it."""
    scope = identity.require(WORK)
    note = may_say(asked.note, "note")
    request = await _open(uow, scope, request_id)
    await _refuse_if_anothers(uow, identity, request)
    before = _department(request)
    if asked.department == before:
        raise BadInput("The request is with this department already.", errors={"department": "has it already"})
    request.department = asked.department
    request.taken_by = request.taken_at = None
    _record(uow, identity, now, request, "forwarded", note)
    uow.emit(
        RequestForwarded(
            place=_place(request),
            at=now,
            author_id=identity.user_id,
            request_id=request.id,
            subscriber_id=request.subscriber_id,
            before=before,
            department=asked.department,
        )
    )
    return await _answer(uow, scope, now, request)


async def close(uow: UnitOfWork, identity: Identity, now: datetime, request_id: int, asked: Closing) -> RequestItem:
    """It was answered: `result` says how."""
    scope = identity.require(WORK)
    result = said(asked.result, "result")
    request = await _open(uow, scope, request_id)
    await _refuse_if_anothers(uow, identity, request)
    request.status, request.result = "closed", result
    return await _end(uow, identity, scope, now, request, "closed", result)


async def cancel(uow: UnitOfWork, identity: Identity, now: datetime, request_id: int, asked: Cancelling) -> RequestItem:
    """It will not be answered, for a reason from the list. Nothing is deleted."""
    scope = identity.require(WORK)
    note = may_say(asked.note, "note")
    request = await _open(uow, scope, request_id)
    await _refuse_if_anothers(uow, identity, request)
    reason = (
        await uow.session.execute(
            select(CancellationReason).where(
                CancellationReason.id == asked.reason_id,
                CancellationReason.applies_to == "request",
                CancellationReason.active,
            )
        )
    ).scalar_one_or_none()
    if reason is None:
        raise NotFound("cancellation reason for requests")
    request.status, request.reason_id = "cancelled", reason.id
    return await _end(uow, identity, scope, now, request, "cancelled", f"{reason.text}. {note}".rstrip(". "))


async def _end(
    uow: UnitOfWork,
    identity: Identity,
    scope: Scope,
    now: datetime,
    request: Request,
    outcome: MoveKind,
    note: str,
) -> RequestItem:
    request.ended_at, request.ended_by = now, identity.user_id
    _record(uow, identity, now, request, outcome, note)
    uow.emit(
        RequestEnded(
            place=_place(request),
            at=now,
            author_id=identity.user_id,
            request_id=request.id,
            subscriber_id=request.subscriber_id,
            department=_department(request),
            outcome="closed" if outcome == "closed" else "cancelled",
        )
    )
    return await _answer(uow, scope, now, request)


async def _open(uow: UnitOfWork, scope: Scope, request_id: int) -> Request:
    """The request, locked until commit. Raises Conflict, saying who ended it, when it is not open any more."""
    request = (
        await uow.session.execute(
            select(Request).where(Request.id == request_id, queries.in_scope(scope)).with_for_update()
        )
    ).scalar_one_or_none()
    if request is None:
        raise NotFound("request")
    if request.status != "open":
        ended_by = await _name(uow, request.ended_by)
        raise Conflict(
            f"This request was {request.status} by {ended_by} and cannot change any more.", ended_by=ended_by
        )
    return request


async def _refuse_if_anothers(uow: UnitOfWork, identity: Identity, request: Request) -> None:
    if request.taken_by not in (None, identity.user_id):
        await _refuse(uow, request)


async def _refuse(uow: UnitOfWork, request: Request) -> NoReturn:
    holder = await _name(uow, request.taken_by)
    since = request.taken_at.isoformat(timespec="seconds") if request.taken_at else None
    raise Conflict(f"{holder} has this request in hand.", taken_by=holder, taken_at=since)


async def _name(uow: UnitOfWork, user_id: int | None) -> str:
    found = await uow.session.scalar(select(AppUser.name).where(AppUser.id == user_id))
    return found or "a program"


async def _answer(uow: UnitOfWork, scope: Scope, now: datetime, request: Request) -> RequestItem:
    await uow.session.flush()
    return await queries.item(uow.session, scope, now, request.id)


def _place(request: Request) -> Place:
    return Place(request.company_id, request.business_unit_id, request.city_id)


def _department(request: Request) -> Department:
    department: Department = msgspec.convert(request.department, Department)
    return department


def _record(
    uow: UnitOfWork, identity: Identity, now: datetime, request: Request, kind: MoveKind, note: str = ""
) -> None:
    uow.session.add(
        RequestMove(
            company_id=request.company_id,
            request_id=request.id,
            kind=kind,
            department=request.department,
            at=now,
            author_id=identity.user_id,
            note=note,
        )
    )


def _emit_taken(uow: UnitOfWork, identity: Identity, now: datetime, request: Request) -> None:
    uow.emit(
        RequestTaken(
            place=_place(request),
            at=now,
            author_id=identity.user_id,
            request_id=request.id,
            subscriber_id=request.subscriber_id,
            department=_department(request),
            taken_by=request.taken_by,
        )
    )
