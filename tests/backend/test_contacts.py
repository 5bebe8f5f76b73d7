"""Contacts, their protocols, what they asked for, and notes, by REST."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.contacts.protocol import allocate, month_of, written
from db.models import Company, Contact, Event, ProtocolMonth
from db.session import reading
from farol.serve import Wiring
from realtime.facts import Department
from tests.backend.conftest import Api, Clock, SignIn
from tests.care import kind_of, started
from tests.world import NOW, World


@pytest.fixture
async def root(api: SignIn) -> Api:
    return await api("root")


@pytest.fixture
async def alto(api: SignIn) -> Api:
    return await api("alto")


async def kinds_of_facts(engine: AsyncEngine) -> list[str]:
    async with reading(engine) as db:
        return list(await db.scalars(select(Event.kind).order_by(Event.id)))


async def test_a_contact_has_its_protocol_before_anybody_knows_who_calls(
    engine: AsyncEngine, world: World, alto: Api
) -> None:
    answer = await alto.post("/contacts", json={"channel": "phone", "caller": "+55 31 90000-0001"})
    assert answer.status_code == 201, answer.text
    contact = answer.json()
    assert contact["protocol"] == "202611000001"
    assert (contact["company_id"], contact["city_id"], contact["subscriber_id"]) == (world.north, None, None)
    assert (contact["agent"], contact["caller"]) == ("Alto", "+55 31 90000-0001")
    assert await kinds_of_facts(engine) == ["ContactStarted"]


async def test_the_month_of_a_protocol_is_the_companys(
    engine: AsyncEngine, world: World, root: Api, clock: Clock
) -> None:
    """At 1 h UTC of the first it is still the evening before in Brazil, and noon in the east."""
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(Company).where(Company.id == world.south).values(time_zone="Asia/Tokyo"))
    clock.advance(datetime(2026, 12, 1, 1, tzinfo=UTC) - clock.now)
    root = await _again(root, clock)
    assert (await started(root, company_id=world.north)).startswith("202611")
    assert await started(root, company_id=world.south) == "202612000001"


async def _again(api: Api, clock: Clock) -> Api:
    """A login lasts half a day; the clock went further."""
    answer = await api.post("/session", json={"login": "root", "password": "correct horse"})
    api.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return api


async def test_protocols_asked_for_at_once_are_all_different(wiring: Wiring, world: World) -> None:
    async def one() -> str:
        async with wiring.services.unit_of_work() as uow:
            return await allocate(uow, "202611")

    told = await asyncio.gather(*(one() for _ in range(200)))
    assert sorted(told) == [written("202611", number) for number in range(1, 201)]


async def test_contacts_started_at_once_by_many_agents_share_no_protocol(world: World, alto: Api) -> None:
    told = await asyncio.gather(*(started(alto) for _ in range(40)))
    assert len(set(told)) == 40


async def test_what_fails_after_the_number_leaves_a_gap_and_never_the_number_again(
    engine: AsyncEngine, wiring: Wiring, world: World, alto: Api
) -> None:
    first = await started(alto)
    async with wiring.services.unit_of_work() as alone:
        lost = await allocate(alone, "202611")

    async def fails() -> None:
        async with wiring.services.unit_of_work() as uow:
            uow.session.add(Contact(company_id=world.north, protocol=lost, channel="phone"))
            await uow.session.flush()
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        await fails()
    third = await started(alto)
    assert [first, lost, third] == ["202611000001", "202611000002", "202611000003"]
    async with reading(engine) as db:
        assert list(await db.scalars(select(Contact.protocol).order_by(Contact.protocol))) == [first, third]


async def test_a_number_waits_for_no_other_work(wiring: Wiring, world: World, alto: Api) -> None:
    """Whoever holds a contact's row for long does not hold up the next caller."""
    protocol = await started(alto)
    async with wiring.services.unit_of_work() as slow:
        await slow.session.execute(select(Contact).where(Contact.protocol == protocol).with_for_update())
        async with asyncio.timeout(5):
            assert await started(alto) == "202611000002"


async def test_a_seventh_digit_is_told_when_a_month_has_a_million_contacts(
    engine: AsyncEngine, world: World, alto: Api
) -> None:
    async with AsyncSession(engine) as session, session.begin():
        session.add(ProtocolMonth(month="202611", last=999_999))
    protocol = await started(alto)
    assert protocol == "2026111000000"
    assert (await alto.get(f"/contacts/{protocol}")).status_code == 200


def test_the_month_is_written_with_four_and_two_digits() -> None:
    assert month_of(NOW, "America/Sao_Paulo") == "202611"
    assert written("202603", 42) == "202603000042"


async def test_a_repetition_with_the_same_key_is_told_the_first_number(world: World, alto: Api) -> None:
    told = {
        (await alto.post("/contacts", json={}, headers={"Idempotency-Key": "call-1"})).json()["protocol"]
        for _ in range(3)
    }
    assert told == {"202611000001"}


