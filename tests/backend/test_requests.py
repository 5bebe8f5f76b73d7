"""Requests by REST: taken, laid down, forwarded, closed and cancelled, by one person at a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.models import CancellationReason, Event, RequestMove
from db.session import reading
from tests.backend.conftest import Api, Clock, SignIn
from tests.care import asked
from tests.world import NOW, World


@pytest.fixture
async def root(api: SignIn) -> Api:
    return await api("root")


@pytest.fixture
async def alto(api: SignIn) -> Api:
    return await api("alto")


async def said(api: Api, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
    answer = await api.post(path, json=body)
    return answer.status_code, answer.json().get("detail", "")


async def reason(engine: AsyncEngine, applies_to: str) -> int:
    async with reading(engine) as db:
        query = select(CancellationReason.id).where(CancellationReason.applies_to == applies_to)
        return (await db.execute(query)).scalar_one()


async def test_one_takes_it_and_the_other_is_told_who_has_it(
    engine: AsyncEngine, world: World, root: Api, alto: Api
) -> None:
    request = await asked(alto, world.subscriber_alto, "finance")
    path = f"/requests/{request['id']}"
    answers = await asyncio.gather(root.post(f"{path}/take"), alto.post(f"{path}/take"))
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 409)
    holder = won.json()["taken_by"]
    assert holder in ("Root", "Alto")
    assert lost.json()["detail"] == f"{holder} has this request in hand."
    assert lost.json()["taken_by"] == holder
    other, mine = (alto, root) if holder == "Root" else (root, alto)
    for step, body in (
        ("forward", {"department": "technical"}),
        ("close", {"result": "x"}),
        ("cancel", {"reason_id": await reason(engine, "request")}),
    ):
        assert await said(other, f"{path}/{step}", body) == (409, f"{holder} has this request in hand.")
    assert (await mine.post(f"{path}/take")).json()["taken_by"] == holder
    history = (await root.get(path)).json()["history"]
    assert [(move["kind"], move["author"]) for move in history] == [("opened", "Alto"), ("taken", holder)]


async def test_the_whole_way_of_a_request_stays_in_its_history(
    engine: AsyncEngine, world: World, root: Api, alto: Api, clock: Clock
) -> None:
    request = await asked(alto, world.subscriber_alto, "commercial")
    path = f"/requests/{request['id']}"
    for step, body in (
        ("take", None),
        ("release", None),
        ("take", None),
        ("forward", {"department": "finance", "note": "É cobrança."}),
        ("take", None),
        ("close", {"result": " Boleto reenviado. "}),
    ):
        clock.advance(timedelta(minutes=5))
        answer = await alto.post(f"{path}/{step}", json=body)
        assert answer.status_code == 200, answer.text
    detail = (await alto.get(path)).json()
    assert [(move["kind"], move["department"], move["note"]) for move in detail["history"]] == [
        ("opened", "commercial", "Segunda via do boleto."),
        ("taken", "commercial", ""),
        ("released", "commercial", ""),
        ("taken", "commercial", ""),
        ("forwarded", "finance", "É cobrança."),
        ("taken", "finance", ""),
        ("closed", "finance", "Boleto reenviado."),
    ]
    ended = detail["request"]
    assert (ended["status"], ended["result"], ended["ended_by"]) == ("closed", "Boleto reenviado.", "Alto")
    assert ended["due_on"] == request["due_on"]
    async with reading(engine) as db:
        facts = list(await db.scalars(select(Event.kind).where(Event.subject_type == "request").order_by(Event.id)))
    assert facts == [
        "RequestOpened",
        "RequestTaken",
        "RequestTaken",
        "RequestTaken",
        "RequestForwarded",
        "RequestTaken",
        "RequestEnded",
    ]


async def test_what_has_ended_changes_no_more_and_says_who_ended_it(
    engine: AsyncEngine, world: World, root: Api, alto: Api
) -> None:
    request = await asked(alto, world.subscriber_alto, "finance")
    path = f"/requests/{request['id']}"
    repeated = await reason(engine, "request")
    cancelled = await root.post(f"{path}/cancel", json={"reason_id": repeated, "note": "Igual ao anterior."})
    assert (cancelled.json()["status"], cancelled.json()["reason"]) == ("cancelled", "Pedido repetido")
    for step, body in (
        ("take", None),
        ("release", None),
        ("forward", {"department": "technical"}),
        ("close", {"result": "x"}),
        ("cancel", {"reason_id": repeated}),
    ):
        assert await said(alto, f"{path}/{step}", body) == (
            409,
            "This request was cancelled by Root and cannot change any more.",
        )
    assert (await alto.delete(path)).status_code == 405


async def test_two_who_close_at_once_close_it_once(world: World, root: Api, alto: Api) -> None:
    request = await asked(alto, world.subscriber_alto, "finance")
    path = f"/requests/{request['id']}/close"
    answers = await asyncio.gather(*(api.post(path, json={"result": "Feito."}) for api in (root, alto, root, alto)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_who_manages_lays_down_what_another_has_and_nobody_else_does(world: World, root: Api, alto: Api) -> None:
    request = await asked(alto, world.subscriber_alto, "finance")
    path = f"/requests/{request['id']}"
    await root.post(f"{path}/take")
    assert await said(alto, f"{path}/release") == (409, "Root has this request in hand.")
    await root.post(f"{path}/release")
    assert await said(alto, f"{path}/release") == (409, "Nobody has this request in hand.")
    await alto.post(f"{path}/take")
    assert (await root.post(f"{path}/release")).json()["taken_by"] is None


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("forward", {"department": "finance"}, "department"),
        ("forward", {"department": "juridico"}, None),
        ("forward", {"department": "technical", "note": "x" * 4001}, "note"),
        ("close", {"result": "   "}, "result"),
        ("close", {}, None),
        ("cancel", {"reason_id": 0}, None),
    ],
)
async def test_a_step_that_makes_no_sense_is_refused(
    world: World, alto: Api, step: str, body: dict[str, Any], field: str | None
) -> None:
    request = await asked(alto, world.subscriber_alto, "finance")
    answer = await alto.post(f"/requests/{request['id']}/{step}", json=body)
    assert answer.status_code == 422
    if field:
        assert list(answer.json()["errors"]) == [field]
    assert len((await alto.get(f"/requests/{request['id']}")).json()["history"]) == 1


async def test_a_reason_for_receivables_cancels_no_request(engine: AsyncEngine, world: World, alto: Api) -> None:
    request = await asked(alto, world.subscriber_alto, "finance")
    answer = await alto.post(f"/requests/{request['id']}/cancel", json={"reason_id": world.reason})
    assert answer.status_code == 404
    listed = (await alto.get("/cancellation-reasons", params={"applies_to": "request"})).json()["items"]
    assert [each["text"] for each in listed] == ["Pedido repetido"]


async def test_requests_are_listed_by_deadline_and_narrowed(world: World, root: Api, alto: Api, clock: Clock) -> None:
    technical = await asked(alto, world.subscriber_alto, "technical")
    finance = await asked(alto, world.subscriber_alto, "finance")
    elsewhere = await asked(root, world.subscriber_baixo, "finance", company_id=world.north)
    await root.post(f"/requests/{finance['id']}/take")

    async def listed(api: Api = root, **narrow: Any) -> list[int]:
        seen: list[int] = []
        cursor: str | None = None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = (await api.get("/requests", params={"limit": "1"} | narrow | more)).json()
            seen += [item["id"] for item in page["items"]]
            if (cursor := page["next"]) is None:
                return seen

    assert await listed() == [finance["id"], elsewhere["id"], technical["id"]]
    assert await listed(department="finance") == [finance["id"], elsewhere["id"]]
    assert await listed(mine="true") == [finance["id"]]
    assert await listed(alto, mine="true") == []
    assert await listed(alto) == [finance["id"], technical["id"]]
    assert await listed(kind_id=str(technical["kind_id"])) == [technical["id"]]
    assert await listed(subscriber_id=str(world.subscriber_baixo)) == [elsewhere["id"]]
    assert await listed(overdue="true") == []
    await root.post(f"/requests/{elsewhere['id']}/close", json={"result": "Feito."})
    assert await listed(status="closed") == [elsewhere["id"]]
    assert await listed(status="open", overdue="false") == [finance["id"], technical["id"]]
    exported = await alto.get("/requests", headers={"Accept": "text/csv"})
    assert len(exported.text.splitlines()) == 3


async def test_a_request_is_overdue_from_the_morning_after_its_last_day(world: World, alto: Api, clock: Clock) -> None:
    """In the company's day: at 2 h UTC the last day is not over in Brazil."""
    request = await asked(alto, world.subscriber_alto, "finance")
    last_moment = NOW.replace(hour=2, minute=59) + timedelta(days=8)
    for now, overdue in ((last_moment, False), (last_moment + timedelta(minutes=1), True)):
        clock.now = now
        await _sign_in_again(alto)
        assert (await alto.get(f"/requests/{request['id']}")).json()["request"]["overdue"] is overdue
        found = (await alto.get("/requests", params={"overdue": "true"})).json()["items"]
        assert bool(found) is overdue


