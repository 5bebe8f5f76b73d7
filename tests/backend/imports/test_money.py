"""Receivables and payments from another system: what is settled never changes, what was paid since is settled."""

from __future__ import annotations

from decimal import Decimal

import pytest

from db.models import Credit, Receivable, Settlement
from realtime.facts import PaymentReceived, ReceivableCancelled, ReceivableIssued
from tests.backend.imports.office import Office, outcomes, people, why

HEADER = (
    "codigo;assinante;valor;emissao;vencimento;situacao;valor_pago;data_pagamento;forma_pagamento;"
    "data_cancelamento;motivo\n"
)
OPEN = "T1;P1;100,00;01/11/2026;10/11/2026;aberto;;;;;\n"
PART = "T1;P1;100,00;01/11/2026;10/11/2026;aberto;40,00;09/11/2026;pix;;\n"
PAID = "T1;P1;100,00;01/11/2026;10/11/2026;pago;100,00;20/11/2026;caixa;;\n"
MORE = "T1;P1;100,00;01/11/2026;10/11/2026;pago;130,00;20/11/2026;caixa;;\n"
VOID = "T1;P1;100,00;01/11/2026;10/11/2026;cancelado;;;;12/11/2026;Cobrado em dobro\n"


@pytest.fixture
async def till(office: Office) -> Office:
    """The office with one subscriber; what it announced until then is forgotten."""
    await office.load("subscribers", people(1))
    office.rung.clear()
    return office


async def told(office: Office, line: str) -> tuple[str, str | None]:
    results = await office.load("receivables", HEADER + line)
    return results[0].outcome, results[0].reason.code if results[0].reason else None


async def test_a_paid_receivable_comes_with_its_payment_and_its_facts(till: Office) -> None:
    assert await told(till, PAID) == ("created", None)
    assert await till.rows(Receivable, "amount", "settled_amount", "status") == [(Decimal(100), Decimal(100), "paid")]
    assert await till.rows(Settlement, "applied", "credited", "channel") == [(Decimal(100), Decimal(0), "counter")]
    issued, paid = (recorded.fact for recorded in till.rung)
    assert isinstance(issued, ReceivableIssued) and isinstance(paid, PaymentReceived)
    assert paid.applied == Decimal(100) and paid.receivable_id == issued.receivable_id


async def test_what_was_paid_since_is_settled_and_announced_once(till: Office) -> None:
    assert await told(till, OPEN) == ("created", None)
    assert await told(till, PART) == ("changed", None)
    assert await told(till, PART) == ("unchanged", None)
    assert await told(till, MORE) == ("changed", None)
    assert await told(till, MORE) == ("unchanged", None)
    assert await till.rows(Settlement, "amount", "applied", "channel") == [
        (Decimal(40), Decimal(40), "pix"),
        (Decimal(90), Decimal(60), "counter"),
    ]
    assert await till.rows(Credit, "amount") == [(Decimal(30),)]
    assert await till.rows(Receivable, "settled_amount", "status") == [(Decimal(100), "paid")]
    assert [type(recorded.fact) for recorded in till.rung] == [ReceivableIssued, PaymentReceived, PaymentReceived]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (PART, "money_conflict"),
        (OPEN, "status_conflict"),
        (VOID, "status_conflict"),
        (PAID.replace("20/11/2026", "19/11/2026"), "money_conflict"),
        (PAID.replace("caixa", "pix"), "money_conflict"),
        (PAID.replace("pago;100,00", "pago;90,00").replace("P1;100,00", "P1;90,00"), "fixed"),
        (PAID.replace("10/11/2026", "11/11/2026"), "fixed"),
    ],
)
async def test_settled_money_never_changes_by_import(till: Office, line: str, code: str) -> None:
    await told(till, PAID)
    before, facts = await till.state(), await till.facts()
    assert await told(till, line) == ("refused", code)
    assert (await till.state(), await till.facts()) == (before, facts)


async def test_a_receivable_is_cancelled_with_its_reason(till: Office) -> None:
    await told(till, OPEN)
    assert await told(till, VOID) == ("changed", None)
    assert await told(till, VOID) == ("unchanged", None)
    assert await told(till, OPEN) == ("refused", "status_conflict")
    assert isinstance(till.rung[-1].fact, ReceivableCancelled)


async def test_a_receivable_that_was_cancelled_before_comes_as_cancelled(till: Office) -> None:
    assert await told(till, VOID) == ("created", None)
    assert await till.rows(Receivable, "status") == [("cancelled",)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (OPEN.replace("100,00", "-100,00"), "negative"),
        (OPEN.replace("100,00", "0"), "zero"),
        (OPEN.replace("10/11/2026", "10/10/2026"), "due_before_issue"),
        (OPEN.replace("01/11/2026", "01/12/2026").replace("10/11/2026", "10/12/2026"), "in_the_future"),
        (PAID.replace("20/11/2026", "20/12/2026"), "in_the_future"),
        (PAID.replace("20/11/2026", ""), "paid_without_amount"),
        (PAID.replace("pago;100,00", "pago;50,00"), "paid_below_amount"),
        (OPEN.replace("P1", "P99"), "unknown_record"),
        (OPEN.replace("aberto", "quase"), "not_one_of"),
    ],
)
async def test_money_that_cannot_be_is_refused(till: Office, line: str, code: str) -> None:
    before = await till.state()
    assert await told(till, line) == ("refused", code)
    assert await till.state() == before


async def test_a_subscriber_of_another_company_is_nobody_here(till: Office) -> None:
    await till.load("subscribers", people(1, first=5), company="Sul")
    assert await told(till, OPEN.replace("P1", "P5")) == ("refused", "unknown_record")
    assert outcomes(await till.load("receivables", HEADER + OPEN.replace("P1", "P5"), company="Sul")) == ["created"]


async def test_a_refused_line_stops_no_other_and_the_same_id_twice_is_refused(till: Office) -> None:
    lines = HEADER + OPEN + OPEN + OPEN.replace("T1", "T2").replace("P1", "nobody") + OPEN.replace("T1", "T3")
    for batch in (1, 2, 100):
        results = await till.load("receivables", lines, batch=batch)
        assert why(results) == [None, "duplicate", "unknown_record", None]
    assert len(await till.rows(Receivable, "id")) == 2
