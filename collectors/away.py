"""What it looks like when Postgres is away, or answers nothing useful: worth another try, never worth dying of."""

from __future__ import annotations

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

AWAY = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


def reason(error: BaseException) -> str:
    """One line for a log, without the statement and its parameters."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:300]
