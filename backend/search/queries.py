"""Answers the search: exact and prefix questions first, words of names and addresses next, resemblance last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import select, union_all
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from backend.errors import Problem
from backend.search import probes
from backend.search.ranking import BEGINS, EQUAL, HOLDS, RESEMBLES, Hit, Ranked, ranked
from backend.search.schemas import Found, SearchPage
from backend.search.what import LONGEST, Typed, read
from backend.subscribers import shown
from db.models import City, Subscriber, SubscriberAddress
from db.scope import within
from db.session import ReadSession
from realtime.scope import Scope

DEADLINE_MS = 2000
LONG_ENOUGH_TO_RESEMBLE = 4
NEAR = 0.45
"""Share of a word's trigrams that a name must have: one letter wrong in five."""
_TIMED_OUT = "57014"


class CannotSearch(Problem):
    """What was typed cannot be looked for; the sentence says what to type."""

    code = "cannot-search"
    title = "This cannot be searched for"


async def search(db: ReadSession, scope: Scope, q: str, limit: int) -> SearchPage:
    """At most `limit` subscribers of the scope. Nothing for less than two letters or digits. Raises CannotSearch."""
    if len(q) > LONGEST:
        raise CannotSearch(f"A search has at most {LONGEST} characters. Type a name, a number or a part of one.")
    typed = read(q)
    if not typed:
        return SearchPage([], more=False)
    await db.execute(sql(f"SET LOCAL statement_timeout = {DEADLINE_MS}"))
    # A plan for these very values: how many rows a prefix has depends on the prefix.
    await db.execute(sql("SET LOCAL plan_cache_mode = force_custom_plan"))
    try:
        best = ranked(await _hits(db, scope, typed, limit), typed)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _TIMED_OUT:
            raise
        raise CannotSearch("Too many subscribers fit to be looked through in time. Type more of it.") from error
    return SearchPage(await _shown(db, scope, best[:limit]), more=len(best) > limit)


async def _hits(db: ReadSession, scope: Scope, typed: Typed, limit: int) -> list[Hit]:
    """Stops at the first tier that fills the answer: what comes later is worse."""
    hits: list[Hit] = []
    for tier, asked in _tiers(scope, typed):
        hits += await _ask(db, asked, tier)
        if len({hit.subscriber_id for hit in hits}) > limit:
            return hits
    if not hits and len("".join(typed.words)) >= LONG_ENOUGH_TO_RESEMBLE and not typed.digits:
        await db.execute(sql(f"SET LOCAL pg_trgm.word_similarity_threshold = {NEAR}"))
        hits = await _ask(db, [probes.name_resembles(scope, typed)], RESEMBLES)
    return hits


def _tiers(scope: Scope, typed: Typed) -> Iterator[tuple[int, list[probes.Probe]]]:
    if typed.key or typed.login or typed.address:
        yield EQUAL, list(probes.numbers(scope, typed, exact=True))
        yield BEGINS, list(probes.numbers(scope, typed, exact=False))
    if typed.words:
        if not typed.digits:
            yield BEGINS, [probes.name_begins(scope, typed)]
            yield HOLDS, [probes.name_has(scope, typed)]
        yield HOLDS, [probes.address_has(scope, typed)]


async def _ask(db: ReadSession, asked: Sequence[probes.Probe], tier: int) -> list[Hit]:
    """All of them in one round trip."""
    if not asked:
        return []
    query: Any = asked[0] if len(asked) == 1 else union_all(*(select(each.subquery()) for each in asked))
    return [Hit(number, field, text, tier) for number, field, text in await db.execute(query)]


async def _shown(db: ReadSession, scope: Scope, best: list[Ranked]) -> list[Found]:
    place = (
        select(SubscriberAddress.neighbourhood)
        .where(SubscriberAddress.subscriber_id == Subscriber.id)
        .order_by(SubscriberAddress.kind != "installation", SubscriberAddress.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = await db.execute(
        select(Subscriber, City.name, place)
        .join(City, City.id == Subscriber.city_id)
        .where(
            Subscriber.id.in_([each.subscriber_id for each in best]),
            within(scope, Subscriber.company_id, Subscriber.business_unit_id, Subscriber.city_id),
        )
    )
    known = {subscriber.id: (subscriber, city, neighbourhood) for subscriber, city, neighbourhood in rows}
    found = []
    for each in best:
        subscriber, city, neighbourhood = known[each.subscriber_id]
        found.append(
            msgspec.convert(
                {
                    "id": subscriber.id,
                    "code": subscriber.code,
                    "name": subscriber.name,
                    "trade_name": subscriber.trade_name,
                    "document": shown.document(subscriber.document),
                    "kind": subscriber.kind,
                    "status": subscriber.status,
                    "city": city,
                    "neighbourhood": neighbourhood,
                    "why": each.why,
                },
                Found,
            )
        )
    return found
