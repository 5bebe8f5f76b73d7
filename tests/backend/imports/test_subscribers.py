"""Subscribers from another system."""

from __future__ import annotations

from db.models import Subscriber, SubscriberAddress, SubscriberPhone
from realtime.facts import SubscriberChanged
from tests.backend.imports.office import Office, outcomes, people, why
from tests.world import World


async def test_a_line_becomes_a_subscriber_with_address_and_phones(office: Office, world: World) -> None:
    assert outcomes(await office.load("subscribers", people(1))) == ["created"]
    rows = await office.rows(Subscriber, "code", "company_id", "business_unit_id", "city_id", "name", "status", "kind")
    assert ("P1", world.north, world.unit, world.alto, "Pessoa 1", "active", "person") in rows
    assert await office.rows(SubscriberPhone, "number", "kind") == [("+5531900000001", "mobile")]
    assert await office.rows(SubscriberAddress, "street", "number", "postal_code", "state", "city_id") == [
        ("Rua das Flores", "1", "30160011", "MG", world.alto)
    ]
    (recorded,) = office.rung
    assert isinstance(recorded.fact, SubscriberChanged)


async def test_the_same_file_twice_changes_nothing(office: Office) -> None:
    await office.load("subscribers", people(30), batch=7)
    before, facts = await office.state(), await office.facts()
    assert set(outcomes(await office.load("subscribers", people(30), batch=11))) == {"unchanged"}
    assert await office.state() == before
    assert await office.facts() == facts


async def test_what_may_change_follows_the_file(office: Office) -> None:
    await office.load("subscribers", people(2))
    changed = (
        people(2).replace("Pessoa 1", "Pessoa Um").replace("900000001", "98888-7777").replace("Flores;1", "Rosas;1")
    )
    assert outcomes(await office.load("subscribers", changed)) == ["changed", "unchanged"]
    assert ("P1", "Pessoa Um") in await office.rows(Subscriber, "code", "name")
    assert ("+5531988887777",) in await office.rows(SubscriberPhone, "number")
    assert len(await office.rows(SubscriberPhone, "number")) == 2
    assert ("Rua das Rosas",) in await office.rows(SubscriberAddress, "street")
    assert len(await office.rows(SubscriberAddress, "id")) == 2


async def test_an_empty_cell_takes_nothing_away(office: Office) -> None:
    await office.load("subscribers", people(1))
    before = await office.state()
    document = people(1).splitlines()[1].split(";")[2]
    bare = f"codigo;nome;cpf_cnpj;cidade;telefone;logradouro\nP1;Pessoa 1;{document};Alto;;\n"
    assert outcomes(await office.load("subscribers", bare)) == ["unchanged"]
    assert await office.state() == before


async def test_the_place_and_the_code_of_a_subscriber_stay(office: Office) -> None:
    await office.load("subscribers", people(1))
    assert why(await office.load("subscribers", people(1).replace(";Alto;", ";Baixo;"))) == ["fixed"]
    assert why(await office.load("subscribers", people(1).replace("Residencial", "Corporativo"))) == ["fixed"]


async def test_a_code_that_somebody_here_has_is_refused(office: Office) -> None:
    assert why(await office.load("subscribers", people(1).replace("P1", "2"))) == ["taken"]


async def test_the_ids_of_two_companies_do_not_mix(office: Office, world: World) -> None:
    await office.load("subscribers", people(1))
    assert outcomes(await office.load("subscribers", people(1), company="11.222.333/0001-81")) == ["created"]
    companies = [row[1] for row in await office.rows(Subscriber, "code", "company_id") if row[0] == "P1"]
    assert companies == [world.north, world.south]


async def test_a_rehearsal_tells_the_same_and_keeps_nothing(office: Office) -> None:
    await office.load("subscribers", people(3))
    before, rung = await office.state(), len(office.rung)
    file = (
        people(5)
        .replace("Pessoa 2", "Pessoa Dois")
        .replace("Alto;Residencial;(31) 900000003", "Nenhures;Residencial;(31) 900000003")
    )
    rehearsed = await office.load("subscribers", file, rehearsing=True, batch=2)
    assert outcomes(rehearsed) == ["unchanged", "changed", "refused", "created", "created"]
    assert (await office.state(), len(office.rung)) == (before, rung)
    assert await office.load("subscribers", file, batch=2) == rehearsed
