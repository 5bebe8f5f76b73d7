"""Signing in, tokens, and what they do not allow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.auth.identity import Grant
from db.models import AppUser, IdempotencyKey, Token, UserSession
from db.session import reading
from realtime.scope import Reach
from tests.backend.conftest import Api, Clock, SignIn
from tests.world import NOW, PASSWORD, World


async def test_a_login_gives_a_cookie_that_scripts_cannot_read(world: World, anonymous: Api) -> None:
    answer = await anonymous.post("/session", json={"login": "ROOT ", "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert answer.json()["user"]["login"] == "root"
    who = await anonymous.get("/session")
    assert who.json()["csrf"] == answer.json()["csrf"]


async def test_unknown_login_and_wrong_password_answer_alike(world: World, anonymous: Api) -> None:
    wrong = await anonymous.post("/session", json={"login": "root", "password": "wrong"})
    unknown = await anonymous.post("/session", json={"login": "who", "password": "wrong"})
    assert (wrong.status_code, wrong.json()) == (401, unknown.json())


async def test_guessing_is_throttled_and_says_when_to_come_back(world: World, anonymous: Api, clock: Clock) -> None:
    for _ in range(5):
        await anonymous.post("/session", json={"login": "root", "password": "wrong"})
    refused = await anonymous.post("/session", json={"login": "root", "password": PASSWORD})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    clock.advance(timedelta(minutes=16))
    assert (await anonymous.post("/session", json={"login": "root", "password": PASSWORD})).status_code == 200


async def test_a_write_by_cookie_needs_its_csrf_token(world: World, anonymous: Api) -> None:
    await anonymous.post("/session", json={"login": "root", "password": PASSWORD})
    body = {"subscriber_id": world.subscriber_alto, "amount": "1.00", "due_on": "2026-12-01"}
    assert (await anonymous.post("/receivables", json=body)).status_code == 403
    csrf = (await anonymous.get("/session")).json()["csrf"]
    allowed = await anonymous.post("/receivables", json=body, headers={"X-CSRF-Token": csrf})
    assert allowed.status_code == 201, allowed.text


async def test_signing_out_ends_the_session_at_once(world: World, api: SignIn) -> None:
    root = await api("root")
    assert (await root.delete("/session")).status_code == 204
    assert (await root.get("/receivables")).status_code == 401


async def test_an_expired_session_is_refused(world: World, api: SignIn, clock: Clock) -> None:
    root = await api("root")
    clock.advance(timedelta(hours=13))
    assert (await root.get("/receivables")).status_code == 401


async def test_a_dismissed_user_is_refused_in_the_middle_of_a_session(
    engine: AsyncEngine, world: World, api: SignIn
) -> None:
    root = await api("root")
    async with engine.begin() as connection:
        await connection.execute(update(AppUser).where(AppUser.login == "root").values(active=False))
    assert (await root.get("/receivables")).status_code == 401


async def test_a_token_works_as_bearer_until_it_is_revoked(world: World, api: SignIn, anonymous: Api) -> None:
    root = await api("root")
    body = {
        "name": "telão",
        "grants": [{"module": "receivables", "action": "read", "city_id": world.alto}],
        "expires_at": (NOW + timedelta(days=30)).isoformat(),
    }
    issued = await root.post("/tokens", json=body)
    assert issued.status_code == 201, issued.text
    bearer = {"Authorization": f"Bearer {issued.json()['token']}"}
    assert (await anonymous.get("/receivables", headers=bearer)).status_code == 200
    assert (await anonymous.get("/devices", headers=bearer)).status_code == 403
    assert (await root.post(f"/tokens/{issued.json()['id']}/revoke")).status_code == 204
    assert (await anonymous.get("/receivables", headers=bearer)).status_code == 401


async def test_an_expired_token_is_refused(world: World, api: SignIn, anonymous: Api, clock: Clock) -> None:
    root = await api("root")
    body = {
        "name": "curto",
        "grants": [{"module": "receivables", "action": "read"}],
        "expires_at": (NOW + timedelta(hours=1)).isoformat(),
    }
    token = (await root.post("/tokens", json=body)).json()["token"]
    clock.advance(timedelta(hours=2))
    assert (await anonymous.get("/receivables", headers={"Authorization": f"Bearer {token}"})).status_code == 401


async def test_a_token_reaches_no_further_than_its_owner(world: World, api: SignIn) -> None:
    clerk = await api("alto")
    for grant in (
        {"module": "receivables", "action": "read"},
        {"module": "receivables", "action": "read", "company_id": world.north},
        {"module": "receivables", "action": "read", "company_id": world.north, "city_id": world.baixo},
        {"module": "*", "action": "*", "company_id": world.north, "city_id": world.alto},
    ):
        body = {"name": "x", "grants": [grant], "expires_at": (NOW + timedelta(days=1)).isoformat()}
        assert (await clerk.post("/tokens", json=body)).status_code == 403, grant


async def test_no_bearer_secret_is_kept_readable(engine: AsyncEngine, world: World, api: SignIn) -> None:
    root = await api("root")
    body = {
        "name": "x",
        "grants": [{"module": "receivables", "action": "read"}],
        "expires_at": (NOW + timedelta(days=1)).isoformat(),
    }
    issued = await root.post("/tokens", json=body, headers={"Idempotency-Key": "k"})
    secret = issued.json()["token"]
    assert (await root.post("/tokens", json=body, headers={"Idempotency-Key": "k"})).json()["token"] == secret
    async with reading(engine) as db:
        hashes = [*(await db.scalars(select(Token.token_hash))), *(await db.scalars(select(UserSession.token_hash)))]
        bodies = list(await db.scalars(select(IdempotencyKey.body)))
    assert not any(secret.encode() in value for value in hashes)
    assert len(bodies) == 1
    assert not any(secret.encode() in (value or b"") for value in bodies)


async def test_who_has_no_grants_sees_nothing(world: World, api: SignIn) -> None:
    nobody = await api("nobody")
    assert (await nobody.get("/receivables")).status_code == 403
    assert (await nobody.get("/panels/receivables.day")).status_code == 403
    assert (await nobody.get("/companies")).json()["items"] == []


async def test_the_three_axes_list_what_the_grants_reach(world: World, api: SignIn) -> None:
    clerk = await api("alto")
    assert [item["id"] for item in (await clerk.get("/companies")).json()["items"]] == [world.north]
    assert [item["id"] for item in (await clerk.get("/cities")).json()["items"]] == [world.alto]
    units = [item["id"] for item in (await clerk.get("/business-units")).json()["items"]]
    assert sorted(units) == sorted([world.unit, world.other_unit])


@pytest.mark.parametrize(
    ("mine", "other", "contained"),
    [
        (Grant("*", "*", Reach()), Grant("network", "read", Reach(1, 2, 3)), True),
        (Grant("network", "read", Reach(1)), Grant("network", "read", Reach(1, 0, 4)), True),
        (Grant("network", "read", Reach(1)), Grant("network", "read", Reach()), False),
        (Grant("network", "read", Reach()), Grant("network", "*", Reach()), False),
        (Grant("network", "*", Reach()), Grant("network", "read", Reach()), True),
    ],
)
def test_a_grant_contains_only_what_it_allows(mine: Grant, other: Grant, contained: bool) -> None:
    assert mine.contains(other) is contained
