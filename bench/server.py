"""The serving process that is measured: `python -m bench.server DATABASE_URL REDIS_URL PORT real|wall`.

Everything is as `farol serve` has it but the frontend; with `wall` the panels are made up (`bench.wall`).
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import uvicorn

from bench.wall import registry
from db.engine import create_engine
from farol.http_server import options
from farol.serve import wire
from farol.settings import Settings


def main(database_url: str, redis_url: str, port: str, panels: str) -> None:
    wiring = wire(
        engine=create_engine(database_url),
        redis_url=redis_url,
        secret=b"b" * 32,
        clock=lambda: datetime.now(UTC),
        build="bench",
        demo=False,
        registry=registry() if panels == "wall" else None,
    )
    settings = Settings(port=int(port))
    application = wiring.application(lifespan=wiring.running)
    uvicorn.run(application, host=settings.host, port=settings.port, log_level="warning", **options(settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
