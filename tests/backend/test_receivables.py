"""Receivables by REST: what a payment does, what is refused, and what another city sees of it."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import Credit, Event, Receivable, Settlement
from db.session import reading
from tests.backend.conftest import Api, SignIn
from tests.world import TODAY, World, owe

PAYMENT = {"amount": "100.00", "paid_on": str(TODAY), "credited_on": str(TODAY), "channel": "pix"}


async def test_a_full_payment_makes_a_receivable_paid(engine: AsyncEngine, world: World, api: SignIn) -> None:
    receivable = await owe(engine, world, world.subscriber_alto)
    root = await api("root")
    answer = await root.post(f"/receivables/{receivable}/settlements", json=PAYMENT)
    assert answer.status_code == 201, answer.text
    assert answer.json()["receivable"]["status"] == "paid"
    assert answer.json()["receivable"]["open"] == "0.00"
    assert answer.json()["settlement"] | {"id": 0, "recorded_at": ""} == {
        "id": 0,
        "receivable_id": receivable,
        "subscriber_id": world.subscriber_alto,
        "amount": "100.00",
        "applied": "100.00",
        "credited": "0.00",
        "paid_on": str(TODAY),
        "credited_on": str(TODAY),
        "channel": "pix",
        "recorded_at": "",
    }


async def test_a_payment_above_the_debt_is_kept_as_a_visible_credit(
    engine: AsyncEngine, world: World, api: SignIn
) -> None:
    receivable = await owe(engine, world, world.subscriber_alto, "80.00")
    root = await api("root")
    answer = await root.post(f"/receivables/{receivable}/settlements", json=PAYMENT)
    assert (answer.json()["settlement"]["applied"], answer.json()["settlement"]["credited"]) == ("80.00", "20.00")
    again = await root.post(f"/receivables/{receivable}/settlements", json=PAYMENT)
    assert (again.json()["settlement"]["applied"], again.json()["settlement"]["credited"]) == ("0.00", "100.00")
    async with reading(engine) as db:
        assert await db.scalar(select(func.sum(Credit.amount))) == Decimal("120.00")


async def test_an_amount_without_cents_is_kept_in_cents(engine: AsyncEngine, world: World, api: SignIn) -> None:
    receivable = await owe(engine, world, world.subscriber_alto)
    root = await api("root")
    answer = await root.post(f"/receivables/{receivable}/settlements", json={**PAYMENT, "amount": "1e1"})
    assert answer.json()["settlement"]["amount"] == "10.00"


async def test_two_payments_at_once_apply_the_debt_only_once(engine: AsyncEngine, world: World, api: SignIn) -> None:
    receivable = await owe(engine, world, world.subscriber_alto)
    root = await api("root")
    answers = await asyncio.gather(
        *(root.post(f"/receivables/{receivable}/settlements", json=PAYMENT) for _ in range(4))
    )
    assert sorted(answer.json()["settlement"]["applied"] for answer in answers) == ["0.00", "0.00", "0.00", "100.00"]


async def test_the_same_key_gives_the_same_answer_once(engine: AsyncEngine, world: World, api: SignIn) -> None:
    receivable = await owe(engine, world, world.subscriber_alto)
    root = await api("root")
    headers = {"Idempotency-Key": "pix-E123"}
    answers = await asyncio.gather(
        *(root.post(f"/receivables/{receivable}/settlements", json=PAYMENT, headers=headers) for _ in range(3))
    )
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.text for answer in answers}) == 1
    async with reading(engine) as db:
        assert await db.scalar(select(func.count()).select_from(Settlement)) == 1
        assert await db.scalar(select(func.count()).select_from(Event).where(Event.kind == "PaymentReceived")) == 1


async def test_a_key_used_for_other_content_is_a_conflict(engine: AsyncEngine, world: World, api: SignIn) -> None:
    receivable = await owe(engine, world, world.subscriber_alto)
    root = await api("root")
    headers = {"Idempotency-Key": "one"}
    await root.post(f"/receivables/{receivable}/settlements", json=PAYMENT, headers=headers)
    other = await root.post(
        f"/receivables/{receivable}/settlements", json={**PAYMENT, "amount": "1.00"}, headers=headers
    )
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1e20"}, "amount"),
        ({"paid_on": str(TODAY + timedelta(days=1))}, "paid_on"),
        ({"paid_on": "9999-12-31"}, "paid_on"),
        ({"credited_on": str(TODAY - timedelta(days=1))}, "credited_on"),
        ({"credited_on": "9999-12-31"}, "credited_on"),
        ({"channel": "barter"}, "channel"),
        ({"amount": True}, "amount"),
        ({"surprise": 1}, ""),
    ],
)
async def test_bad_payments_are_refused_in_words_and_leave_nothing(
    engine: AsyncEngine, world: World, api: SignIn, change: dict[str, object], field: str
) -> None:
    receivable = await owe(engine, world, world.subscriber_alto)
    root = await api("root")
    answer = await root.post(f"/receivables/{receivable}/settlements", json={**PAYMENT, **change})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert field in answer.text
    assert "Traceback" not in answer.text
    async with reading(engine) as db:
        assert await db.scalar(select(func.count()).select_from(Settlement)) == 0


async def test_malformed_json_is_refused_in_words(engine: AsyncEngine, world: World, api: SignIn) -> None:
    receivable = await owe(engine, world, world.subscriber_alto)
    root = await api("root")
    answer = await root.post(
        f"/receivables/{receivable}/settlements", content=b'{"amount": ', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_another_citys_receivable_answers_exactly_as_an_unknown_one(
    engine: AsyncEngine, world: World, api: SignIn
) -> None:
    foreign = await owe(engine, world, world.subscriber_baixo)
    clerk = await api("alto")
    calls = (("get", "", None), ("post", "/settlements", PAYMENT), ("post", "/cancel", {"reason_id": world.reason}))
    for method, suffix, body in calls:
        known = await getattr(clerk, method)(f"/receivables/{foreign}{suffix}", **({"json": body} if body else {}))
        unknown = await getattr(clerk, method)(f"/receivables/999999{suffix}", **({"json": body} if body else {}))
        assert (known.status_code, known.json()) == (404, unknown.json())


async def test_lists_page_by_cursor_and_show_only_the_callers_places(
    engine: AsyncEngine, world: World, api: SignIn
) -> None:
    mine = {await owe(engine, world, world.subscriber_alto, due_on=TODAY - timedelta(days=n % 3)) for n in range(7)}
    await owe(engine, world, world.subscriber_baixo)
    await owe(engine, world, world.subscriber_south)
    clerk = await api("alto")
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = (await clerk.get("/receivables", params={"limit": 3, **({"cursor": cursor} if cursor else {})})).json()
        seen += [item["id"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert sorted(seen) == sorted(mine)
    assert len(seen) == len(mine)


async def test_a_list_exports_every_row_as_csv_without_formulas(engine: AsyncEngine, world: World, api: SignIn) -> None:
    ids = [await owe(engine, world, world.subscriber_alto) for _ in range(3)]
    root = await api("root")
    answer = await root.get("/receivables", headers={"Accept": "text/csv"})
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("id,number,")
    assert len(lines) == 1 + len(ids)


async def test_issuing_and_cancelling_leave_a_history_with_its_author(world: World, api: SignIn) -> None:
    root = await api("root")
    issued = await root.post(
        "/receivables", json={"subscriber_id": world.subscriber_alto, "amount": "59.90", "due_on": "2026-12-10"}
    )
    assert issued.status_code == 201, issued.text
    receivable = issued.json()["id"]
    cancelled = await root.post(f"/receivables/{receivable}/cancel", json={"reason_id": world.reason, "note": "duas"})
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    twice = await root.post(f"/receivables/{receivable}/cancel", json={"reason_id": world.reason})
    assert twice.status_code == 409
    detail = (await root.get(f"/receivables/{receivable}")).json()
    assert [(item["kind"], item["author"]) for item in detail["history"]] == [
        ("ReceivableIssued", "Root"),
        ("ReceivableCancelled", "Root"),
    ]


async def test_nothing_can_be_deleted(engine: AsyncEngine, world: World, api: SignIn) -> None:
    receivable = await owe(engine, world, world.subscriber_alto)
    root: Api = await api("root")
    assert (await root.delete(f"/receivables/{receivable}")).status_code == 405
    assert (await root.delete("/receivables")).status_code == 405


async def test_a_receivable_due_in_the_far_future_is_refused(world: World, api: SignIn) -> None:
    root = await api("root")
    body = {"subscriber_id": world.subscriber_alto, "amount": "10.00", "due_on": "2999-01-01"}
    assert (await root.post("/receivables", json=body)).status_code == 422


async def test_an_id_beyond_any_id_is_refused_in_words(world: World, api: SignIn) -> None:
    root = await api("root")
    answer = await root.get(f"/receivables/{10**30}")
    assert answer.status_code in (404, 422)
    async_body = {"subscriber_id": 10**30, "amount": "10.00", "due_on": str(date(2026, 12, 1))}
    assert (await root.post("/receivables", json=async_body)).status_code == 422


async def test_the_settled_amount_always_equals_what_was_applied(
    engine: AsyncEngine, world: World, api: SignIn
) -> None:
    receivable = await owe(engine, world, world.subscriber_alto, "30.00")
    root = await api("root")
    for amount in ("10.00", "5.55", "20.00"):
        await root.post(f"/receivables/{receivable}/settlements", json={**PAYMENT, "amount": amount})
    async with reading(engine) as db:
        applied = await db.scalar(select(func.sum(Settlement.applied)))
        row = (await db.execute(select(Receivable.settled_amount, Receivable.status))).one()
    assert (applied, *row) == (Decimal("30.00"), Decimal("30.00"), "paid")