async def test_who_works_for_two_companies_says_for_which(world: World, root: Api) -> None:
    answer = await root.post("/contacts", json={})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["company_id"])
    assert (await root.post("/contacts", json={"company_id": 987654})).status_code == 404


@pytest.mark.parametrize("body", [{"channel": "telepathy"}, {"caller": "x" * 201}, {"nonsense": 1}, {"company_id": 0}])
async def test_a_contact_that_makes_no_sense_is_refused_and_costs_no_number(world: World, alto: Api, body: Any) -> None:
    assert (await alto.post("/contacts", json=body)).status_code == 422
    assert await started(alto) == "202611000001"


async def test_the_subscriber_is_said_and_may_be_corrected(engine: AsyncEngine, world: World, root: Api) -> None:
    protocol = await started(root, company_id=world.north)
    for subscriber, city in ((world.subscriber_alto, world.alto), (world.subscriber_baixo, world.baixo)):
        said = await root.post(f"/contacts/{protocol}/subscriber", json={"subscriber_id": subscriber})
        assert (said.json()["subscriber_id"], said.json()["city_id"]) == (subscriber, city)
    async with reading(engine) as db:
        facts = list(await db.scalars(select(Event.body).where(Event.kind == "ContactIdentified").order_by(Event.id)))
    assert [fact["subscriber_before"] for fact in facts] == [None, world.subscriber_alto]
    assert facts[1]["place"] == {"company_id": world.north, "business_unit_id": None, "city_id": None}
    again = await root.post(f"/contacts/{protocol}/subscriber", json={"subscriber_id": world.subscriber_baixo})
    assert again.status_code == 200
    assert len(await kinds_of_facts(engine)) == 3


async def test_who_calls_may_be_of_another_company_until_that_is_known(world: World, root: Api) -> None:
    protocol = await started(root, company_id=world.north)
    path = f"/contacts/{protocol}/subscriber"
    assert (await root.post(path, json={"subscriber_id": world.subscriber_south})).json()["company_id"] == world.south
    assert (await root.post(path, json={"subscriber_id": world.subscriber_alto})).status_code == 409


async def test_before_it_is_known_who_calls_the_whole_company_sees_a_contact_and_then_only_the_place(
    world: World, root: Api, alto: Api, api: SignIn
) -> None:
    south, nobody = await api("south"), await api("nobody")
    protocol = await started(root, company_id=world.north)
    assert (await alto.get(f"/contacts/{protocol}")).status_code == 200
    assert (await south.get(f"/contacts/{protocol}")).status_code == 404
    assert (await nobody.get(f"/contacts/{protocol}")).status_code == 403
    await root.post(f"/contacts/{protocol}/subscriber", json={"subscriber_id": world.subscriber_baixo})
    hidden, unknown = await alto.get(f"/contacts/{protocol}"), await alto.get("/contacts/202611999999")
    assert (hidden.status_code, hidden.json()) == (404, unknown.json())
    kind = await kind_of(root, "finance")
    for path, body in (
        ("subscriber", {"subscriber_id": world.subscriber_alto}),
        ("requests", {"kind_id": kind}),
        ("end", {}),
    ):
        assert (await alto.post(f"/contacts/{protocol}/{path}", json=body)).status_code == 404
    assert (await alto.get("/contacts")).json()["items"] == []
    other = await started(alto)
    stranger = await alto.post(f"/contacts/{other}/subscriber", json={"subscriber_id": world.subscriber_baixo})
    assert stranger.status_code == 404


@pytest.mark.parametrize("protocol", ["x", "2026-11", "９" * 12, "2" * 30, "%00", "202611000009"])
async def test_a_protocol_that_nobody_was_told_is_not_found(world: World, alto: Api, protocol: str) -> None:
    assert (await alto.get(f"/contacts/{protocol}")).status_code == 404


async def test_a_request_goes_to_the_department_of_its_kind_with_its_deadline(
    engine: AsyncEngine, world: World, root: Api
) -> None:
    """Seven days for one kind and ten for another, counted from the company's day."""
    protocol = await started(root, company_id=world.north)
    early = await root.post(f"/contacts/{protocol}/requests", json={"kind_id": await kind_of(root, "finance")})
    assert early.status_code == 409 and "which subscriber" in early.json()["detail"]
    await root.post(f"/contacts/{protocol}/subscriber", json={"subscriber_id": world.subscriber_alto})
    promised: tuple[tuple[Department, int], ...] = (("finance", 7), ("technical", 10))
    for department, days in promised:
        answer = await root.post(
            f"/contacts/{protocol}/requests",
            json={"kind_id": await kind_of(root, department), "description": "  Quer saber.  "},
        )
        assert answer.status_code == 201, answer.text
        request = answer.json()
        assert (request["department"], request["protocol"], request["status"]) == (department, protocol, "open")
        assert request["due_on"] == (NOW + timedelta(days=days)).date().isoformat()
        assert (request["description"], request["overdue"], request["taken_by"]) == ("Quer saber.", False, None)
    detail = (await root.get(f"/contacts/{protocol}")).json()
    assert [each["department"] for each in detail["requests"]] == ["finance", "technical"]
    assert (await kinds_of_facts(engine))[-2:] == ["RequestOpened", "RequestOpened"]


