"""A provider of 5,000 subscribers with a year of receivables, so that the panels' queries have something to do."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.models import BusinessUnit, City, Company
from realtime.scope import Place

SUBSCRIBERS = 5_000
MONTHS = 12

_SUBSCRIBERS = text("""
    INSERT INTO subscriber (company_id, business_unit_id, city_id, code, kind, name, document, status, since, due_day)
    SELECT :company, :unit, :city, n::text, 'person', 'Assinante ' || n, lpad(n::text, 11, '0'), 'active',
           '2024-01-10', 10
    FROM generate_series(1, :subscribers) n
""")
_RECEIVABLES = text("""
    INSERT INTO receivable (company_id, business_unit_id, city_id, subscriber_id, amount, settled_amount, issued_on,
                            due_on, reference_month, status)
    SELECT :company, :unit, :city, s.id, 99.90, CASE WHEN paid THEN 99.90 ELSE 0 END, due - 20, due,
           date_trunc('month', due), CASE WHEN paid THEN 'paid' ELSE 'open' END
    FROM subscriber s, generate_series(0, :months - 1) m,
         LATERAL (SELECT CAST(:today AS date) - 30 * CAST(m AS int) + CAST(s.id % 15 AS int) AS due) d,
         LATERAL (SELECT m > 0 AND s.id % 20 > 0 AS paid) p
""")


async def populate(engine: AsyncEngine, today: date) -> tuple[Place, list[tuple[int, int]]]:
    """Where they all are, and the open receivables (id, subscriber) in order of id."""
    async with engine.begin() as db:
        company = await _made(db, Company, name="Norte", legal_name="Norte", cnpj="11222333000181", time_zone="UTC")
        city = await _made(db, City, name="Alto", state="MG", ibge_code="3106200", latitude=-19.9, longitude=-43.9)
        unit = await _made(db, BusinessUnit, company_id=company, name="Residencial")
        where = {"company": company, "unit": unit, "city": city}
        await db.execute(_SUBSCRIBERS, {**where, "subscribers": SUBSCRIBERS})
        await db.execute(_RECEIVABLES, {**where, "months": MONTHS, "today": today})
        owed = await db.execute(text("SELECT id, subscriber_id FROM receivable WHERE status = 'open' ORDER BY id"))
        found = [(int(receivable), int(subscriber)) for receivable, subscriber in owed]
    async with engine.connect() as db:
        await (await db.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
    return Place(company, unit, city), found


async def _made(db: AsyncConnection, model: type[Company | City | BusinessUnit], **values: Any) -> int:
    return (await db.execute(insert(model).values(**values).returning(model.id))).scalar_one()
