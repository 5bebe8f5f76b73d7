"""One box over everything that is known of a subscriber, through REST, on a real database."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.search.what import folded
from db.models import (
    Contact,
    Contract,
    Equipment,
    InternetLogin,
    Nas,
    Session,
    Subscriber,
    SubscriberAddress,
    SubscriberPhone,
)
from tests.backend.conftest import Api, SignIn
from tests.world import NOW, World


@pytest.fixture
async def known(engine: AsyncEngine, world: World) -> World:
    """The subscriber of Alto, with all that one can be found by."""
    place = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.alto}
    about = {"subscriber_id": world.subscriber_alto}
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(
            update(Subscriber)
            .where(Subscriber.id == world.subscriber_alto)
            .values(name="João D'Ávila Gonçalves", trade_name="Padaria Três Irmãos", rg="MG12345678", code="000417")
        )
        session.add(
            SubscriberAddress(
                **about, kind="installation", street="Rua das Acácias", number="1148", complement="Apto 302",
                neighbourhood="Santa Luzia", city_id=world.alto, state="MG", postal_code="30160011",
                condominium="Residencial Ipê", pole="P00731",
            )
        )  # fmt: skip
        session.add(SubscriberPhone(**about, number="+5531987654321"))
        contract = Contract(**place, **about, status="active", signed_on=date(2026, 1, 2))
        nas = Nas(**place, name="BNG", network=ip_network("192.0.2.1"), secret=b"")
        session.add_all([contract, nas, Contact(**place, **about, protocol="202611000042")])
        await session.flush()
        north = {"company_id": world.north, "contract_id": contract.id, **about}
        session.add_all(
            [
                InternetLogin(**north, login="joao_avila@norte"),
                Equipment(**north, kind="onu", model="F670L", serial="ZTEGC0A1B2C3", tag="T-0042"),
                Session(
                    **place, **about, nas_id=nas.id, key=b"k", session_id="1", login="joao_avila@norte", port="",
                    mac="aabbccddee0f", address=ip_address("100.64.7.9"), started_at=NOW, last_at=NOW, heard_at=NOW,
                ),
            ]
        )  # fmt: skip
    return world


async def found(api: Api, q: str, **params: Any) -> list[dict[str, Any]]:
    answer = await api.get("/search", params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


TYPED = [
    ("417", "code"), ("000417", "code"),
    ("João D'Ávila", "name"), ("joao avila", "name"), ("GONCALVES", "name"), ("gonç", "name"), ("jo", "name"),
    ("tres irmaos", "trade_name"),
    ("111.444.777-35", "document"), ("11144477735", "document"), ("111444", "document"),
    ("mg-12.345.678", "rg"), ("MG1234", "rg"),
    ("(31) 98765-4321", "phone"), ("+55 31 98765 4321", "phone"), ("31987654321", "phone"), ("98765-4321", "phone"),
    ("4321", "phone"), ("98765", "phone"), ("31 8765-4321", "phone"),
    ("rua das acacias 1148", "address"), ("acácias", "address"), ("apto 302", "address"),
    ("santa luzia", "neighbourhood"), ("ipe", "condominium"), ("P00731", "pole"), ("p007", "pole"),
    ("ztegc0a1b2c3", "equipment"), ("ZTEGC0", "equipment"),
    ("joao_avila@norte", "login"), ("joao_a", "login"),
    ("202611000042", "protocol"), ("AA-BB-CC-DD-EE-0F", "mac"), ("100.64.7.9", "ip"),
    ("goncalvez", "similar"),
]  # fmt: skip


async def test_a_subscriber_is_found_by_whatever_is_known_and_says_why(known: World, api: SignIn) -> None:
    """All in one world: a search changes nothing, and a world costs more than all of them."""
    clerk = await api("alto")
    for q, field in TYPED:
        items = await found(clerk, q)
        assert [item["id"] for item in items] == [known.subscriber_alto], q
        assert field in [why["field"] for why in items[0]["why"]], q


async def test_nobody_of_another_city_or_company_is_found(engine: AsyncEngine, known: World, api: SignIn) -> None:
    async with engine.begin() as db:
        await db.execute(update(Subscriber).where(Subscriber.id == known.subscriber_alto).values(city_id=known.baixo))
    clerk, south, root = await api("alto"), await api("south"), await api("root")
    for q, _ in TYPED:
        assert await found(clerk, q) == [], q
        assert await found(south, q) == [], q
        assert [item["id"] for item in await found(root, q)] == [known.subscriber_alto], q


async def test_the_search_needs_its_permission(known: World, api: SignIn) -> None:
    assert (await (await api("nobody")).get("/search", params={"q": "joao"})).status_code == 403


async def test_signs_are_signs_and_find_nobody_by_themselves(known: World, api: SignIn) -> None:
    clerk = await api("alto")
    for q in ("%", "_", "\\", "%%%%", "a%", "' OR 1=1 --", "🙂🙂", "   ", "x", "\0\0", "(("):
        assert await found(clerk, q) == [], q


async def test_a_wildcard_in_a_login_is_a_sign(engine: AsyncEngine, known: World, api: SignIn) -> None:
    root = await api("root")
    assert [item["id"] for item in await found(root, "joao_")] == [known.subscriber_alto]
    async with engine.begin() as db:
        await db.execute(update(InternetLogin).values(login="joaoxavila@norte"))
    fields = [why["field"] for item in await found(root, "joao_avila@") for why in item["why"]]
    assert "login" not in fields


@pytest.mark.parametrize("q", ["a" * 201, "x" * 10_240])
async def test_a_letter_is_no_search(known: World, api: SignIn, q: str) -> None:
    answer = await (await api("alto")).get("/search", params={"q": q})
    assert answer.status_code == 400
    assert "at most 200 characters" in answer.json()["detail"]


async def test_the_limit_holds_and_more_is_said(known: World, api: SignIn) -> None:
    root = await api("root")
    answer = (await root.get("/search", params={"q": "assinante", "limit": 1})).json()
    assert (len(answer["items"]), answer["more"]) == (1, True)
    assert (await root.get("/search", params={"q": "assinante", "limit": 21})).status_code == 422


async def test_the_database_folds_as_python_does(engine: AsyncEngine, world: World) -> None:
    texts = ["João  D'Ávila", "AÇAÍ & Cia.", "ﬁbra Ω ½", "İstanbul", "Rua São José, 12-B", "", "\tå\n", "naïve Ø"]
    async with engine.connect() as db:
        for each in texts:
            kept = await db.scalar(select(text("folded(:given)")).params(given=each))
            assert kept == " " + folded(each), each
