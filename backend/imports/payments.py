"""What another system received, settled here: a settlement, a credit for what exceeds the debt, and the fact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec
from sqlalchemy import insert

from backend.imports.work import Work
from db.models import Credit, Settlement
from realtime.facts import Channel, PaymentReceived
from realtime.scope import Place


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    amount: Decimal
    paid_on: date
    credited_on: date
    channel: Channel


Paid = tuple[int, Place, int, date, Decimal, Payment]
"""Receivable, place, subscriber, due day, what of the payment applies to the debt, and the payment."""


async def pay(work: Work, payments: Sequence[Paid]) -> None:
    """The caller raises `receivable.settled_amount` by what applies."""
    if not payments:
        return
    rows = [
        {
            "company_id": place.company_id,
            "business_unit_id": place.business_unit_id,
            "city_id": place.city_id,
            "receivable_id": receivable,
            "subscriber_id": subscriber,
            "amount": payment.amount,
            "applied": applied,
            "credited": payment.amount - applied,
            "paid_on": payment.paid_on,
            "credited_on": payment.credited_on,
            "channel": payment.channel,
            "recorded_at": work.now,
        }
        for receivable, place, subscriber, _, applied, payment in payments
    ]
    made = await work.db.execute(insert(Settlement).returning(Settlement.id, sort_by_parameter_order=True), rows)
    numbers = list(made.scalars())
    credits_ = [
        {
            "company_id": row["company_id"],
            "business_unit_id": row["business_unit_id"],
            "city_id": row["city_id"],
            "subscriber_id": row["subscriber_id"],
            "settlement_id": number,
            "amount": row["credited"],
        }
        for number, row in zip(numbers, rows, strict=True)
        if row["credited"]
    ]
    if credits_:
        await work.db.execute(insert(Credit), credits_)
    for number, (receivable, place, subscriber, due_on, applied, payment) in zip(numbers, payments, strict=True):
        work.emit(
            PaymentReceived(
                place=place,
                at=work.now,
                settlement_id=number,
                receivable_id=receivable,
                subscriber_id=subscriber,
                amount=payment.amount,
                applied=applied,
                credited=payment.amount - applied,
                channel=payment.channel,
                paid_on=payment.paid_on,
                due_on=due_on,
            )
        )
