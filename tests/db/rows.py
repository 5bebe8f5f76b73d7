"""One row in every table that never loses one, over `tests.world`."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from ipaddress import ip_network

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.auth.secrets import digest
from db.models import (
    Contact,
    Contract,
    ContractItem,
    Credit,
    Device,
    DeviceState,
    Equipment,
    Event,
    GpsDevice,
    InternetLogin,
    Nas,
    OrderKind,
    Origin,
    Port,
    Product,
    ProtocolMonth,
    Request,
    RequestKind,
    RequestMove,
    ServiceOrder,
    ServiceOrderMove,
    Settlement,
    SubscriberAddress,
    SubscriberNote,
    Team,
    Technician,
    Token,
    TokenGrant,
)
from tests.db.facts import THEN, added
from tests.world import World, build_world, owe


async def one_of_each(engine: AsyncEngine) -> World:
    world = await build_world(engine)
    receivable = await owe(engine, world, world.subscriber_alto)
    place = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.alto}
    subscriber = {"subscriber_id": world.subscriber_alto}
    async with AsyncSession(engine) as session, session.begin():
        product = Product(company_id=world.north, name="Fibra 500", kind="internet", price=Decimal("99.90"))
        address = SubscriberAddress(
            **subscriber,
            kind="installation",
            street="Rua da Bahia",
            number="1148",
            neighbourhood="Centro",
            city_id=world.alto,
            state="MG",
            postal_code="30160011",
        )
        device = Device(**place, name="Borda 1", address="127.0.0.1", snmp_credentials=b"sealed")
        token = Token(
            user_id=world.users["root"], name="TV", token_hash=digest("secret"), expires_at=THEN + timedelta(days=1)
        )
        settlement = Settlement(
            **place,
            **subscriber,
            receivable_id=receivable,
            amount=Decimal("50.00"),
            applied=Decimal("40.00"),
            credited=Decimal("10.00"),
            paid_on=date(2026, 11, 24),
            credited_on=date(2026, 11, 25),
            channel="pix",
        )
        session.add_all([product, address, device, token, settlement])
        await session.flush()
        contract = Contract(**place, **subscriber, address_id=address.id, status="active", signed_on=date(2026, 1, 2))
        fact = added(device.id)
        session.add_all(
            [
                contract,
                Credit(**place, **subscriber, settlement_id=settlement.id, amount=Decimal("10.00")),
                DeviceState(device_id=device.id),
                Port(device_id=device.id, name="xe-0/0/0"),
                TokenGrant(token_id=token.id, module="receivables", action="read"),
                Event(
                    at=fact.at,
                    kind="DeviceAdded",
                    company_id=world.north,
                    subject_type="device",
                    subject_id=device.id,
                    body=fact,
                ),
                Origin(company_id=world.north, kind="subscribers", source_id="A-1", record_id=world.subscriber_alto),
                Nas(**place, name="BNG 1", network=ip_network("192.0.2.1"), secret=b"sealed"),
            ]
        )
        await session.flush()
        session.add_all(
            [
                ContractItem(
                    contract_id=contract.id, product_id=product.id, price=Decimal("89.90"), since=date(2026, 1, 2)
                ),
                InternetLogin(company_id=world.north, contract_id=contract.id, **subscriber, login="alto@norte"),
                Equipment(company_id=world.north, **subscriber, kind="onu", model="F670L", serial="ZTEGC0A1B2C3"),
            ]
        )
        await _field_and_care(session, world, place, subscriber["subscriber_id"])
    return world


async def _field_and_care(session: AsyncSession, world: World, place: dict[str, int], subscriber: int) -> None:
    north = {"company_id": world.north}
    team = Team(**place, name="Equipe 1")
    technician = Technician(**place, name="Iara")
    kind = OrderKind(**north, name="Reparo")
    asked = RequestKind(**north, name="Segunda via", department="finance")
    contact = Contact(**place, protocol="202611000001", subscriber_id=subscriber)
    session.add_all([team, technician, kind, asked, contact, ProtocolMonth(month="202611", last=1)])
    await session.flush()
    request = Request(
        **place,
        subscriber_id=subscriber,
        contact_id=contact.id,
        kind_id=asked.id,
        department="finance",
        due_on=date(2026, 12, 1),
    )
    order = ServiceOrder(**place, subscriber_id=subscriber, kind_id=kind.id, location="Rua da Bahia, 1148")
    session.add_all([request, order, SubscriberNote(**place, subscriber_id=subscriber, text="Prefere a tarde.")])
    await session.flush()
    session.add_all(
        [
            GpsDevice(technician_id=technician.id, token_digest=digest("phone")),
            RequestMove(**north, request_id=request.id, kind="opened", department="finance", at=THEN),
            ServiceOrderMove(**north, order_id=order.id, version=0, after="open", at=THEN),
        ]
    )
