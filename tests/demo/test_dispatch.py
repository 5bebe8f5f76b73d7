"""Field work of the demo: what crews do with their orders, and that it goes in by REST."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from demo.api import Api
from demo.dispatch import Dispatch
from demo.logins import LOGIN, PASSWORD
from demo.shift import Visit, draw, leaves_at, next_stage
from tests.demo.conftest import Seeded
from tests.demo.test_seed import INVARIANTS
from tests.demo.test_simulate import count, free_tcp_port, served, until

T0 = datetime(2026, 11, 24, 12, tzinfo=UTC)


def visit(number: int, stage: str = "scheduled", version: int = 1) -> Visit:
    return Visit(
        id=number,
        stage=stage,  # type: ignore[arg-type]
        since=T0,
        version=version,
        scheduled_from=T0,
        scheduled_until=T0 + timedelta(hours=1),
    )


def test_a_crew_decides_the_same_whenever_it_is_asked() -> None:
    for number in range(50):
        one = visit(number, "arrived")
        assert next_stage(one, T0) is None
        answers = {next_stage(one, T0 + timedelta(minutes=minutes)) for minutes in (2, 5, 50)}
        assert len(answers) == 1 and answers <= {"started", "failed"}
        assert 0 <= draw(one, "x") < 1


def test_most_visits_are_done_and_some_fail_or_are_forgotten() -> None:
    after = T0 + timedelta(hours=1)
    ends = Counter(next_stage(visit(number, "started"), after) for number in range(1000))
    assert set(ends) == {"done", "paused"} and ends["done"] > 900
    gone = [leaves_at(visit(number)) for number in range(1000)]
    late = sum(at is not None and at > T0 + timedelta(hours=1) for at in gone)
    assert 40 < late < 130
    assert next_stage(visit(1), after) is None
    assert leaves_at(visit(1, "open")) is None


async def test_orders_are_opened_given_out_and_carried_out_by_rest(own_demo: Seeded) -> None:
    """Two hours of field work, as fast as the server answers: the clock of the crews is ahead of the server's."""
    passed = timedelta()

    def clock() -> datetime:
        nonlocal passed
        passed += timedelta(seconds=20)
        return datetime.now(UTC) + passed

    before = await count(own_demo.engine, "SELECT count(*) FROM service_order_move")
    async with served(own_demo.url, free_tcp_port()) as url:
        rng = random.Random(5)
        async with Api(url, login=LOGIN, password=PASSWORD, rng=rng) as api:
            dispatch = Dispatch(api, clock=clock, rng=rng, haste=1000)
            work = asyncio.create_task(dispatch.work())
            done = dispatch.done
            wanted = ("opened", "scheduled", "en_route", "arrived", "started", "done")
            await until(lambda: work.done() or all(done[what] for what in wanted))
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
    assert not dispatch.refused
    moved = await count(own_demo.engine, "SELECT count(*) FROM service_order_move") - before
    # One that was under way at the end may have been stored without being counted.
    assert 0 <= moved - done.total() <= 1
    for sentence, sql in INVARIANTS.items():
        if "order" in sentence and ":now" not in sql:
            assert await count(own_demo.engine, sql) == 0, sentence
