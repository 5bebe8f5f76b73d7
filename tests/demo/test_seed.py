from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.events import history
from db.session import reading
from db.vault import Vault
from demo.copy import Batch
from demo.history import NO_ANSWER, samples
from demo.hours import ZONE
from demo.network import port_ids
from demo.plant import DEVICES, FLAPPING
from demo.seed import NotEmptyError, is_empty, rows, seed
from realtime.facts import PaymentReceived, ReceivableCancelled, ReceivableIssued
from realtime.registry import discover
from realtime.scope import EVERYWHERE, Reach, Scope
from tests.demo.conftest import SECRET, Seeded

AFTERNOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
FEW = 150

COUNTS = {
    "company": 2,
    "business_unit": 4,
    "city": 3,
    "subscriber": 5000,
    "subscriber_address": 5000,
    "contract": 5000,
    "device": 20,
    "device_state": 20,
    "port": 200,
    "app_user": 7,
    "nas": 4,
    "cancellation_reason": 16,
    "team": 9,
    "technician": 14,
    "order_kind": 12,
    "request_kind": 18,
}

# A sentence, and a query that counts what contradicts it.
INVARIANTS = {
    "what was settled is the sum of the settlements": """
        SELECT count(*) FROM receivable r
        LEFT JOIN (SELECT receivable_id, sum(applied) AS applied FROM settlement GROUP BY 1) s ON s.receivable_id = r.id
        WHERE r.settled_amount <> coalesce(s.applied, 0)""",
    "nothing is paid without a settlement": """
        SELECT count(*) FROM receivable r WHERE status = 'paid'
        AND (paid_at IS NULL OR NOT EXISTS (SELECT FROM settlement s WHERE s.receivable_id = r.id))""",
    "every surplus is a credit": """
        SELECT count(*) FROM settlement s FULL JOIN credit c ON c.settlement_id = s.id
        WHERE coalesce(s.credited, -1) <> coalesce(c.amount, 0)""",
    "a settlement is where its receivable is": """
        SELECT count(*) FROM settlement s JOIN receivable r ON r.id = s.receivable_id
        WHERE (s.company_id, s.business_unit_id, s.city_id) <> (r.company_id, r.business_unit_id, r.city_id)""",
    "settlements have ids in the order of their arrival": """
        SELECT count(*) FROM (SELECT recorded_at < lag(recorded_at) OVER (ORDER BY id) AS back FROM settlement) s
        WHERE back""",
    "no counter receipt is without somebody who took it": """
        SELECT count(*) FROM settlement WHERE (channel = 'counter') <> (author_id IS NOT NULL)""",
    "every bill, payment and cancellation left its fact": """
        SELECT abs((SELECT count(*) FROM event WHERE kind = 'ReceivableIssued') - (SELECT count(*) FROM receivable))
        + abs((SELECT count(*) FROM event WHERE kind = 'PaymentReceived') - (SELECT count(*) FROM settlement))
        + abs((SELECT count(*) FROM event WHERE kind = 'ReceivableCancelled')
              - (SELECT count(*) FROM receivable WHERE status = 'cancelled'))""",
    "an order stands where its last move left it": """
        SELECT count(*) FROM service_order o
        LEFT JOIN service_order_move m ON m.order_id = o.id AND m.version = o.version
        WHERE (m.after, m.at, m.team_id, m.technician_id, m.scheduled_from, m.scheduled_until, m.reason_id)
        IS DISTINCT FROM
        (o.stage, o.stage_since, o.team_id, o.technician_id, o.scheduled_from, o.scheduled_until, o.reason_id)""",
    "the moves of an order are in the order of time": """
        SELECT count(*) FROM (
            SELECT at < lag(at) OVER step AS back, before IS DISTINCT FROM lag(after) OVER step AS torn,
            version <> row_number() OVER step - 1 AS gap
            FROM service_order_move WINDOW step AS (PARTITION BY order_id ORDER BY version)
        ) m WHERE back OR torn OR gap""",
    "a technician who has an order belongs to its team": """
        SELECT count(*) FROM service_order o JOIN technician t ON t.id = o.technician_id
        WHERE t.team_id <> o.team_id OR t.city_id <> o.city_id""",
    "a request stands where its last step left it": """
        SELECT count(*) FROM request r
        LEFT JOIN LATERAL (
            SELECT kind, department, at FROM request_move m WHERE m.request_id = r.id ORDER BY id DESC LIMIT 1
        ) m ON true
        WHERE m.department IS DISTINCT FROM r.department
        OR (m.kind IN ('closed', 'cancelled')) <> (r.status <> 'open')
        OR (m.kind = 'taken') <> (r.status = 'open' AND r.taken_by IS NOT NULL)""",
    "a request was opened in a contact of the same subscriber": """
        SELECT count(*) FROM request r LEFT JOIN contact c ON c.id = r.contact_id
        WHERE c.subscriber_id IS DISTINCT FROM r.subscriber_id OR c.started_at > r.opened_at""",
    "protocols count up without a gap, and the next one is free": """
        SELECT count(*) FROM protocol_month p WHERE p.last <> (
            SELECT count(*) FROM contact c WHERE left(c.protocol, 6) = p.month
        ) OR p.month || lpad(p.last::text, 6, '0') <> (
            SELECT max(protocol) FROM contact c WHERE left(c.protocol, 6) = p.month
        )""",
    "months have no gap": """
        SELECT 13 - count(DISTINCT reference_month) FROM receivable
        WHERE reference_month > (CAST(:now AS timestamptz) AT TIME ZONE 'America/Sao_Paulo') - interval '13 months'
        AND reference_month <= (CAST(:now AS timestamptz) AT TIME ZONE 'America/Sao_Paulo')""",
}

