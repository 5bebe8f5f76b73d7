from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.collectors.lab import Lab, build_lab


@pytest.fixture
async def lab(database_url: str, engine: AsyncEngine) -> Lab:
    return await build_lab(database_url, engine)
