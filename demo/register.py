"""Rows of companies, subscribers, contracts, receivables and settlements, with ids from 1. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from demo import care, field, plates
from demo.bills import REASONS, Bill, Payment
from demo.copy import Batch
from demo.hours import local
from demo.people import Subscriber
from demo.places import CITIES, COMPANIES, PRODUCTS, STATE, UNITS

PLACE = "company_id business_unit_id city_id"

CASHIER = 1
"""The user who receives at the counter and cancels; what banks report has no author."""


def _reasons() -> list[tuple[str, str]]:
    """Those of receivables come first: bills name them by their place in the list."""
    others = {"service_order": field.REASONS, "request": care.REASONS}
    return [("receivable", reason) for reason in REASONS] + [
        (applies_to, reason) for applies_to, reasons in others.items() for reason in reasons
    ]


def reason_id(reason: str, applies_to: str = "service_order") -> int:
    """Of an order that failed or was cancelled, or of a request."""
    return _reasons().index((applies_to, reason)) + 1


def places(at: datetime) -> list[Batch]:
    return [
        Batch(
            "company",
            "id name legal_name cnpj created_at",
            [(*company, at) for company in COMPANIES],
        ),
        Batch(
            "business_unit",
            "id company_id name created_at",
            [(unit.id, unit.company_id, unit.name, at) for unit in UNITS],
        ),
        Batch(
            "city",
            "id name state ibge_code latitude longitude created_at",
            [(city.id, city.name, STATE, city.ibge_code, city.latitude, city.longitude, at) for city in CITIES],
        ),
        Batch(
            "product",
            "id company_id name kind price created_at",
            [(product.id, product.company_id, product.name, product.kind, product.price, at) for product in PRODUCTS],
        ),
        Batch(
            "cancellation_reason",
            "id applies_to text created_at",
            [(number, applies_to, reason, at) for number, (applies_to, reason) in enumerate(_reasons(), 1)],
        ),
    ]


def register(people: list[Subscriber], suspended: frozenset[int]) -> list[Batch]:
    """A subscriber's address and contract have the subscriber's own id."""
    subscribers, addresses, phones, contracts, items = [], [], [], [], []
    for person in people:
        at = local(person.since, 10)
        status = "suspended" if person.id in suspended else person.status
        place = (person.unit.company_id, person.unit.id, person.city.id)
        subscribers.append(
            (
                person.id,
                *place,
                person.code,
                person.kind,
                person.name,
                person.trade_name,
                person.document,
                status,
                person.since,
                person.due_day,
                plates.rg(person),
                at,
            )
        )
        addresses.append(
            (
                person.id,
                person.id,
                "installation",
                *person.address[:4],
                person.city.id,
                STATE,
                *person.address[4:],
                plates.condominium(person),
                plates.pole(person),
                at,
            )
        )
        phones += [(person.id, number, "mobile", at) for number in person.phones]
        signed = "draft" if status == "prospect" else status
        contracts.append((person.id, *place, person.id, person.id, signed, person.since, at))
        items += [(person.id, item.product.id, item.price, person.since, at) for item in person.items]
    return [
        Batch(
            "subscriber",
            f"id {PLACE} code kind name trade_name document status since due_day rg created_at",
            subscribers,
        ),
        Batch(
            "subscriber_address",
            "id subscriber_id kind street number complement neighbourhood city_id state "
            "postal_code latitude longitude condominium pole created_at",
            addresses,
        ),
        Batch("subscriber_phone", "id subscriber_id number kind created_at", _numbered(phones)),
        Batch(
            "contract",
            f"id {PLACE} subscriber_id address_id status signed_on created_at",
            contracts,
        ),
        Batch("contract_item", "id contract_id product_id price since created_at", _numbered(items)),
        Batch(
            "equipment",
            "id company_id subscriber_id contract_id kind model serial tag",
            _numbered(plates.equipment(people)),
        ),
    ]


class Paid(NamedTuple):
    """A settlement with its id."""

    id: int
    receivable_id: int
    bill: Bill
    payment: Payment

    @property
    def author_id(self) -> int | None:
        return CASHIER if self.payment.channel == "counter" else None


def settlements(bills: list[Bill]) -> list[Paid]:
    """In the order of their arrival, which is that of their ids."""
    payments = [
        (payment.recorded_at, number, bill, payment)
        for number, bill in enumerate(bills, 1)
        for payment in bill.payments
    ]
    payments.sort(key=lambda row: row[:2])
    return [Paid(number, owed, bill, payment) for number, (_, owed, bill, payment) in enumerate(payments, 1)]


def money(bills: list[Bill], paid: list[Paid]) -> list[Batch]:
    """Receivables in order of issue, settlements and credits in order of arrival."""
    receivables = [_receivable(number, bill) for number, bill in enumerate(bills, 1)]
    rows, surplus = [], []
    for one in paid:
        place, person, payment = _place(one.bill.person), one.bill.person, one.payment
        rows.append((one.id, *place, one.receivable_id, person.id, *payment, one.author_id, payment.recorded_at))
        if payment.credited:
            surplus.append((*place, person.id, one.id, payment.credited, payment.recorded_at))
    return [
        Batch(
            "receivable",
            f"id {PLACE} subscriber_id contract_id number amount settled_amount issued_on due_on "
            "reference_month status paid_at cancelled_at cancelled_by cancellation_reason_id "
            "created_at",
            receivables,
        ),
        Batch(
            "settlement",
            f"id {PLACE} receivable_id subscriber_id amount applied credited paid_on credited_on "
            "channel recorded_at author_id created_at",
            rows,
        ),
        Batch(
            "credit",
            f"id {PLACE} subscriber_id settlement_id amount created_at",
            _numbered(surplus),
        ),
    ]


def _receivable(number: int, bill: Bill) -> tuple[Any, ...]:
    cancelled_at = bill.ended_at if bill.reason else None
    return (
        number,
        *_place(bill.person),
        bill.person.id,
        bill.person.id,
        f"{number:010d}",
        bill.amount,
        bill.settled,
        bill.issued_on,
        bill.due_on,
        bill.due_on.replace(day=1),
        bill.status,
        bill.paid_at,
        cancelled_at,
        CASHIER if cancelled_at else None,
        bill.reason if cancelled_at else None,
        bill.issued_at,
    )


def _place(person: Subscriber) -> tuple[int, int, int]:
    return person.unit.company_id, person.unit.id, person.city.id


def _numbered(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(number, *row) for number, row in enumerate(rows, 1)]


def opened(now: datetime) -> datetime:
    """When the companies began: before their oldest subscriber."""
    return now - timedelta(days=3650)
