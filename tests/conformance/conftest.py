"""The world that panels are asked about."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.auth.secrets import hash_password
from db.models import AppUser, Role, UserGrant
from tests.world import PASSWORD, World, build_world


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    """With one user more: `baixo`, who may read everything in the city where nothing is seeded."""
    made = await build_world(engine)
    async with AsyncSession(engine) as session, session.begin():
        clerk = (await session.execute(select(Role.id).where(Role.name == "atendente"))).scalar_one()
        user = AppUser(login="baixo", name="Baixo", password_hash=hash_password(PASSWORD), active=True, locale="pt-BR")
        session.add(user)
        await session.flush()
        session.add(UserGrant(user_id=user.id, role_id=clerk, company_id=made.north, city_id=made.baixo))
    return made