async def test_a_kind_of_another_company_and_a_contract_of_another_subscriber_are_not_found(
    world: World, root: Api
) -> None:
    protocol = await started(root, company_id=world.south)
    await root.post(f"/contacts/{protocol}/subscriber", json={"subscriber_id": world.subscriber_south})
    norths = await kind_of(root, "finance")
    path = f"/contacts/{protocol}/requests"
    assert (await root.post(path, json={"kind_id": norths})).status_code == 404
    assert (await root.post(path, json={"kind_id": norths, "description": "x" * 4001})).status_code == 422


async def test_a_contact_ends_once_and_then_asks_for_nothing_more(world: World, alto: Api) -> None:
    protocol = await started(alto, subscriber_id=world.subscriber_alto)
    ended = await alto.post(f"/contacts/{protocol}/end", json={"summary": "Resolvido."})
    assert (ended.status_code, ended.json()["summary"]) == (200, "Resolvido.")
    assert (await alto.post(f"/contacts/{protocol}/end", json={})).status_code == 409
    late = await alto.post(f"/contacts/{protocol}/requests", json={"kind_id": await kind_of(alto, "finance")})
    assert late.status_code == 409 and "has ended" in late.json()["detail"]


async def test_contacts_are_listed_newest_first_by_agent_subscriber_and_whether_they_go_on(
    world: World, root: Api, alto: Api, clock: Clock
) -> None:
    told = []
    for _ in range(5):
        told.append(await started(alto, subscriber_id=world.subscriber_alto))
        clock.advance(timedelta(minutes=1))
    roots = await started(root, company_id=world.north)
    await alto.post(f"/contacts/{told[0]}/end", json={})

    async def listed(**narrow: Any) -> list[str]:
        seen: list[str] = []
        cursor: str | None = None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = (await alto.get("/contacts", params={"limit": "2"} | narrow | more)).json()
            seen += [item["protocol"] for item in page["items"]]
            if (cursor := page["next"]) is None:
                return seen

    assert await listed() == [roots, *reversed(told)]
    assert await listed(agent="me") == [*reversed(told)]
    assert await listed(agent="me", open="true") == [*reversed(told[1:])]
    assert await listed(open="false") == told[:1]
    assert await listed(subscriber_id=str(world.subscriber_alto)) == [*reversed(told)]
    exported = await alto.get("/contacts", headers={"Accept": "text/csv"})
    assert len(exported.text.splitlines()) == 7


async def test_a_note_is_written_once_and_read_newest_first(world: World, alto: Api, clock: Clock) -> None:
    protocol = await started(alto, subscriber_id=world.subscriber_alto)
    path = f"/subscribers/{world.subscriber_alto}/notes"
    first = await alto.post(path, json={"text": " Prefere a tarde. ", "protocol": protocol})
    assert (first.status_code, first.json()["text"], first.json()["protocol"]) == (201, "Prefere a tarde.", protocol)
    clock.advance(timedelta(minutes=1))
    await alto.post(path, json={"text": "Cachorro bravo."})
    listed = (await alto.get(path)).json()["items"]
    assert [note["text"] for note in listed] == ["Cachorro bravo.", "Prefere a tarde."]
    assert [note["author"] for note in listed] == ["Alto", "Alto"]
    notes = (await alto.get(f"/contacts/{protocol}")).json()["notes"]
    assert [note["text"] for note in notes] == ["Prefere a tarde."]
    assert (await alto.delete(path)).status_code == 405


async def test_a_note_needs_words_and_a_subscriber_in_reach(world: World, root: Api, alto: Api, api: SignIn) -> None:
    path = f"/subscribers/{world.subscriber_alto}/notes"
    for text in ("", "  \n", "x" * 4001):
        answer = await alto.post(path, json={"text": text})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["text"])
    assert (await alto.post(path, json={"text": "a\x00b"})).status_code == 422
    assert (await alto.post(path, json={"text": "a", "protocol": "202611000099"})).status_code == 404
    theirs = f"/subscribers/{world.subscriber_baixo}/notes"
    assert (await alto.post(theirs, json={"text": "a"})).status_code == 404
    await root.post(theirs, json={"text": "Só do Baixo."})
    assert (await alto.get(theirs)).json() == (await alto.get("/subscribers/987654/notes")).json()
    assert (await (await api("nobody")).get(path)).status_code == 403
