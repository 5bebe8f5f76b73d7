"""However often and in whatever order files are loaded, the last one decides, and money only ever grows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import Contract, ContractItem, InternetLogin, Receivable, Settlement, Subscriber, SubscriberPhone
from tests.backend.imports.office import Office, cpf, people
from tests.world import build_world

VERSIONS = [
    people(3),
    people(3).replace("Pessoa 2", "Pessoa Dois").replace("900000001", "98888-7777"),
    people(2, first=2).replace("Flores;3", "Rosas;33"),
]
CONTRACTS = [
    f"codigo;assinante;plano;valor;data_contrato;situacao;login\nC1;P2;{plan};10/01/2024;{status};{login}@n\n"
    for plan, status, login in (
        ("Fibra;99,90", "ativo", "a"),
        ("Fibra;89,90", "bloqueado", "b"),
        ("TV;50", "ativo", "a"),
    )
]
MONEY = [
    f"codigo;assinante;valor;vencimento;valor_pago;data_pagamento\nT1;P2;100,00;10/11/2026;{paid}\n"
    for paid in (";", "30,00;05/11/2026", "100,00;09/11/2026")
]


async def held(office: Office, order: Sequence[tuple[int, int]], batch: int) -> None:
    kinds = (("subscribers", VERSIONS), ("contracts", CONTRACTS), ("receivables", MONEY))
    await office.load("subscribers", VERSIONS[0])
    for kind, version in order:
        name, versions = kinds[kind]
        await office.load(name, versions[version], batch=batch)


async def picture(office: Office) -> list[object]:
    return [
        await office.rows(Subscriber, "code", "name", "document"),
        await office.rows(SubscriberPhone, "number"),
        await office.rows(Contract, "status"),
        await office.rows(ContractItem, "price"),
        await office.rows(InternetLogin, "login"),
        await office.rows(Receivable, "settled_amount", "status"),
    ]


@pytest.mark.parametrize("batch", [1, 100])
async def test_repeating_any_history_of_imports_changes_nothing_more(
    engine: AsyncEngine, tmp_path: Path, batch: int
) -> None:
    """Hypothesis draws the histories; each is loaded on top of what the ones before left, then its last files again."""
    await build_world(engine)
    office = Office(engine, tmp_path)
    histories: list[list[tuple[int, int]]] = []

    @settings(max_examples=8, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=6))
    def draw(history: list[tuple[int, int]]) -> None:
        histories.append(history)

    draw()
    paid = 0
    for history in histories:
        await held(office, history, batch)
        before, facts = await office.state(), await office.facts()
        last = [step for at, step in enumerate(history) if step[0] not in {later[0] for later in history[at + 1 :]}]
        for step in last:
            name, versions = (("subscribers", VERSIONS), ("contracts", CONTRACTS), ("receivables", MONEY))[step[0]]
            results = await office.load(name, versions[step[1]], batch=batch)
            assert {result.outcome for result in results} <= {"unchanged", "refused"}
        assert (await office.state(), await office.facts()) == (before, facts)
        settled = sum(amount for (amount,) in await office.rows(Settlement, "amount"))
        assert settled >= paid, "money that was settled is gone"
        paid = settled


async def test_the_last_version_decides_whatever_came_before(engine: AsyncEngine, tmp_path: Path) -> None:
    await build_world(engine)
    office = Office(engine, tmp_path)
    pictures = []
    for path in ([0, 1], [1, 0, 1], [0, 2, 0, 1], [2, 1, 1]):
        for version in path:
            await office.load("subscribers", VERSIONS[version])
        await office.load("subscribers", VERSIONS[1])
        pictures.append(await picture(office))
    assert pictures[1:] == pictures[:-1]
    assert ("P2", "Pessoa Dois", cpf(2)) in await office.rows(Subscriber, "code", "name", "document")
