"""The one way to reach Postgres: an asyncpg engine with deadlines, and JSON by msgspec."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

STATEMENT_TIMEOUT_S = 15
IDLE_IN_TRANSACTION_TIMEOUT_S = 60
CONNECT_TIMEOUT_S = 10
POOL_TIMEOUT_S = 10
OVERFLOW = 5
"""Connections above the pool's size, for bursts."""


def driver_url(url: str) -> URL:
    """Any spelling of a Postgres URL (`postgres://`, `postgresql://`, with or without a driver) on our driver.

    `sslmode`, as libpq and every hosted database spell it, becomes the driver's `ssl`.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() not in ("postgres", "postgresql"):
        raise ValueError(f"DATABASE_URL must be a postgresql:// URL, not {parsed.drivername}://")
    options = {"ssl" if name == "sslmode" else name: value for name, value in parsed.query.items()}
    return parsed.set(drivername="postgresql+asyncpg", query=options)


def encode_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def create_engine(
    url: str,
    *,
    pool_size: int = 10,
    application_name: str = "farol",
    statement_timeout_s: float = STATEMENT_TIMEOUT_S,
) -> AsyncEngine:
    """A pool on `url`. Nothing is connected until the first use.

    The server ends a statement after `statement_timeout_s` (0: never); the client gives up a little later, for a
    server that does not answer at all. JIT is off: it costs more than our short queries.
    """
    engine = create_async_engine(
        driver_url(url),
        json_serializer=encode_json,
        json_deserializer=msgspec.json.decode,
        hide_parameters=True,  # an error in a log shows no names, amounts or digests
        pool_size=pool_size,
        max_overflow=OVERFLOW,
        pool_timeout=POOL_TIMEOUT_S,
        # The connection that was used last has its statements prepared; in turn, each would prepare all of them.
        pool_use_lifo=True,
        connect_args={
            "timeout": CONNECT_TIMEOUT_S,
            "command_timeout": statement_timeout_s + 5 if statement_timeout_s else None,
            "prepared_statement_cache_size": 500,
            "server_settings": {
                "application_name": application_name,
                "statement_timeout": str(round(statement_timeout_s * 1000)),
                "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_S * 1000),
                "jit": "off",
                "timezone": "UTC",
            },
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: Any, record: Any, fairy: Any) -> None:
    """After a restart of Postgres, pooled connections know that they were closed: replace them all, without a ping."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError("the server closed this connection")
