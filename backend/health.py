"""`/health/live`, `/health/ready` and `/metrics`: for supervisors, balancers and Prometheus, outside `/api/v1`."""

from __future__ import annotations

import asyncio

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from backend.services import Services

DEADLINE_S = 2.0


class Health(msgspec.Struct, frozen=True):
    """`parts` says in words how each part does; all are "ok" when the status is 200."""

    ready: bool
    build: str
    parts: dict[str, str]


@get("/health/live", tags=["health"], security=[])
async def live() -> dict[str, str]:
    return {"status": "ok"}


async def _database(services: Services) -> str:
    try:
        async with asyncio.timeout(DEADLINE_S), services.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception as error:
        # Whatever the reason, the answer is the same: not ready, and why.
        return f"away: {type(error).__name__}"
    return "ok"


@get("/health/ready", tags=["health"], security=[])
async def ready(services: NamedDependency[Services]) -> Response[Health]:
    parts = {
        "database": await _database(services),
        "bus": "deaf: it does not hear its own ring" if services.bus.deaf else "ok",
    }
    good = all(state == "ok" for state in parts.values())
    return Response(Health(good, services.build, parts), status_code=200 if good else 503)


@get("/metrics", media_type=CONTENT_TYPE_LATEST, include_in_schema=False)
async def metrics() -> bytes:
    return generate_latest()


ROUTES = [live, ready, metrics]
