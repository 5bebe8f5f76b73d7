"""The facts behind the seeded ledger, as the actions would have recorded them: the history of each receivable. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from db.events import SUBJECTS
from demo.bills import Bill
from demo.copy import Batch
from demo.register import CASHIER, Paid
from realtime.facts import PaymentReceived, ReceivableCancelled, ReceivableIssued
from realtime.scope import Place

BillFact = ReceivableIssued | PaymentReceived | ReceivableCancelled


def batch(bills: list[Bill], paid: list[Paid]) -> Batch:
    """One row of `event` for each thing that happened, in the order in which it did."""
    facts: list[BillFact] = []
    for number, bill in enumerate(bills, 1):
        facts.append(_issued(number, bill))
        if bill.status == "cancelled":
            facts.append(_cancelled(number, bill))
    facts += [_received(one) for one in paid]
    facts.sort(key=lambda fact: (fact.at, fact.receivable_id))
    return Batch(
        "event",
        "id recorded_at at kind company_id business_unit_id city_id subject_type subject_id author_id body",
        [_row(number, fact) for number, fact in enumerate(facts, 1)],
    )


def _row(number: int, fact: BillFact) -> tuple[Any, ...]:
    place = fact.place
    return (
        number,
        fact.at,
        fact.at,
        type(fact).__struct_config__.tag,
        place.company_id,
        place.business_unit_id,
        place.city_id,
        SUBJECTS[type(fact)][0],
        fact.receivable_id,
        fact.author_id,
        msgspec.json.encode(fact).decode(),
    )


def _place(bill: Bill) -> Place:
    return Place(bill.person.unit.company_id, bill.person.unit.id, bill.person.city.id)


def _issued(number: int, bill: Bill) -> ReceivableIssued:
    return ReceivableIssued(
        place=_place(bill),
        at=bill.issued_at,
        receivable_id=number,
        subscriber_id=bill.person.id,
        amount=bill.amount,
        issued_on=bill.issued_on,
        due_on=bill.due_on,
    )


def _cancelled(number: int, bill: Bill) -> ReceivableCancelled:
    assert bill.ended_at is not None and bill.reason is not None
    return ReceivableCancelled(
        place=_place(bill),
        at=bill.ended_at,
        author_id=CASHIER,
        receivable_id=number,
        subscriber_id=bill.person.id,
        open_amount=bill.amount,
        due_on=bill.due_on,
        issued_on=bill.issued_on,
        reason_id=bill.reason,
    )


def _received(paid: Paid) -> PaymentReceived:
    payment = paid.payment
    return PaymentReceived(
        place=_place(paid.bill),
        at=payment.recorded_at,
        author_id=paid.author_id,
        settlement_id=paid.id,
        receivable_id=paid.receivable_id,
        subscriber_id=paid.bill.person.id,
        amount=payment.amount,
        applied=payment.applied,
        credited=payment.credited,
        channel=payment.channel,
        paid_on=payment.paid_on,
        due_on=paid.bill.due_on,
    )