INSTANTS = (
    ("receivable", "created_at"),
    ("receivable", "paid_at"),
    ("receivable", "cancelled_at"),
    ("settlement", "recorded_at"),
    ("service_order", "created_at"),
    ("service_order", "stage_since"),
    ("service_order_move", "at"),
    ("contact", "started_at"),
    ("contact", "ended_at"),
    ("request", "opened_at"),
    ("request", "ended_at"),
    ("request_move", "at"),
    ("subscriber_note", "at"),
    ("subscriber", "created_at"),
    ("contract", "created_at"),
    ("device_state", "last_polled_at"),
    ("port", "last_seen_at"),
    ("traffic_sample", "at"),
)


async def value(engine: AsyncEngine, sql: str, **values: Any) -> Any:
    async with engine.connect() as connection:
        return await connection.scalar(text(sql), values)


@pytest.mark.parametrize("table", COUNTS)
async def test_there_is_as_much_as_was_promised(demo: Seeded, table: str) -> None:
    assert await value(demo.engine, f"SELECT count(*) FROM {table}") == COUNTS[table]


async def test_there_are_thirteen_months_of_bills_and_their_payments(demo: Seeded) -> None:
    assert await value(demo.engine, "SELECT count(*) FROM receivable") > 50_000
    assert await value(demo.engine, "SELECT count(*) FROM settlement") > 45_000


@pytest.mark.parametrize("sentence", INVARIANTS)
async def test_the_books_are_right(demo: Seeded, sentence: str) -> None:
    assert (
        await value(demo.engine, INVARIANTS[sentence], **({"now": demo.now} if ":now" in INVARIANTS[sentence] else {}))
        == 0
    )


@pytest.mark.parametrize(("table", "column"), INSTANTS)
async def test_nothing_happened_after_now(demo: Seeded, table: str, column: str) -> None:
    newest = await value(demo.engine, f"SELECT max({column}) FROM {table}")
    assert newest <= demo.now + timedelta(milliseconds=1)


async def test_every_fact_reads_as_what_happened_to_its_receivable(demo: Seeded) -> None:
    async with reading(demo.engine) as db:
        cancelled = await db.scalar(text("SELECT max(id) FROM receivable WHERE status = 'cancelled'"))
        paid = (await db.execute(text("SELECT * FROM settlement ORDER BY id DESC LIMIT 1"))).one()
        newest, *_, oldest = await history(db, EVERYWHERE, "receivable", cancelled)
        assert isinstance(newest.fact, ReceivableCancelled)
        assert isinstance(oldest.fact, ReceivableIssued)
        received, *_ = await history(db, EVERYWHERE, "receivable", paid.receivable_id)
    assert isinstance(received.fact, PaymentReceived)
    assert (received.fact.settlement_id, received.fact.amount) == (paid.id, paid.amount)
    assert (received.fact.at, received.fact.channel) == (paid.recorded_at, paid.channel)


async def test_a_row_that_comes_after_the_seed_gets_the_next_id(own_demo: Seeded) -> None:
    last = await value(own_demo.engine, "SELECT max(id) FROM receivable")
    async with own_demo.engine.begin() as connection:
        made = await connection.scalar(
            text(
                "INSERT INTO receivable (company_id, business_unit_id, city_id, subscriber_id, amount, issued_on,"
                " due_on, reference_month) SELECT company_id, business_unit_id, city_id, id, 10, '2026-11-01',"
                " '2026-11-10', '2026-11-01' FROM subscriber LIMIT 1 RETURNING id"
            )
        )
    assert made == last + 1


async def test_every_port_has_a_sample_for_each_poll_but_those_that_were_not_answered(demo: Seeded) -> None:
    async with demo.engine.connect() as connection:
        counted = await connection.execute(text("SELECT port_id, count(*) FROM traffic_sample GROUP BY port_id"))
        samples_of = {row[0]: row[1] for row in counted}
    flapping = port_ids()[next(device.id for device in DEVICES if device.name == FLAPPING)]
    assert len(samples_of) == 200
    assert max(samples_of.values()) == 360
    assert sorted(port_id for port_id, number in samples_of.items() if number < 360) == list(flapping)


async def _ask(demo: Seeded, name: str, scope: Scope = EVERYWHERE, **params: Any) -> Any:
    registry = discover()
    async with reading(demo.engine) as db:
        return (await registry.answer(name)(db, scope, registry.panels[name].params(**params))).data


