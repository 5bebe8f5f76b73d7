"""A log helps whoever reads it, and gives nothing away to whoever should not."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import AppUser

FAILS = """
import io, structlog
from farol.logging import configure

class Out(io.StringIO):
    def isatty(self):
        return {terminal}

out = Out()
configure("serve", out)

def sign_in(password):
    raise ValueError("no such user")

try:
    sign_in(" ".join(("correct", "horse")))
except ValueError as error:
    structlog.get_logger("farol.http").error("request failed", exc_info=error)
print(out.getvalue())
"""


@pytest.mark.parametrize("terminal", [True, False])
def test_a_trace_shows_where_but_no_values_of_variables(terminal: bool) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FAILS.format(terminal=terminal)], capture_output=True, text=True, timeout=60, check=True
    )
    assert "no such user" in run.stdout
    assert "sign_in" in run.stdout
    assert "correct horse" not in run.stdout


async def test_a_database_error_names_the_table_and_no_content(engine: AsyncEngine) -> None:
    values = {"login": "ana", "name": "Ana", "password_hash": "$argon2id$secret"}
    async with engine.connect() as db:
        await db.execute(insert(AppUser).values(**values))
        with pytest.raises(IntegrityError) as failure:
            await db.execute(insert(AppUser).values(**values))
    assert "app_user" in str(failure.value)
    assert "argon2id" not in str(failure.value)
