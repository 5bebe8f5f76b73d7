"""What may be done to receivables. Each action writes its rows and its facts in the caller's unit of work."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from backend.auth.identity import Identity
from backend.errors import BadInput, Conflict, NotFound
from backend.money import ZERO, complaint
from backend.receivables.queries import receivable_item, settlement_item
from backend.receivables.schemas import Cancellation, NewReceivable, NewSettlement, ReceivableItem, Settled
from db.models import CancellationReason, Company, Contract, Credit, Receivable, Settlement, Subscriber
from db.scope import within
from db.uow import UnitOfWork
from realtime.facts import PaymentReceived, ReceivableCancelled, ReceivableIssued
from realtime.scope import Permission, Place, Scope

READ = Permission("receivables", "read")
ISSUE = Permission("receivables", "issue")
SETTLE = Permission("receivables", "settle")
CANCEL = Permission("receivables", "cancel")

FARTHEST_DUE = timedelta(days=3660)
OLDEST_PAYMENT = timedelta(days=1830)
SLOWEST_CREDIT = timedelta(days=400)


def _checked(amount: Decimal) -> Decimal:
    """In cents, so that "100" and "1e2" come back as "100.00". Raises BadInput."""
    if sentence := complaint(amount):
        raise BadInput(sentence, errors={"amount": sentence})
    return amount.quantize(ZERO)


def _place(record: Receivable | Subscriber) -> Place:
    return Place(record.company_id, record.business_unit_id, record.city_id)


async def _today(uow: UnitOfWork, company_id: int, now: datetime) -> date:
    zone = await uow.session.scalar(select(Company.time_zone).where(Company.id == company_id))
    return now.astimezone(ZoneInfo(zone or "America/Sao_Paulo")).date()


async def _locked(uow: UnitOfWork, scope: Scope, receivable_id: int) -> tuple[Receivable, str]:
    """The receivable, locked until commit, and its subscriber's name. The scope is part of the query."""
    found = (
        await uow.session.execute(
            select(Receivable, Subscriber.name)
            .join(Subscriber, Subscriber.id == Receivable.subscriber_id)
            .where(
                Receivable.id == receivable_id,
                within(scope, Receivable.company_id, Receivable.business_unit_id, Receivable.city_id),
            )
            .with_for_update(of=Receivable)
        )
    ).one_or_none()
    if found is None:
        raise NotFound("receivable")
    return found[0], found[1]


async def issue(uow: UnitOfWork, identity: Identity, now: datetime, asked: NewReceivable) -> ReceivableItem:
    """Create an open receivable for a subscriber in the caller's scope."""
    scope = identity.require(ISSUE)
    amount = _checked(asked.amount)
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
    if asked.contract_id is not None:
        contract = select(Contract.id).where(Contract.id == asked.contract_id, Contract.subscriber_id == subscriber.id)
        if await uow.session.scalar(contract) is None:
            raise NotFound("contract of this subscriber")
    today = await _today(uow, subscriber.company_id, now)
    issued_on = asked.issued_on or today
    if issued_on > today:
        raise BadInput("issued_on lies in the future.", errors={"issued_on": "must not be after today"})
    if not issued_on <= asked.due_on <= issued_on + FARTHEST_DUE:
        sentence = "must not be before issued_on, nor more than ten years after it"
        raise BadInput(f"due_on {sentence}.", errors={"due_on": sentence})
    receivable = Receivable(
        company_id=subscriber.company_id,
        business_unit_id=subscriber.business_unit_id,
        city_id=subscriber.city_id,
        subscriber_id=subscriber.id,
        contract_id=asked.contract_id,
        amount=amount,
        settled_amount=ZERO,
        issued_on=issued_on,
        due_on=asked.due_on,
        reference_month=asked.due_on.replace(day=1),
        status="open",
        created_at=now,
    )
    uow.session.add(receivable)
    await uow.session.flush()
    uow.emit(
        ReceivableIssued(
            place=_place(receivable),
            at=now,
            author_id=identity.user_id,
            receivable_id=receivable.id,
            subscriber_id=subscriber.id,
            amount=receivable.amount,
            issued_on=issued_on,
            due_on=asked.due_on,
        )
    )
    return receivable_item(receivable, subscriber.name)


