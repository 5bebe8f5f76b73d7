"""REST while PostgreSQL is killed and comes back."""

from __future__ import annotations

from typing import Any, cast

import httpx

from db.engine import create_engine
from farol.embedded.postgres import EmbeddedPostgres
from farol.serve import wire
from tests.backend.conftest import Clock
from tests.world import NOW, PASSWORD, build_world, owe

PAYMENT = {"amount": "10.00", "paid_on": "2026-11-24", "credited_on": "2026-11-24", "channel": "pix"}


async def test_a_killed_database_is_a_503_and_nothing_acknowledged_is_lost(own_postgres: EmbeddedPostgres) -> None:
    engine = create_engine(own_postgres.url)
    world = await build_world(engine)
    receivable = await owe(engine, world, world.subscriber_alto)
    parts = wire(engine=engine, redis_url="memory://", secret=b"0" * 32, clock=Clock(NOW), build="test", demo=False)
    transport = httpx.ASGITransport(app=cast(Any, parts.application()))
    async with parts.running(), httpx.AsyncClient(transport=transport, base_url="http://farol.test/api/v1") as client:
        signed_in = await client.post("/session", json={"login": "root", "password": PASSWORD})
        headers = {"X-CSRF-Token": signed_in.json()["csrf"], "Idempotency-Key": "first"}
        url = f"/receivables/{receivable}/settlements"
        first = await client.post(url, json=PAYMENT, headers=headers)
        assert first.status_code == 201

        await own_postgres.kill()
        for method, path in (("GET", "/receivables"), ("POST", url)):
            away = await client.request(method, path, headers=headers, json=PAYMENT if method == "POST" else None)
            assert away.status_code == 503, away.text
            assert away.headers["Retry-After"] == "2"
            assert away.headers["content-type"].startswith("application/problem+json")
        assert (await client.get("http://farol.test/health/ready")).status_code == 503
        assert (await client.get("http://farol.test/health/live")).status_code == 200

        await own_postgres.start()
        assert (await client.post(url, json=PAYMENT, headers=headers)).text == first.text
        kept = (await client.get(f"/receivables/{receivable}")).json()
        assert [settlement["amount"] for settlement in kept["settlements"]] == ["10.00"]
