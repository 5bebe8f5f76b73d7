"""The SQL of a scope says what `Scope.covers` says, for every place."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, column, select, values
from sqlalchemy.ext.asyncio import AsyncEngine

from db.scope import within
from realtime.scope import Place, Reach, Scope

IDS = (1, 2, 3)
PLACES = [Place(*place) for place in itertools.product(IDS, (None, *IDS), (None, *IDS))]

axis = st.sampled_from((0, *IDS))
# Not normalised by Scope.of: the SQL must hold for reaches inside one another too.
scopes = st.lists(st.builds(Reach, axis, axis, axis), max_size=4).map(lambda reaches: Scope(tuple(reaches)))

places = values(
    column("company", BigInteger), column("unit", BigInteger), column("city", BigInteger), name="places"
).data([(place.company_id, place.business_unit_id, place.city_id) for place in PLACES])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scope=scopes)
async def test_the_query_finds_what_the_scope_covers(engine: AsyncEngine, scope: Scope) -> None:
    condition = within(scope, places.c.company, places.c.unit, places.c.city)
    async with engine.connect() as connection:
        found = {Place(*row) for row in await connection.execute(select(places).where(condition))}
    assert found == {place for place in PLACES if scope.covers(place)}


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scope=scopes)
async def test_an_axis_that_a_table_lacks_counts_as_absent(engine: AsyncEngine, scope: Scope) -> None:
    async with engine.connect() as connection:
        by_company = set(await connection.scalars(select(places.c.company).where(within(scope, places.c.company))))
        without_unit = {
            tuple(row)
            for row in await connection.execute(
                select(places.c.company, places.c.city).where(within(scope, places.c.company, city=places.c.city))
            )
        }
    assert by_company == {company for company in IDS if scope.covers(Place(company, None, None))}
    assert without_unit == {
        (company, city) for company in IDS for city in (None, *IDS) if scope.covers(Place(company, None, city))
    }
