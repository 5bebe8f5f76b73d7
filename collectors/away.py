"""What it looks like when Postgres is away: worth another try, and never worth dying of."""

from __future__ import annotations

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from db.partitions import sqlstate

AWAY = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
"""What may be raised when it is. Ask `is_away` too: a wrong statement raises the same."""

REFUSED = ("22", "23")
"""Classes of SQLSTATE that say the data is at fault."""

WRONG = ("42", *REFUSED)
"""Those and the statement: the next try would fail like this one."""


def state(error: BaseException) -> str:
    """Its SQLSTATE, empty when Postgres did not say one."""
    return sqlstate(error) or "" if isinstance(error, DBAPIError | asyncpg.PostgresError) else ""


def is_away(error: BaseException) -> bool:
    """Whether trying again may help. A lost connection has no SQLSTATE, or one of the other classes."""
    return not state(error).startswith(WRONG)


def reason(error: BaseException) -> str:
    """One line for a log, without the statement and its parameters."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"[:300]
