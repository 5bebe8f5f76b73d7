"""The world that panels are asked about."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.world import World, build_world


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    return await build_world(engine)
