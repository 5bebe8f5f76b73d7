"""A small provider for tests: two companies, two cities, users with different rights, a few subscribers.

`north` and `south` are companies; `alto` and `baixo` are cities. Everything a test needs to name is an attribute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.auth.secrets import hash_password
from db.models import (
    AppUser,
    BusinessUnit,
    CancellationReason,
    City,
    Company,
    Receivable,
    RequestKind,
    Role,
    RolePermission,
    Subscriber,
    UserGrant,
)

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PASSWORD = "correct horse"
_HASH = hash_password(PASSWORD)


@dataclass
class World:
    """Ids of what was made. Users: `root` everywhere, `alto` one city, `south` one company, `nobody` no grants."""

    north: int
    south: int
    unit: int
    other_unit: int
    south_unit: int
    alto: int
    baixo: int
    subscriber_alto: int
    subscriber_baixo: int
    subscriber_south: int
    reason: int
    users: dict[str, int]


async def build_world(engine: AsyncEngine) -> World:
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        zone = "America/Sao_Paulo"
        north = Company(name="Norte", legal_name="Norte Telecom Ltda", cnpj="12ABC34501DE35", time_zone=zone)
        south = Company(name="Sul", legal_name="Sul Fibra Ltda", cnpj="11222333000181", time_zone=zone)
        alto = City(name="Alto", state="MG", ibge_code="3106200", latitude=-19.9, longitude=-43.9)
        baixo = City(name="Baixo", state="MG", ibge_code="3118601", latitude=-19.9, longitude=-44.1)
        session.add_all([north, south, alto, baixo])
        await session.flush()
        unit = BusinessUnit(company_id=north.id, name="Residencial")
        other_unit = BusinessUnit(company_id=north.id, name="Corporativo")
        south_unit = BusinessUnit(company_id=south.id, name="Residencial")
        session.add_all([unit, other_unit, south_unit])
        everything, clerk = Role(name="administrador"), Role(name="atendente")
        session.add_all([everything, clerk])
        await session.flush()
        session.add(RolePermission(role_id=everything.id, module="*", action="*"))
        for module, action in (
            ("receivables", "read"),
            ("receivables", "issue"),
            ("receivables", "settle"),
            ("receivables", "cancel"),
            ("network", "read"),
            ("network", "write"),
            ("access", "read"),
            ("access", "write"),
            ("care", "read"),
            ("care", "write"),
            ("requests", "read"),
            ("requests", "work"),
            ("orders", "read"),
            ("orders", "open"),
            ("orders", "move"),
            ("field", "read"),
            ("field", "write"),
            ("subscribers", "read"),
        ):
            session.add(RolePermission(role_id=clerk.id, module=module, action=action))
        users = {
            name: AppUser(login=name, name=name.title(), password_hash=_HASH, active=True, locale="pt-BR")
            for name in ("root", "alto", "south", "nobody")
        }
        session.add_all(users.values())
        await session.flush()
        session.add_all(
            [
                UserGrant(user_id=users["root"].id, role_id=everything.id),
                UserGrant(user_id=users["alto"].id, role_id=clerk.id, company_id=north.id, city_id=alto.id),
                UserGrant(user_id=users["south"].id, role_id=clerk.id, company_id=south.id),
            ]
        )
        people = [
            Subscriber(
                company_id=company.id,
                business_unit_id=business_unit.id,
                city_id=city.id,
                code=code,
                kind="person",
                name=name,
                document=document,
                status="active",
                since=date(2024, 1, 10),
                due_day=10,
            )
            for company, business_unit, city, code, name, document in (
                (north, unit, alto, "1", "Assinante do Alto", "11144477735"),
                (north, unit, baixo, "2", "Assinante do Baixo", "52998224725"),
                (south, south_unit, alto, "1", "Assinante do Sul", "12345678909"),
            )
        ]
        reason = CancellationReason(applies_to="receivable", text="Cobrança em duplicidade", active=True)
        refusal = CancellationReason(applies_to="request", text="Pedido repetido", active=True)
        kinds = [
            RequestKind(company_id=north.id, name=name, department=department, deadline_days=days)
            for name, department, days in (
                ("Proposta de plano", "commercial", 7),
                ("Contestação de cobrança", "finance", 7),
                ("Mudança de endereço", "technical", 10),
            )
        ]
        session.add_all([*people, reason, refusal, *kinds])
        await session.flush()
        return World(
            north=north.id,
            south=south.id,
            unit=unit.id,
            other_unit=other_unit.id,
            south_unit=south_unit.id,
            alto=alto.id,
            baixo=baixo.id,
            subscriber_alto=people[0].id,
            subscriber_baixo=people[1].id,
            subscriber_south=people[2].id,
            reason=reason.id,
            users={name: user.id for name, user in users.items()},
        )


async def owe(
    engine: AsyncEngine,
    world: World,
    subscriber: int,
    amount: str = "100.00",
    *,
    due_on: date = TODAY,
    issued_on: date = date(2026, 11, 10),
) -> int:
    """An open receivable of one of the world's subscribers, written without an action."""
    places = {
        world.subscriber_alto: (world.north, world.unit, world.alto),
        world.subscriber_baixo: (world.north, world.unit, world.baixo),
        world.subscriber_south: (world.south, world.south_unit, world.alto),
    }
    company, unit, city = places[subscriber]
    async with AsyncSession(engine) as session, session.begin():
        receivable = Receivable(
            company_id=company,
            business_unit_id=unit,
            city_id=city,
            subscriber_id=subscriber,
            amount=Decimal(amount),
            settled_amount=Decimal(0),
            issued_on=issued_on,
            due_on=due_on,
            reference_month=due_on.replace(day=1),
            status="open",
        )
        session.add(receivable)
        await session.flush()
        return receivable.id
