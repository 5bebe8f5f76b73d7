"""Which contract a login belongs to, by REST."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.models import Contract, Event
from db.session import reading
from tests.backend.conftest import Api, SignIn
from tests.world import TODAY, World


async def contract_of(engine: AsyncEngine, world: World, subscriber: int, *, status: str = "active") -> int:
    places = {
        world.subscriber_alto: (world.north, world.unit, world.alto),
        world.subscriber_baixo: (world.north, world.unit, world.baixo),
        world.subscriber_south: (world.south, world.south_unit, world.alto),
    }
    company, unit, city = places[subscriber]
    async with AsyncSession(engine) as session, session.begin():
        contract = Contract(
            company_id=company,
            business_unit_id=unit,
            city_id=city,
            subscriber_id=subscriber,
            status=status,
            signed_on=TODAY,
        )
        session.add(contract)
        await session.flush()
        return contract.id


@pytest.fixture
async def root(api: SignIn) -> Api:
    return await api("root")


async def found(api: Api, **narrow: Any) -> list[str]:
    answer = await api.get("/internet-logins", params=narrow)
    assert answer.status_code == 200, answer.text
    return [item["login"] for item in answer.json()["items"]]


async def test_a_login_is_given_to_a_contract_and_found_by_login_and_subscriber(
    engine: AsyncEngine, world: World, root: Api
) -> None:
    contract = await contract_of(engine, world, world.subscriber_alto)
    answer = await root.post("/internet-logins", json={"contract_id": contract, "login": " Ana@Norte "})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["login"], made["subscriber_id"], made["contract_status"]) == (
        "ana@norte",
        world.subscriber_alto,
        "active",
    )
    assert await found(root, login="ANA@norte") == ["ana@norte"]
    assert await found(root, subscriber_id=world.subscriber_alto) == ["ana@norte"]
    assert await found(root, subscriber_id=world.subscriber_baixo) == await found(root, login="an") == []
    async with reading(engine) as db:
        bodies = (await db.scalars(select(Event.body).where(Event.kind == "InternetLoginAdded"))).all()
    assert [(body["internet_login_id"], body["contract_id"]) for body in bodies] == [(made["id"], contract)]


async def test_one_login_is_one_customer_of_a_company_and_may_be_anothers(
    engine: AsyncEngine, world: World, root: Api
) -> None:
    first, second = [await contract_of(engine, world, world.subscriber_alto) for _ in range(2)]
    south = await contract_of(engine, world, world.subscriber_south)
    assert (await root.post("/internet-logins", json={"contract_id": first, "login": "ana"})).status_code == 201
    assert (await root.post("/internet-logins", json={"contract_id": second, "login": "ANA"})).status_code == 409
    assert (await root.post("/internet-logins", json={"contract_id": south, "login": "ana"})).status_code == 201


async def test_the_same_key_gives_a_login_once(engine: AsyncEngine, world: World, root: Api) -> None:
    contract = await contract_of(engine, world, world.subscriber_alto)
    asked = {"contract_id": contract, "login": "ana"}
    one, two = [await root.post("/internet-logins", json=asked, headers={"Idempotency-Key": "a key"}) for _ in range(2)]
    assert (one.status_code, one.json()) == (two.status_code, two.json())
    assert await found(root) == ["ana"]


@pytest.mark.parametrize("login", ["", "   ", "a" * 254, "é" * 127, "a\0b", "a\nb"])
async def test_a_login_that_no_router_could_say_is_refused_by_field(
    engine: AsyncEngine, world: World, root: Api, login: str
) -> None:
    contract = await contract_of(engine, world, world.subscriber_alto)
    answer = await root.post("/internet-logins", json={"contract_id": contract, "login": login})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["login"])


async def test_a_contract_that_is_over_gets_no_login(engine: AsyncEngine, world: World, root: Api) -> None:
    contract = await contract_of(engine, world, world.subscriber_alto, status="cancelled")
    answer = await root.post("/internet-logins", json={"contract_id": contract, "login": "ana"})
    assert answer.status_code == 409
    assert "in force" in answer.json()["detail"]


async def test_logins_of_another_city_are_not_found_and_cannot_be_given(
    engine: AsyncEngine, world: World, root: Api, api: SignIn
) -> None:
    contract = await contract_of(engine, world, world.subscriber_baixo)
    assert (await root.post("/internet-logins", json={"contract_id": contract, "login": "bia"})).status_code == 201
    alto, nobody = await api("alto"), await api("nobody")
    assert await found(alto) == await found(alto, login="bia") == []
    assert await found(alto, subscriber_id=world.subscriber_baixo) == []
    foreign = await alto.post("/internet-logins", json={"contract_id": contract, "login": "x"})
    unknown = await alto.post("/internet-logins", json={"contract_id": 987654, "login": "x"})
    assert (foreign.status_code, foreign.json()) == (404, unknown.json())
    assert (await nobody.get("/internet-logins")).status_code == 403
    assert (await nobody.post("/internet-logins", json={"contract_id": contract, "login": "x"})).status_code == 403


async def test_logins_page_in_order_and_export_whole(engine: AsyncEngine, world: World, root: Api) -> None:
    contract = await contract_of(engine, world, world.subscriber_alto)
    for login in ("carla", "ana", "bia"):
        assert (await root.post("/internet-logins", json={"contract_id": contract, "login": login})).is_success
    first = (await root.get("/internet-logins", params={"limit": 2})).json()
    rest = (await root.get("/internet-logins", params={"limit": 2, "cursor": first["next"]})).json()
    assert [item["login"] for item in first["items"] + rest["items"]] == ["ana", "bia", "carla"]
    assert rest["next"] is None
    exported = await root.get("/internet-logins", headers={"Accept": "text/csv"})
    assert len(exported.text.splitlines()) == 4
