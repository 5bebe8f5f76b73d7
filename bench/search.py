"""The search of the service desk over a million subscribers, key by key as it is typed, beside `ILIKE` over the tables.

What is typed are names, documents, phones, codes, logins, serial numbers and addresses of subscribers drawn by chance;
each prefix from two characters on is one question, as the box asks it, from the connection to the rows shown.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from statistics import quantiles
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.search.queries import search
from bench.figures import Figure
from bench.installation import installation
from bench.subscribers import fill
from db.engine import create_engine
from db.session import reading
from realtime.scope import EVERYWHERE, Reach, Scope

SUBSCRIBERS = 1_000_000
DRAWN = 12
TARGET_MS = 100.0
PEER_ASKED = 20
LIMIT = 12
"""What the box asks for."""

_KNOWN = text("""
    SELECT s.name, s.document, substr(p.number, 4), s.code, l.login, e.serial, a.street || ' ' || a.number
    FROM subscriber s JOIN subscriber_phone p ON p.subscriber_id = s.id JOIN internet_login l ON l.subscriber_id = s.id
    JOIN equipment e ON e.subscriber_id = s.id JOIN subscriber_address a ON a.subscriber_id = s.id WHERE s.id = :id
""")
KINDS = ("a name", "a CPF", "a phone", "a code", "a login", "a serial number", "an address")
_PEER = text("""
    SELECT s.id, s.name FROM subscriber s WHERE s.id IN (
        SELECT id FROM subscriber WHERE name ILIKE :like OR document ILIKE :like OR code ILIKE :like
        UNION ALL SELECT subscriber_id FROM subscriber_phone WHERE number ILIKE :like
        UNION ALL SELECT subscriber_id FROM internet_login WHERE login ILIKE :like
        UNION ALL SELECT subscriber_id FROM equipment WHERE serial ILIKE :like
        UNION ALL SELECT subscriber_id FROM subscriber_address WHERE street || ' ' || number ILIKE :like
    ) ORDER BY s.name LIMIT 12
""")


async def measure() -> list[Figure]:
    async with installation() as made:
        engine = create_engine(made.database_url, statement_timeout_s=0)
        try:
            await fill(engine, SUBSCRIBERS)
            return await figures(engine, SUBSCRIBERS)
        finally:
            await engine.dispose()


async def figures(engine: AsyncEngine, subscribers: int) -> list[Figure]:
    chance = random.Random("farol search")
    typed: dict[str, list[str]] = {kind: [] for kind in KINDS}
    async with reading(engine) as db:
        for number in chance.sample(range(1, subscribers + 1), DRAWN):
            row: Any = (await db.execute(_KNOWN, {"id": number})).one()
            for kind, whole in zip(KINDS, row, strict=True):
                typed[kind] += _as_typed(whole)
    for some in typed.values():
        await _ask(engine, EVERYWHERE, some[0])  # prepares, and fills the caches as the first minutes of a day do
    made, every = [], []
    for kind, some in typed.items():
        took = [await _ask(engine, EVERYWHERE, each) for each in some]
        every += took
        made.append(_figure(f"p99 per key of {kind}, {len(some)} keys", took, target=TARGET_MS))
    peer = [
        await _ilike(engine, each)
        for each in chance.sample([each for some in typed.values() for each in some], PEER_ASKED)
    ]
    narrow = [await _ask(engine, Scope.of(Reach(1, 0, 7)), each) for each in chance.sample(typed["a name"], 60)]
    made.append(_figure("p99 per key of a name, seeing one city of twenty", narrow, target=TARGET_MS))
    total = _figure(f"p99 per key, all {len(every)} keys", every, target=TARGET_MS)
    theirs = _figure("", peer).value
    made.append(
        Figure(
            what=total.what,
            value=total.value,
            unit="ms",
            target=TARGET_MS,
            peer=theirs,
            peer_name=f"ILIKE, {PEER_ASKED} of them",
        )
    )
    made.append(
        Figure(what="p50 per key, all of them", value=_at(every, 50), unit="ms", peer=_at(peer, 50), peer_name="ILIKE")
    )
    return made


def _as_typed(whole: str) -> Iterator[str]:
    return (whole[:length] for length in range(2, len(whole) + 1))


async def _ask(engine: AsyncEngine, scope: Scope, q: str) -> float:
    began = time.perf_counter()
    async with reading(engine) as db:
        await search(db, scope, q, LIMIT)
    return (time.perf_counter() - began) * 1000


async def _ilike(engine: AsyncEngine, q: str) -> float:
    began = time.perf_counter()
    async with reading(engine) as db:
        (await db.execute(_PEER, {"like": f"%{q}%"})).all()
    return (time.perf_counter() - began) * 1000


def _at(took: list[float], percent: int) -> float:
    return quantiles(took, n=100, method="inclusive")[percent - 1]


def _figure(what: str, took: list[float], *, target: float | None = None) -> Figure:
    return Figure(what=what, value=_at(took, 99), unit="ms", target=target)
