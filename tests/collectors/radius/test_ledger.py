"""What the rows say after batches of notices, against what the lives say without a database."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.radius.clients import Client
from collectors.radius.closing import Closing
from collectors.radius.ledger import Heard, Ledger
from collectors.radius.packet import Kind, Notice, check_header, read
from collectors.radius.rows import Moves
from collectors.radius.silence import LOST_AFTER_S
from collectors.radius.statements import HEARD
from db.vault import Vault
from realtime.facts import Recorded
from realtime.scope import Place
from tests.collectors.lab import SECRET as VAULT_SECRET
from tests.collectors.lab import Lab
from tests.collectors.radius.provider import add_login, add_nas, ended_sessions, open_sessions
from tests.collectors.radius.wire import SECRET, request

NOW = datetime.now(UTC).replace(microsecond=0)
T = int(NOW.timestamp()) - 3600


class Books:
    """A ledger that stores for one NAS, and its closing, at a clock of the test's."""

    def __init__(self, lab: Lab, client: Client) -> None:
        self.lab = lab
        self.client = client
        self.now = NOW
        self.rung: list[Recorded] = []

        async def ring(facts: list[Recorded]) -> None:
            self.rung.extend(facts)

        self.ledger = Ledger(lab.engine, ring=ring, clock=lambda: self.now)
        self.closing = Closing(lab.engine, ring=ring, clock=lambda: self.now)

    async def store(self, *notices: Notice) -> Moves:
        return await self.ledger.store([Heard(self.client, each) for each in notices])

    async def open(self) -> dict[str, int]:
        """Session id -> octets from the subscriber, of those that count as online."""
        query = text(
            "SELECT s.session_id, s.in_octets FROM session s JOIN nas n ON n.id = s.nas_id "
            "WHERE NOT s.unknown AND s.last_at >= coalesce(n.reloaded_at, '-infinity')"
        )
        async with self.lab.engine.connect() as db:
            return {row[0]: row[1] for row in await db.execute(query)}


@pytest.fixture
async def books(lab: Lab, engine: AsyncEngine) -> Books:
    nas = await add_nas(engine, lab.world, Vault(VAULT_SECRET), "192.0.2.1")
    return Books(lab, Client(nas, ip_network("192.0.2.1"), SECRET, Place(lab.world.north, None, lab.world.alto)))


def said(status: str, session: str = "1", at: int = 0, octets: int | None = None, **more: Any) -> Notice:
    """`at` counts from an hour ago; a session that says nothing else began at 0."""
    more = {"login": "Baixo@Norte", "address": "100.64.0.1", "mac": "AA:BB:CC:DD:EE:01"} | more
    if status in ("interim", "stop"):
        more.setdefault("seconds", at)
    if octets is not None:
        more |= {"octets_in": octets, "octets_out": 2 * octets}
    data = request(status, session, at=T + at, **more)
    check_header(data)
    return read(data, SECRET, T + at + 0.25).notice


async def test_a_known_login_gives_a_session_its_subscriber_plan_and_place(books: Books) -> None:
    world = books.lab.world
    contract, product = await add_login(books.lab.engine, world, "baixo@norte")
    moves = await books.store(said("start"))
    (session,) = await open_sessions(books.lab.engine)
    assert (session.contract_id, session.product_id, session.subscriber_id) == (
        contract,
        product,
        world.subscriber_baixo,
    )
    assert (session.city_id, session.business_unit_id, session.login) == (world.baixo, world.unit, "baixo@norte")
    ((about, move),) = moves.sessions.items()
    assert about == (Place(world.north, world.unit, world.baixo), books.client.id)
    assert (move.started, move.ended, move.subscribers) == (1, 0, {world.subscriber_baixo})


async def test_an_unknown_login_is_at_its_nas_until_somebody_enters_it(books: Books) -> None:
    world = books.lab.world
    await books.store(said("start"))
    (session,) = await open_sessions(books.lab.engine)
    assert (session.contract_id, session.city_id) == (None, world.alto)
    contract, _ = await add_login(books.lab.engine, world, "baixo@norte")
    await books.store(said("interim", at=300, octets=5))
    (session,) = await open_sessions(books.lab.engine)
    assert (session.contract_id, session.city_id, session.in_octets) == (contract, world.baixo, 5)


async def test_a_session_moves_to_the_history_whole(books: Books) -> None:
    await books.store(said("start"))
    await books.store(said("interim", at=300, octets=5 << 32))
    moves = await books.store(said("stop", at=700, octets=6 << 32, cause=2))
    assert await open_sessions(books.lab.engine) == []
    (ended,) = await ended_sessions(books.lab.engine)
    assert (ended.in_octets, ended.out_octets, ended.cause, ended.ended) == (6 << 32, 12 << 32, 2, "stop")
    assert (ended.started_at.timestamp(), ended.ended_at.timestamp()) == (T, T + 700)
    assert (str(ended.address), ended.mac) == ("100.64.0.1", "aabbccddee01")
    assert [move.ended for move in moves.sessions.values()] == [1]


async def test_the_same_batch_again_changes_nothing(books: Books) -> None:
    batch = [said("start"), said("interim", at=300, octets=5), said("start", "2", 10, login="x"), said("stop", at=400)]
    await books.store(*batch)
    before = ([_row(s) for s in await open_sessions(books.lab.engine)], len(await ended_sessions(books.lab.engine)))
    moves = await books.store(*batch)
    after = ([_row(s) for s in await open_sessions(books.lab.engine)], len(await ended_sessions(books.lab.engine)))
    assert before == after
    assert (moves.sessions, moves.ignored) == ({}, 4)