async def test_the_day_panel_of_yesterday_shows_money_in_every_channel(demo: Seeded) -> None:
    yesterday = demo.now.astimezone(ZONE).date() - timedelta(days=1)
    day = await _ask(demo, "receivables.day", date=yesterday)
    assert day.received > 1000
    assert min(getattr(day, channel).count for channel in ("boleto", "pix")) > 3
    assert sum(1 for amount in day.hours if amount) > 8
    assert day.last_week_received > 1000 < day.last_month_received
    assert day.due > 0 < day.due_next_24h
    assert day.overdue_count > 300


async def test_the_month_panel_shows_every_age_of_debt(demo: Seeded) -> None:
    month = await _ask(demo, "receivables.month")
    assert month.due > 100_000
    assert all(bucket.amount for bucket in month.ageing[:9])
    assert 0 < month.pmr_days < 60
    assert month.projected > 0


async def test_the_network_panels_show_ports_devices_and_an_hour_of_points(demo: Seeded) -> None:
    assert len(await _ask(demo, "receivables.latest")) == 50
    health = await _ask(demo, "devices.health")
    assert sum(device.ports for device in health) == 200
    assert sum(device.ports_down for device in health) == 8
    up = [device for device in health if device.status == "up"]
    assert len(up) >= 19
    assert all(device.in_bps for device in up if device.name != FLAPPING)
    top = await _ask(demo, "traffic.top")
    assert len(top) == 20
    assert all(port.busiest_bps > 1e8 and len(port.trail) == 30 for port in top)
    points = await _ask(demo, "traffic.port", port=1)
    assert len(points.t) > 300


async def test_the_reader_of_one_city_sees_that_city_only(demo: Seeded) -> None:
    uba = Scope.of(Reach(0, 0, 3))
    assert {item.city for item in await _ask(demo, "receivables.latest", uba)} == {"Ubá"}
    assert {device.city for device in await _ask(demo, "devices.health", uba)} == {"Ubá"}
    granted = await value(
        demo.engine, "SELECT city_id FROM user_grant g JOIN app_user u ON u.id = user_id WHERE login = 'uba'"
    )
    assert granted == 3


def _plain(batches: list[Batch]) -> list[tuple[str, str, list[tuple[Any, ...]]]]:
    """Without what is random on purpose: the salt of a password and the nonce of a sealed secret."""
    hidden = {"password_hash", "snmp_credentials", "secret"}
    return [
        (
            batch.table,
            batch.columns,
            [
                tuple(v for name, v in zip(batch.columns.split(), row, strict=True) if name not in hidden)
                for row in batch.rows
            ],
        )
        for batch in batches
    ]


def test_two_seeds_of_one_instant_are_equal() -> None:
    one, other = (rows(AFTERNOON, Vault(SECRET), FEW, 16101) for _ in range(2))
    assert _plain(one) == _plain(other)
    minutes = timedelta(minutes=5)
    assert list(samples(AFTERNOON, minutes)) == list(samples(AFTERNOON, minutes))


def test_an_hour_of_samples_ends_the_flapping_devices_lines_and_takes_them_up_again() -> None:
    device = next(device for device in DEVICES if device.name == FLAPPING)
    first = port_ids()[device.id][0]
    hour = [row for part in samples(AFTERNOON, timedelta(hours=1)) for row in part if row[1] == first]
    gaps = [place for place, row in enumerate(hour) if row[5] == NO_ANSWER]
    assert len(gaps) == 2
    for gap in gaps:
        assert hour[gap][2] is None
        assert hour[gap + 1][4] > 140
        assert hour[gap + 1][2] is not None


async def test_a_database_with_anything_in_it_is_refused_in_words_and_left_alone(engine: AsyncEngine) -> None:
    assert await is_empty(engine)
    await seed(engine, vault=Vault(SECRET), now=AFTERNOON, people=FEW, traffic=timedelta(minutes=1))
    assert not await is_empty(engine)
    before = await value(engine, "SELECT count(*) FROM receivable")
    with pytest.raises(NotEmptyError, match="goes into an empty one only"):
        await seed(engine, vault=Vault(SECRET), now=AFTERNOON, people=FEW, traffic=timedelta(minutes=1))
    assert await value(engine, "SELECT count(*) FROM receivable") == before


async def test_a_seed_that_is_interrupted_leaves_nothing_and_can_be_run_again(engine: AsyncEngine) -> None:
    heard: list[tuple[str, int, int]] = []

    def interrupt(description: str, done: int, total: int) -> None:
        heard.append((description, done, total))
        if description.startswith("Storing a day"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await seed(
            engine, vault=Vault(SECRET), now=AFTERNOON, people=FEW, traffic=timedelta(minutes=1), progress=interrupt
        )
    assert await is_empty(engine)
    assert heard[-2][1] == heard[-2][2] > FEW
    assert all(0 <= done <= total for _, done, total in heard)
    await seed(engine, vault=Vault(SECRET), now=AFTERNOON, people=FEW, traffic=timedelta(minutes=1))
    assert not await is_empty(engine)
