"""Service orders by REST: opening, moving, guards in words, two people at once, lists, scope."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.models import Event, ServiceOrder, ServiceOrderMove, SubscriberAddress
from tests.backend.conftest import Api, Clock, SignIn
from tests.crew import Crew, build_crew
from tests.world import NOW, World


@pytest.fixture
async def crew(engine: AsyncEngine, world: World) -> Crew:
    return await build_crew(engine, world)


def window(hours: float = 1, lasts: float = 2) -> dict[str, str]:
    starts = NOW + timedelta(hours=hours)
    return {"scheduled_from": starts.isoformat(), "scheduled_until": (starts + timedelta(hours=lasts)).isoformat()}


async def open_order(api: Api, crew: Crew, world: World, **changes: Any) -> dict[str, Any]:
    body = {"kind_id": crew.repair, "subscriber_id": world.subscriber_alto, "location": "Rua A, 1"} | changes
    answer = await api.post("/service-orders", json={name: value for name, value in body.items() if value is not None})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def moved(api: Api, order: int, to: str, **asked: Any) -> httpx.Response:
    return await api.post(f"/service-orders/{order}/moves", json={"to": to} | asked)


async def test_a_day_of_an_order_is_kept_step_by_step(
    engine: AsyncEngine, world: World, crew: Crew, api: SignIn, clock: Clock
) -> None:
    alto = await api("alto")
    order = await open_order(alto, crew, world)
    assert (order["stage"], order["version"], order["subscriber"]) == ("open", 0, "Assinante do Alto")
    plan = {"team_id": crew.team, "technician_id": crew.iara, **window()}
    for to, asked in (
        ("scheduled", plan),
        ("en_route", {"position": {"latitude": -19.9, "longitude": -43.9}}),
        ("arrived", {}),
        ("started", {"note": "Sem sinal na CTO."}),
        ("done", {"resolution": "Conector trocado."}),
    ):
        clock.advance(timedelta(minutes=10))
        answer = await moved(alto, order["id"], to, **asked)
        assert answer.status_code == 201, answer.text
    after = answer.json()
    assert (after["stage"], after["version"], after["resolution"]) == ("done", 5, "Conector trocado.")
    assert (after["team"], after["technician"], after["late"]) == ("Equipe 1", "Iara", False)
    detail = (await alto.get(f"/service-orders/{order['id']}")).json()
    assert detail["next"] == []
    assert [(m["version"], m["before"], m["after"], m["author"]) for m in detail["history"]] == [
        (0, None, "open", "Alto"),
        (1, "open", "scheduled", "Alto"),
        (2, "scheduled", "en_route", "Alto"),
        (3, "en_route", "arrived", "Alto"),
        (4, "arrived", "started", "Alto"),
        (5, "started", "done", "Alto"),
    ]
    assert detail["history"][2]["latitude"] == -19.9
    assert detail["history"][4]["note"] == "Sem sinal na CTO."
    async with AsyncSession(engine) as session:
        kinds = (await session.scalars(select(Event.kind).where(Event.subject_type == "service_order"))).all()
    assert kinds == ["ServiceOrderOpened"] + ["ServiceOrderMoved"] * 5


async def test_an_order_with_team_and_window_is_scheduled_at_once(world: World, crew: Crew, api: SignIn) -> None:
    alto = await api("alto")
    order = await open_order(alto, crew, world, team_id=crew.team, **window())
    assert (order["stage"], order["version"], order["team"]) == ("scheduled", 1, "Equipe 1")
    body = {"kind_id": crew.repair, "subscriber_id": world.subscriber_alto, "location": "x", "team_id": crew.team}
    refused = await alto.post("/service-orders", json=body)
    assert (refused.status_code, refused.json()["refused"]) == (422, "needs_team_and_time")
    assert len((await alto.get("/service-orders")).json()["items"]) == 1, "the refused one must leave nothing"


async def test_a_visit_goes_to_the_installation_address(
    engine: AsyncEngine, world: World, crew: Crew, api: SignIn
) -> None:
    async with AsyncSession(engine) as session, session.begin():
        session.add(
            SubscriberAddress(
                subscriber_id=world.subscriber_alto,
                kind="installation",
                street="Rua da Bahia",
                number="1148",
                complement="ap. 3",
                neighbourhood="Centro",
                city_id=world.alto,
                state="MG",
                postal_code="30160011",
                latitude=-19.92,
                longitude=-43.93,
            )
        )
    alto = await api("alto")
    order = await open_order(alto, crew, world, location=None)
    assert (order["location"], order["latitude"]) == ("Rua da Bahia, 1148 ap. 3, Centro", -19.92)
    elsewhere = await open_order(alto, crew, world, location="Rua B, 2")
    assert (elsewhere["location"], elsewhere["latitude"]) == ("Rua B, 2", None)


async def test_a_task_on_the_network_needs_no_subscriber_but_a_place(world: World, crew: Crew, api: SignIn) -> None:
    root = await api("root")
    task = {"kind_id": crew.repair, "company_id": world.north, "city_id": world.alto, "location": "CTO 14"}
    refused = await root.post("/service-orders", json=task)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["business_unit_id"])
    made = await root.post("/service-orders", json=task | {"business_unit_id": world.unit})
    assert (made.status_code, made.json()["subscriber"], made.json()["city"]) == (201, None, "Alto")
    for missing in ("city_id", "location"):
        body = {name: value for name, value in task.items() if name != missing}
        assert list((await root.post("/service-orders", json=body)).json()["errors"]) == [missing]
    south = await api("south")
    only_unit = {"kind_id": crew.south_repair, "city_id": world.alto, "location": "Torre"}
    assert (await south.post("/service-orders", json=only_unit)).json()["business_unit_id"] == world.south_unit


@pytest.mark.parametrize(
    ("to", "asked", "status", "word"),
    [
        ("done", {"resolution": "x"}, 409, "no_such_move"),
        ("scheduled", {"team_id": "team"}, 422, "needs_team_and_time"),
        ("scheduled", {"team_id": "team", "technician_id": "nilo"}, 422, "technician_of_another_team"),
        ("cancelled", {}, 422, "needs_reason"),
        ("open", {}, 409, "nothing_changes"),
        ("cancelled", {"at": "2030-01-01T00:00:00Z"}, 422, "from_the_future"),
        ("cancelled", {"at": "2020-01-01T00:00:00Z"}, 409, "before_the_last"),
    ],
)
async def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    world: World, crew: Crew, api: SignIn, to: str, asked: dict[str, Any], status: int, word: str
) -> None:
    root = await api("root")
    order = await open_order(root, crew, world)
    named = {name: getattr(crew, value) if hasattr(crew, str(value)) else value for name, value in asked.items()}
    answer = await moved(root, order["id"], to, **named)
    assert (answer.status_code, answer.json()["refused"]) == (status, word), answer.text
    assert len(answer.json()["detail"]) > 20
    assert (await root.get(f"/service-orders/{order['id']}")).json()["order"]["version"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"to": "teleported"},
        {"to": "cancelled", "at": "2026-11-24T15:00:00"},
        {"to": "cancelled", "position": {"latitude": 91, "longitude": 0}},
        {"to": "cancelled", "reason": 10**30},
        {"to": "cancelled", "note": "x" * 2001},
        {"to": "cancelled", "colour": "red"},
        {"to": "cancelled", "version": -1},
        {},
    ],
)
async def test_a_body_that_makes_no_sense_is_refused(
    world: World, crew: Crew, api: SignIn, body: dict[str, Any]
) -> None:
    root = await api("root")
    order = await open_order(root, crew, world)
    assert (await root.post(f"/service-orders/{order['id']}/moves", json=body)).status_code == 422


async def test_reasons_teams_and_kinds_of_somebody_else_do_not_exist(world: World, crew: Crew, api: SignIn) -> None:
    root = await api("root")
    order = await open_order(root, crew, world)
    assert (await moved(root, order["id"], "cancelled", reason=world.reason)).status_code == 404
    answer = await moved(root, order["id"], "scheduled", team_id=crew.south_team, **window())
    assert answer.status_code == 404
    body = {"kind_id": crew.south_repair, "subscriber_id": world.subscriber_alto, "location": "x"}
    assert (await root.post("/service-orders", json=body)).status_code == 404
    alto = await api("alto")
    assert (await moved(alto, order["id"], "scheduled", team_id=crew.other, **window())).status_code == 404


async def test_who_saw_an_older_order_is_told_and_changes_nothing(world: World, crew: Crew, api: SignIn) -> None:
    root = await api("root")
    order = await open_order(root, crew, world, team_id=crew.team, **window())
    first = await moved(root, order["id"], "en_route", version=1)
    late = await moved(root, order["id"], "open", version=1)
    assert (first.status_code, late.status_code) == (201, 409)
    assert late.json()["refused"] == "moved_meanwhile"
    assert (late.json()["stage"], late.json()["version"]) == ("en_route", 2)


async def test_of_many_people_at_once_one_moves_the_order(
    engine: AsyncEngine, world: World, crew: Crew, api: SignIn
) -> None:
    root = await api("root")
    order = await open_order(root, crew, world, team_id=crew.team, **window())
    answers = await asyncio.gather(*(moved(root, order["id"], "en_route", version=1) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    async with AsyncSession(engine) as session:
        versions = (await session.scalars(select(ServiceOrderMove.version).order_by(ServiceOrderMove.version))).all()
    assert versions == [0, 1, 2]


async def test_a_phone_that_sends_again_gets_the_same_answer_once(world: World, crew: Crew, api: SignIn) -> None:
    root = await api("root")
    order = await open_order(root, crew, world, team_id=crew.team, **window())
    path, key = f"/service-orders/{order['id']}/moves", {"Idempotency-Key": "phone-7-41"}
    answers = await asyncio.gather(*(root.post(path, json={"to": "arrived"}, headers=key) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len((await root.get(f"/service-orders/{order['id']}")).json()["history"]) == 3
    assert (await root.post(path, json={"to": "started"}, headers=key)).status_code == 409


async def test_late_comes_with_the_clock_alone(engine: AsyncEngine, world: World, crew: Crew, api: SignIn) -> None:
    root = await api("root")
    order = await open_order(root, crew, world, team_id=crew.team, **window())
    other = await open_order(root, crew, world)
    async with AsyncSession(engine) as session, session.begin():
        held = await session.get_one(ServiceOrder, order["id"])
        now = datetime.now(held.created_at.tzinfo)
        held.scheduled_from, held.scheduled_until = now - timedelta(hours=2), now - timedelta(minutes=30)
    late = (await root.get("/service-orders?late=true")).json()["items"]
    assert [item["id"] for item in late] == [order["id"]]
    assert late[0]["late_since"].startswith(f"{now - timedelta(minutes=30):%Y-%m-%dT%H:%M}")
    assert [item["id"] for item in (await root.get("/service-orders?late=false")).json()["items"]] == [other["id"]]


async def test_the_list_filters_pages_and_exports(world: World, crew: Crew, api: SignIn) -> None:
    root = await api("root")
    orders = [await open_order(root, crew, world) for _ in range(3)]
    planned = await open_order(
        root,
        crew,
        world,
        kind_id=crew.installation,
        subscriber_id=world.subscriber_baixo,
        team_id=crew.other,
        technician_id=crew.nilo,
        **window(),
    )
    for query, expected in (
        ("stage=open", [o["id"] for o in orders][::-1]),
        (f"team_id={crew.other}", [planned["id"]]),
        (f"technician_id={crew.nilo}", [planned["id"]]),
        (f"subscriber_id={world.subscriber_baixo}", [planned["id"]]),
        (f"city_id={world.baixo}", [planned["id"]]),
        (f"kind_id={crew.installation}", [planned["id"]]),
        ("date=2026-11-24", [planned["id"]]),
        ("date=2026-11-23", []),
    ):
        found = (await root.get(f"/service-orders?{query}")).json()
        assert [item["id"] for item in found["items"]] == expected, query
    first = (await root.get("/service-orders?limit=2")).json()
    rest = (await root.get(f"/service-orders?limit=2&cursor={first['next']}")).json()
    listed = [item["id"] for item in first["items"] + rest["items"]]
    assert (listed, rest["next"]) == ([planned["id"], *(o["id"] for o in orders[::-1])], None)
    exported = await root.get("/service-orders", headers={"Accept": "text/csv"})
    lines = exported.text.lstrip("\ufeff").splitlines()
    assert lines[0].startswith("id,number,company_id") and len(lines) == 5


async def test_one_city_neither_sees_nor_moves_the_orders_of_another(world: World, crew: Crew, api: SignIn) -> None:
    root, alto, south, nobody = [await api(login) for login in ("root", "alto", "south", "nobody")]
    order = await open_order(root, crew, world, subscriber_id=world.subscriber_baixo)
    for stranger in (alto, south):
        assert (await stranger.get("/service-orders")).json()["items"] == []
        assert (await stranger.get(f"/service-orders/{order['id']}")).status_code == 404
        assert (await moved(stranger, order["id"], "cancelled", reason=crew.reason)).status_code == 404
        body = {"kind_id": crew.repair, "subscriber_id": world.subscriber_baixo, "location": "x"}
        assert (await stranger.post("/service-orders", json=body)).status_code == 404
    assert {kind["company_id"] for kind in (await south.get("/order-kinds")).json()["items"]} == {world.south}
    for path in ("/service-orders", f"/service-orders/{order['id']}", "/order-kinds", "/order-reasons"):
        assert (await nobody.get(path)).status_code == 403
    assert (await moved(nobody, order["id"], "cancelled")).status_code == 403


async def test_what_is_chosen_from_is_listed(world: World, crew: Crew, api: SignIn) -> None:
    alto = await api("alto")
    kinds = (await alto.get("/order-kinds")).json()["items"]
    assert [(kind["name"], kind["expected_minutes"]) for kind in kinds] == [("Instalação", 120), ("Reparo", 60)]
    assert (await alto.get("/order-reasons")).json()["items"] == [{"id": crew.reason, "text": "Cliente ausente"}]


async def test_no_order_can_be_deleted(world: World, crew: Crew, api: SignIn) -> None:
    root = await api("root")
    order = await open_order(root, crew, world)
    for path in (f"/service-orders/{order['id']}", "/service-orders", f"/service-orders/{order['id']}/moves"):
        assert (await root.delete(path)).status_code == 405
