"""An office with the small world's database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.backend.imports.office import Office
from tests.world import World


@pytest.fixture
def office(engine: AsyncEngine, world: World, tmp_path: Path) -> Office:
    return Office(engine, tmp_path)