async def settle(
    uow: UnitOfWork, identity: Identity, now: datetime, receivable_id: int, asked: NewSettlement
) -> Settled:
    """Apply a payment. What exceeds the debt becomes a credit of the subscriber; money is never refused.

    A payment for a receivable that is no longer open (paid, cancelled...) is kept whole as a credit.
    """
    scope = identity.require(SETTLE)
    amount = _checked(asked.amount)
    receivable, subscriber = await _locked(uow, scope, receivable_id)
    today = await _today(uow, receivable.company_id, now)
    if not today - OLDEST_PAYMENT <= asked.paid_on <= today:
        raise BadInput(
            "paid_on must be today or in the last five years.",
            errors={"paid_on": "not today or in the last five years"},
        )
    if not asked.paid_on <= asked.credited_on <= asked.paid_on + SLOWEST_CREDIT:
        sentence = "must be from paid_on to 400 days after it"
        raise BadInput(f"credited_on {sentence}.", errors={"credited_on": sentence})
    owed = receivable.amount - receivable.settled_amount if receivable.status == "open" else ZERO
    applied = min(amount, owed)
    credited = amount - applied
    settlement = Settlement(
        company_id=receivable.company_id,
        business_unit_id=receivable.business_unit_id,
        city_id=receivable.city_id,
        receivable_id=receivable.id,
        subscriber_id=receivable.subscriber_id,
        amount=amount,
        applied=applied,
        credited=credited,
        paid_on=asked.paid_on,
        credited_on=asked.credited_on,
        channel=asked.channel,
        recorded_at=now,
        author_id=identity.user_id,
    )
    uow.session.add(settlement)
    receivable.settled_amount += applied
    if receivable.status == "open" and receivable.settled_amount == receivable.amount:
        receivable.status = "paid"
        receivable.paid_at = now
    await uow.session.flush()
    if credited:
        uow.session.add(
            Credit(
                company_id=receivable.company_id,
                business_unit_id=receivable.business_unit_id,
                city_id=receivable.city_id,
                subscriber_id=receivable.subscriber_id,
                settlement_id=settlement.id,
                amount=credited,
                used_amount=ZERO,
                created_at=now,
            )
        )
    uow.emit(
        PaymentReceived(
            place=_place(receivable),
            at=now,
            author_id=identity.user_id,
            settlement_id=settlement.id,
            receivable_id=receivable.id,
            subscriber_id=receivable.subscriber_id,
            amount=amount,
            applied=applied,
            credited=credited,
            channel=asked.channel,
            paid_on=asked.paid_on,
            due_on=receivable.due_on,
        )
    )
    return Settled(settlement_item(settlement), receivable_item(receivable, subscriber))


async def cancel(
    uow: UnitOfWork, identity: Identity, now: datetime, receivable_id: int, asked: Cancellation
) -> ReceivableItem:
    """Cancel what is still open, with a reason from the list. Nothing is deleted."""
    scope = identity.require(CANCEL)
    if len(asked.note) > 2000:
        raise BadInput("A note has at most 2,000 characters.", errors={"note": "too long"})
    receivable, subscriber = await _locked(uow, scope, receivable_id)
    if receivable.status != "open":
        raise Conflict(f"This receivable is {receivable.status}; only an open one can be cancelled.")
    reason = await uow.session.scalar(
        select(CancellationReason.id).where(
            CancellationReason.id == asked.reason_id,
            CancellationReason.applies_to == "receivable",
            CancellationReason.active,
        )
    )
    if reason is None:
        raise NotFound("cancellation reason for receivables")
    receivable.status = "cancelled"
    receivable.cancelled_at = now
    receivable.cancelled_by = identity.user_id
    receivable.cancellation_reason_id = reason
    receivable.cancellation_note = asked.note
    uow.emit(
        ReceivableCancelled(
            place=_place(receivable),
            at=now,
            author_id=identity.user_id,
            receivable_id=receivable.id,
            subscriber_id=receivable.subscriber_id,
            open_amount=receivable.amount - receivable.settled_amount,
            due_on=receivable.due_on,
            issued_on=receivable.issued_on,
            reason_id=reason,
        )
    )
    return receivable_item(receivable, subscriber)
