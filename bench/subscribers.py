"""A million subscribers with all that a search looks at, made in bulk: no triggers, indexes built at the end."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from demo.people import FIRST_NAMES, NEIGHBOURHOODS, STREETS, SURNAMES

CITIES = 20
TABLES = (
    "subscriber", "subscriber_address", "subscriber_phone", "contract", "internet_login", "equipment", "contact",
)  # fmt: skip

_PLACES = """
INSERT INTO company (name, legal_name, cnpj)
VALUES ('Norte', 'Norte', '11222333000181'), ('Sul', 'Sul', '12ABC34501DE35');
INSERT INTO business_unit (company_id, name) SELECT id, 'Residencial' FROM company;
INSERT INTO city (name, state, ibge_code)
SELECT 'Cidade ' || n, 'MG', (3100000 + n)::text FROM generate_series(1, :cities) n
"""
_FILL = """
CREATE TEMP TABLE person ON COMMIT DROP AS
SELECT n AS id, 1 + n % 2 AS company, 1 + n % :cities AS city, md5(n::text) AS dice,
       ('x' || substr(md5(n::text), 1, 6))::bit(24)::int AS a, ('x' || substr(md5(n::text), 7, 6))::bit(24)::int AS b,
       ('x' || substr(md5(n::text), 13, 6))::bit(24)::int AS c, ('x' || substr(md5(n::text), 19, 6))::bit(24)::int AS d
FROM generate_series(1, :subscribers) n;
INSERT INTO subscriber (id, company_id, business_unit_id, city_id, code, kind, name, document, status, since,
                        due_day, rg)
OVERRIDING SYSTEM VALUE
SELECT id, company, company, city, lpad(id::text, 7, '0'), 'person',
       concat_ws(' ', (:first)[1 + a % cardinality(:first)], (:last)[1 + b % cardinality(:last)],
                      (:last)[1 + c % cardinality(:last)], (:last)[1 + d % cardinality(:last)]),
       lpad((a::bigint * 5821 % 100000000000)::text, 11, '0'), 'active', '2024-01-10', 10,
       'MG' || (10000000 + b % 9000000)
FROM person;
INSERT INTO subscriber_address (id, subscriber_id, kind, street, number, neighbourhood, city_id, state, postal_code,
                                condominium, pole)
OVERRIDING SYSTEM VALUE
SELECT id, id, 'installation', (:streets)[1 + b % cardinality(:streets)], (1 + c % 2000)::text,
       (:places)[1 + d % cardinality(:places)] || ' ' || city, city, 'MG', '36570000',
       CASE WHEN id % 5 = 0 THEN 'Residencial ' || (:last)[1 + a % cardinality(:last)] || ' ' || d % 50 END,
       'P' || lpad((a % 100000)::text, 6, '0')
FROM person;
INSERT INTO subscriber_phone (subscriber_id, number)
SELECT id, '+5531' || (900000000 + a::bigint * 7 % 99999999) FROM person;
INSERT INTO contract (id, company_id, business_unit_id, city_id, subscriber_id, address_id, status, signed_on)
OVERRIDING SYSTEM VALUE SELECT id, company, company, city, id, id, 'active', '2024-01-10' FROM person;
INSERT INTO internet_login (company_id, contract_id, subscriber_id, login)
SELECT company, id, id, lower(substr(dice, 1, 8)) || id || '@norte' FROM person;
INSERT INTO equipment (company_id, subscriber_id, contract_id, kind, model, serial, tag)
SELECT company, id, id, 'onu', 'F670L', 'ZTEG' || upper(substr(dice, 1, 8)) || id,
       'T' || lpad(id::text, 7, '0') FROM person;
INSERT INTO contact (company_id, business_unit_id, city_id, protocol, subscriber_id)
SELECT company, company, city, '202611' || lpad(id::text, 7, '0'), id FROM person WHERE id % 3 = 0
"""


def _array(words: tuple[str, ...]) -> str:
    return "ARRAY[" + ", ".join("'" + word.replace("'", "''") + "'" for word in words) + "]"


async def fill(engine: AsyncEngine, subscribers: int) -> None:
    """As the owner of the server: foreign keys are not looked at, which the statements hold by themselves."""
    values = {
        ":cities": str(CITIES), ":subscribers": str(subscribers), ":first": _array(FIRST_NAMES),
        ":last": _array(SURNAMES), ":streets": _array(STREETS), ":places": _array(NEIGHBOURHOODS),
    }  # fmt: skip
    async with engine.begin() as db:
        await db.execute(text("SET LOCAL session_replication_role = replica"))
        await db.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
        indexes = await _drop_indexes(db)
        for statement in (_PLACES + ";" + _FILL).split(";"):
            for name, value in values.items():
                statement = statement.replace(name, value)
            await db.exec_driver_sql(statement)
        for definition in indexes:
            await db.exec_driver_sql(definition)
    async with engine.connect() as db:
        await (await db.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))


async def _drop_indexes(db: AsyncConnection) -> list[str]:
    """Takes away every index that is not a constraint's, and answers how to make them again."""
    rows = await db.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables) AND indexname LIKE 'ix\\_%' "
            "AND schemaname = 'public'"
        ),
        {"tables": list(TABLES)},
    )
    found = [(name, definition) for name, definition in rows]
    for name, _ in found:
        await db.execute(text(f"DROP INDEX {name}"))
    return [definition for _, definition in found]
