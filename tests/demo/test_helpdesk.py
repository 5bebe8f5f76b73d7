"""The demo's help desk works through REST, and what it leaves behind is as the actions would have it."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime

from demo.care import KINDS, kind_id
from demo.helpdesk import HelpDesk
from demo.places import COMPANIES
from tests.demo.conftest import Seeded
from tests.demo.test_seed import INVARIANTS
from tests.demo.test_simulate import count, free_tcp_port, served, until

WHAT = ("started", "identified", "asked", "noted", "ended", "taken", "closed")


async def test_contacts_are_answered_and_requests_worked_through_across_a_restart_of_the_server(
    own_demo: Seeded,
) -> None:
    port = free_tcp_port()
    contacts = await count(own_demo.engine, "SELECT count(*) FROM contact")
    desk = HelpDesk(f"http://127.0.0.1:{port}", clock=lambda: datetime.now(UTC), rng=random.Random(5), haste=2000)
    work = asyncio.create_task(desk.work())
    try:
        async with served(own_demo.url, port):
            await until(lambda: desk.done["started"] >= 5 and desk.done["taken"] >= 1)
        reached = desk.done["started"]
        async with served(own_demo.url, port):
            await until(lambda: all(desk.done[what] for what in WHAT) and desk.done["started"] > reached + 5)
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
    assert set(desk.refused) <= {409}
    assert await count(own_demo.engine, "SELECT count(*) FROM contact") >= contacts + desk.done["started"]
    for sentence in INVARIANTS:
        if "request" in sentence:
            assert await count(own_demo.engine, INVARIANTS[sentence]) == 0, sentence


def test_kinds_have_an_id_of_their_own_in_each_company() -> None:
    ids = [kind_id(company.id, kind) for company in COMPANIES for kind in KINDS]
    assert ids == list(range(1, len(ids) + 1))
