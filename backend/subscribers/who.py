"""Who a subscriber is, where, and what was sold to them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import func, select

from backend.subscribers import shown
from db.models import (
    BusinessUnit,
    City,
    Company,
    Contract,
    ContractItem,
    Equipment,
    InternetLogin,
    Product,
    Subscriber,
    SubscriberAddress,
    SubscriberPhone,
)
from db.scope import within
from db.session import ReadSession
from realtime.panels.subscriber import AddressLine, ContractLine, Who
from realtime.scope import Scope

MOST_ADDRESSES = 6
MOST_CONTRACTS = 20


class Known(NamedTuple):
    """A subscriber of the scope. `now` is the start of the transaction, `today` its day in the company's time zone."""

    who: Who
    company_id: int
    now: datetime
    today: date


async def known(db: ReadSession, scope: Scope, subscriber_id: int) -> Known | None:
    """None for an unknown subscriber and for one outside the scope."""
    row = (
        await db.execute(
            select(Subscriber, Company.name, Company.time_zone, BusinessUnit.name, City.name, func.now())
            .join(Company, Company.id == Subscriber.company_id)
            .join(BusinessUnit, BusinessUnit.id == Subscriber.business_unit_id)
            .join(City, City.id == Subscriber.city_id)
            .where(
                Subscriber.id == subscriber_id,
                within(scope, Subscriber.company_id, Subscriber.business_unit_id, Subscriber.city_id),
            )
        )
    ).one_or_none()
    if row is None:
        return None
    subscriber, company, zone, unit, city, now = row
    phones = await db.scalars(
        select(SubscriberPhone.number)
        .where(SubscriberPhone.subscriber_id == subscriber_id)
        .order_by(SubscriberPhone.id)
        .limit(6)
    )
    who = msgspec.convert(
        {
            "code": subscriber.code,
            "name": subscriber.name,
            "trade_name": subscriber.trade_name,
            "document": shown.document(subscriber.document),
            "kind": subscriber.kind,
            "status": subscriber.status,
            "since": subscriber.since,
            "due_day": subscriber.due_day,
            "company_id": subscriber.company_id,
            "company": company,
            "unit": unit,
            "city": city,
            "phones": tuple(shown.phone(number) for number in phones),
        },
        Who,
    )
    return Known(who, subscriber.company_id, now, now.astimezone(ZoneInfo(zone)).date())


async def addresses(db: ReadSession, subscriber_id: int) -> tuple[AddressLine, ...]:
    """Where it is installed first."""
    rows = await db.execute(
        select(SubscriberAddress, City.name)
        .join(City, City.id == SubscriberAddress.city_id)
        .where(SubscriberAddress.subscriber_id == subscriber_id)
        .order_by(SubscriberAddress.kind != "installation", SubscriberAddress.id)
        .limit(MOST_ADDRESSES)
    )
    return tuple(
        msgspec.convert(
            {
                "kind": each.kind,
                "text": ", ".join(part for part in (each.street, each.number, each.complement) if part),
                "neighbourhood": each.neighbourhood,
                "city": city,
                "condominium": each.condominium,
                "pole": each.pole,
            },
            AddressLine,
        )
        for each, city in rows
    )


async def contracts(db: ReadSession, subscriber_id: int) -> tuple[ContractLine, ...]:
    """Those in force first, then the newest."""
    found = (
        await db.scalars(
            select(Contract)
            .where(Contract.subscriber_id == subscriber_id)
            .order_by(Contract.status.not_in(("active", "suspended")), Contract.signed_on.desc(), Contract.id)
            .limit(MOST_CONTRACTS)
        )
    ).all()
    ids = [contract.id for contract in found]
    items = defaultdict(list)
    for contract_id, name, price in await db.execute(
        select(ContractItem.contract_id, Product.name, ContractItem.price)
        .join(Product, Product.id == ContractItem.product_id)
        .where(ContractItem.contract_id.in_(ids))
        .order_by(ContractItem.id)
    ):
        items[contract_id].append((name, price))
    logins = defaultdict(list)
    for contract_id, login in await db.execute(
        select(InternetLogin.contract_id, InternetLogin.login)
        .where(InternetLogin.contract_id.in_(ids))
        .order_by(InternetLogin.id)
    ):
        logins[contract_id].append(login)
    equipment = defaultdict(list)
    for owner, model, serial, tag in await db.execute(
        select(Equipment.contract_id, Equipment.model, Equipment.serial, Equipment.tag)
        .where(Equipment.subscriber_id == subscriber_id)
        .order_by(Equipment.id)
    ):
        equipment[owner or (ids[0] if ids else None)].append(" · ".join(filter(None, (model, serial, tag))))
    return tuple(
        msgspec.convert(
            {
                "id": contract.id,
                "status": contract.status,
                "signed_on": contract.signed_on,
                "products": tuple(name for name, _ in items[contract.id]),
                "monthly": sum((price for _, price in items[contract.id]), start=0),
                "logins": tuple(logins[contract.id]),
                "equipment": tuple(equipment[contract.id]),
            },
            ContractLine,
        )
        for contract in found
    )
