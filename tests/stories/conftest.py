"""Stories cross every room: real processes, real servers, a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from farol.embedded.postgres import EmbeddedPostgres
from farol.embedded.valkey import EmbeddedValkey
from frontend.build import ensure_built
from tests.stories.house import PAGES, House, house


@pytest.fixture(scope="session")
def pages() -> Path:
    """The built pages."""
    return ensure_built(PAGES)


@pytest.fixture
async def home(
    tmp_path: Path, pages: Path, own_postgres: EmbeddedPostgres, valkey_server: EmbeddedValkey
) -> AsyncIterator[House]:
    """An open house for this test alone."""
    async with house(tmp_path, own_postgres, valkey_server) as made:
        yield made