def _row(session: Any) -> tuple[Any, ...]:
    return (session.id, session.session_id, session.in_octets, session.last_at)


async def test_shuffled_doubled_and_cut_into_any_batches_it_comes_to_the_same(books: Books) -> None:
    chance = random.Random(4)
    notices: list[Notice] = []
    for number in range(40):
        name, login = str(number), f"s{number}"
        notices += [said("start", name, login=login)]
        notices += [said("interim", name, 300 * n, 1000 * n + number, login=login) for n in (1, 2, 3)]
        if number % 2:
            notices.append(said("stop", name, 1000, 4000 + number, login=login))
    heard = notices + chance.choices(notices, k=60)
    chance.shuffle(heard)
    while heard:
        size = chance.randint(1, 40)
        await books.store(*heard[:size])
        heard = heard[size:]
    assert await books.open() == {str(n): 3000 + n for n in range(0, 40, 2)}
    ended = {each.session_id: each.in_octets for each in await ended_sessions(books.lab.engine)}
    assert ended == {str(n): 4000 + n for n in range(1, 40, 2)}


async def test_a_reload_ends_sessions_at_once_and_their_rows_follow(books: Books) -> None:
    await books.store(*(said("start", str(n), login=f"s{n}") for n in range(5)))
    moves = await books.store(said("on", at=600), said("start", "9", 610, login="s0"))
    assert moves.reloaded == {books.client.id}
    assert await books.open() == {"9": 0}
    assert [type(each.fact).__name__ for each in books.rung] == ["NasReloaded"]
    assert await books.closing.reloaded() == [books.client.id]
    closed = await books.closing.close_reloaded(books.client.id)
    assert sum(move.ended for move in closed.sessions.values()) == 5
    assert {(s.ended, s.ended_at.timestamp()) for s in await ended_sessions(books.lab.engine)} == {("reload", T + 600)}
    assert await books.closing.reloaded() == []
    assert [s.session_id for s in await open_sessions(books.lab.engine)] == ["9"]


async def test_a_reload_told_twice_is_one_fact(books: Books) -> None:
    for _ in range(2):
        await books.store(said("off", at=590), said("on", at=600))
    assert [getattr(each.fact, "kind_of_notice", "") for each in books.rung] == ["off", "on"]


async def test_a_session_that_outlived_the_reload_is_back_with_its_next_interim(books: Books) -> None:
    await books.store(said("start"), said("interim", at=300, octets=5))
    (before,) = await open_sessions(books.lab.engine)
    await books.store(said("on", at=600))
    await books.closing.close_reloaded(books.client.id)
    await books.store(said("interim", at=900, octets=9))
    (after,) = await open_sessions(books.lab.engine)
    assert (after.id, after.in_octets, after.started_at) == (before.id, 9, before.started_at)
    assert await ended_sessions(books.lab.engine) == []


async def test_silence_makes_a_session_unknown_then_lost_and_a_word_brings_it_back(books: Books) -> None:
    await books.store(said("start"), said("interim", at=300, octets=5))
    heard = datetime.fromtimestamp(T + 300.25, UTC)
    books.now = heard + timedelta(seconds=950)
    assert await books.closing.judge_silence(heard) == []
    books.now = heard + timedelta(seconds=970)
    (moves,) = await books.closing.judge_silence(heard)
    assert moves.sessions and await books.open() == {}
    assert await books.closing.judge_silence(heard) == []
    books.now = heard + timedelta(seconds=970 + LOST_AFTER_S)
    await books.closing.judge_silence(heard)
    (ended,) = await ended_sessions(books.lab.engine)
    assert (ended.ended, ended.ended_at.timestamp()) == ("lost", T + 300)
    await books.store(said("interim", at=2400, octets=7))
    assert await books.open() == {"1": 7}
    assert await ended_sessions(books.lab.engine) == []


async def test_while_nobody_listened_nobody_was_silent(books: Books) -> None:
    await books.store(said("start"), said("interim", at=300, octets=5))
    books.now = NOW + timedelta(days=5)
    assert await books.closing.judge_silence(books.now) == []
    assert await books.open() == {"1": 5}


async def test_a_stop_without_a_partition_makes_it(books: Books) -> None:
    async with books.lab.engine.begin() as db:
        leaves = text("SELECT relid::text FROM pg_partition_tree('session_history') WHERE isleaf")
        for name in (await db.execute(leaves)).scalars().all():
            await db.execute(text(f"DROP TABLE {name}"))
    await books.store(said("stop", at=700, octets=6))
    assert len(await ended_sessions(books.lab.engine)) == 1


async def test_no_index_stands_on_what_an_interim_changes(lab: Lab) -> None:
    """Or updates would not stay in place (HOT), and the open sessions would not stay small."""
    query = text(
        "SELECT DISTINCT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey) "
        "WHERE indrelid = 'session'::regclass"
    )
    async with lab.engine.connect() as db:
        indexed = set((await db.execute(query)).scalars())
    changed = set(re.findall(r"(\w+) = ", HEARD.text.partition("FROM unnest")[0]))
    assert "last_at" in changed and "key" in indexed
    assert indexed & changed == {"mac", "address"}  # these get the value they have


def test_kinds_are_those_of_the_rfc() -> None:
    assert [int(kind) for kind in Kind] == [1, 2, 3, 7, 8]
