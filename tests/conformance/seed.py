"""Rows for every panel, all of them in one place: company `north`, its first unit, city `alto`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_network
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.models import (
    Attendance,
    CancellationReason,
    Contact,
    Contract,
    Device,
    DeviceState,
    InternetLogin,
    Nas,
    OrderKind,
    Port,
    Receivable,
    Request,
    RequestKind,
    ServiceOrder,
    Session,
    SessionHistory,
    Settlement,
    Team,
    Technician,
    TechnicianPosition,
)
from db.partitions import ensure
from db.samples import copy_traffic
from tests.world import World

FULL_PARAMS: dict[str, Callable[[World], dict[str, Any]]] = {
    "subscriber.presence": lambda world: {"id": world.subscriber_alto},
    "subscriber": lambda world: {"id": world.subscriber_alto},
    "traffic.port": lambda _: {"port": 1},
}
"""Parameters that find the seeded rows, for panels whose parameters have no defaults."""


async def seed(engine: AsyncEngine, world: World) -> None:
    """Today's receivable, paid in part; a device with one port and two minutes of samples; a NAS that lost sessions;
    a request to the commercial department that falls due today."""
    now = datetime.now(UTC)
    await ensure(engine, now)
    async with AsyncSession(engine) as session, session.begin():
        today = (await session.scalar(select(func.date(func.timezone("America/Sao_Paulo", func.now()))))) or now.date()
        place = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.alto}
        receivable = Receivable(
            **place,
            subscriber_id=world.subscriber_alto,
            amount=Decimal("99.90"),
            settled_amount=Decimal("40.00"),
            issued_on=today,
            due_on=today,
            reference_month=today.replace(day=1),
            status="open",
        )
        session.add(receivable)
        await session.flush()
        session.add(
            Settlement(
                **place,
                receivable_id=receivable.id,
                subscriber_id=world.subscriber_alto,
                amount=Decimal("40.00"),
                applied=Decimal("40.00"),
                credited=Decimal("0.00"),
                paid_on=today,
                credited_on=today,
                channel="pix",
                recorded_at=now,
            )
        )
        device = Device(
            **place,
            name="Borda 1",
            address="127.0.0.1",
            port=161,
            kind="router",
            snmp_version="2c",
            snmp_credentials=b"",
            poll_interval_s=10,
            enabled=True,
        )
        session.add(device)
        await session.flush()
        session.add(DeviceState(device_id=device.id, status="up", status_since=now))
        nas = Nas(**place, name="BNG 1", network=ip_network("192.0.2.1"), secret=b"")
        session.add(nas)
        await session.flush()
        about = {**place, "nas_id": nas.id, "session_id": "1", "port": "", "mac": "aabbccddeeff"}
        early = now - timedelta(minutes=20)
        session.add(Session(**about, key=b"open", login="a", started_at=early, last_at=now, heard_at=now))
        session.add_all(
            SessionHistory(
                **about,
                id=1000 + number,
                key=b"%d" % number,
                login=f"b{number}",
                started_at=early,
                last_at=early,
                ended_at=now - timedelta(minutes=10),
                ended="stop",
            )
            for number in range(6)
        )
        contract = Contract(
            **place, subscriber_id=world.subscriber_alto, status="active", signed_on=today - timedelta(days=90)
        )
        session.add(contract)
        await session.flush()
        internet = {"contract_id": contract.id, "subscriber_id": world.subscriber_alto}
        session.add(InternetLogin(company_id=world.north, **internet, login="alto@norte"))
        session.add(
            SessionHistory(
                **about | {"mac": "aabbccddee99"},
                **internet,
                id=2000,
                key=b"alto",
                login="alto@norte",
                started_at=early,
                last_at=early,
                ended_at=now - timedelta(minutes=5),
                ended="lost",
            )
        )
        contact = Contact(**place, protocol="202611000001", subscriber_id=world.subscriber_alto)
        kind = select(RequestKind.id).where(RequestKind.department == "commercial")
        session.add(contact)
        await session.flush()
        session.add(
            Request(
                **place,
                contact_id=contact.id,
                subscriber_id=world.subscriber_alto,
                kind_id=(await session.execute(kind)).scalar_one(),
                department="commercial",
                opened_at=now,
                due_on=today,
            )
        )
        port = Port(
            device_id=device.id, if_index=1, name="xe-0/0/0", alias="Upstream", descr="", speed_bps=10**10, polled=True
        )
        session.add(port)
        await session.flush()
        port_id = port.id
        await _orders(session, place, now)
        session.add(
            Attendance(
                **place,
                process="p",
                subscriber_id=world.subscriber_alto,
                user_id=world.users["root"],
                since=now,
                seen_at=now,
            )
        )
    rows = [(now - timedelta(seconds=10 * n), port_id, 1e9 + n, 2e8 + n, 10.0, 0) for n in range(12)]
    await copy_traffic(engine, rows)


async def _orders(session: AsyncSession, place: dict[str, int], now: datetime) -> None:
    """A team with a visit that is late, one of yesterday that was done, and an order that waits for a day."""
    team = Team(**place, name="Equipe 1")
    kind = OrderKind(company_id=place["company_id"], name="Reparo")
    session.add_all([team, kind, CancellationReason(applies_to="service_order", text="Cliente ausente")])
    await session.flush()
    technician = Technician(**place, team_id=team.id, name="Iara")
    session.add(technician)
    await session.flush()
    seen = {"latitude": -19.9, "longitude": -43.9, "at": now, "moved_at": now, "tracked_at": now}
    session.add(TechnicianPosition(technician_id=technician.id, **seen))
    order = {**place, "kind_id": kind.id, "location": "Rua da Bahia, 1148", "stage_since": now}
    early = {"team_id": team.id, "technician_id": technician.id, "scheduled_from": now - timedelta(hours=3)}
    session.add_all(
        [
            ServiceOrder(**order, **early, stage="scheduled", scheduled_until=now - timedelta(hours=1)),
            ServiceOrder(
                **order,
                **early,
                stage="done",
                scheduled_until=now - timedelta(hours=1),
                ended_at=now - timedelta(hours=2),
                resolution="Conector trocado.",
            ),
            ServiceOrder(**order),
        ]
    )