async def _sign_in_again(api: Api) -> None:
    answer = await api.post("/session", json={"login": "alto", "password": "correct horse"})
    api.headers["X-CSRF-Token"] = answer.json()["csrf"]


async def test_a_request_of_another_place_looks_like_none(world: World, root: Api, alto: Api, api: SignIn) -> None:
    request = await asked(root, world.subscriber_baixo, "finance", company_id=world.north)
    south, nobody = await api("south"), await api("nobody")
    steps: tuple[tuple[str, Any], ...] = (
        ("take", None),
        ("release", None),
        ("forward", {"department": "technical"}),
        ("close", {"result": "x"}),
        ("cancel", {"reason_id": 1}),
    )
    for stranger in (alto, south):
        hidden = await stranger.get(f"/requests/{request['id']}")
        assert (hidden.status_code, hidden.json()) == (404, (await stranger.get("/requests/987654")).json())
        for step, body in steps:
            assert (await stranger.post(f"/requests/{request['id']}/{step}", json=body)).status_code == 404
    for step, body in steps:
        assert (await nobody.post(f"/requests/{request['id']}/{step}", json=body)).status_code == 403
    assert (await nobody.get("/requests")).status_code == 403
    assert (await nobody.get("/request-kinds")).status_code == 403
    assert (await south.get("/request-kinds")).json()["items"] == []
    assert len((await root.get(f"/requests/{request['id']}")).json()["history"]) == 1


async def test_a_step_repeated_with_its_key_is_done_once(world: World, alto: Api) -> None:
    request = await asked(alto, world.subscriber_alto, "finance")
    path = f"/requests/{request['id']}/close"
    key = {"Idempotency-Key": "close-1"}
    first, second = [await alto.post(path, json={"result": "Feito."}, headers=key) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()


async def test_the_database_refuses_to_change_a_step(engine: AsyncEngine, world: World, alto: Api) -> None:
    await asked(alto, world.subscriber_alto, "finance")
    async with AsyncSession(engine) as session:
        with pytest.raises(DBAPIError, match="refused"):
            await session.execute(update(RequestMove).values(note="never said"))
