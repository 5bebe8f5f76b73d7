"""`/gps` and the routes of technicians, as a phone and a dispatcher use them."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import GpsDevice, TechnicianFix, TechnicianPosition
from tests.backend.conftest import Api, Clock, SignIn, _client
from tests.world import NOW, World

Phone = httpx.AsyncClient


@pytest.fixture
async def phone(app: Litestar, clients: AsyncExitStack) -> Phone:
    """Somebody without cookie or CSRF token."""
    return await clients.enter_async_context(_client(app, ""))


@pytest.fixture
async def root(api: SignIn) -> Api:
    return await api("root")


async def technician(root: Api, world: World, name: str = "Iara", **place: Any) -> int:
    asked = {"name": name, "company_id": world.north, "city_id": world.alto, **place}
    answer = await root.post("/technicians", json=asked)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def token_of(root: Api, number: int) -> str:
    answer = await root.post(f"/technicians/{number}/gps-token")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


async def shown(root: Api) -> dict[str, dict[str, Any]]:
    """Name -> row of the panel."""
    rows = (await root.get("/panels/technicians.map")).json()["data"]
    return {row["name"]: row for row in rows}


def osmand(token: str, **given: Any) -> dict[str, Any]:
    return {"id": token, "lat": -20.75, "lon": -42.88, "timestamp": int(NOW.timestamp()), **given}


def traccar(token: str, seconds: int, latitude: float) -> dict[str, Any]:
    at = (NOW + timedelta(seconds=seconds)).isoformat()
    coords = {"latitude": latitude, "longitude": -42.88, "accuracy": 5, "speed": 10, "heading": 90, "altitude": 600}
    return {
        "location": {"timestamp": at, "coords": coords, "battery": {"level": 0.5, "is_charging": False}},
        "device_id": token,
    }


def owntracks(seconds: int, latitude: float) -> dict[str, Any]:
    at = int((NOW + timedelta(seconds=seconds)).timestamp())
    return {
        "_type": "location",
        "lat": latitude,
        "lon": -42.88,
        "tst": at,
        "acc": 5,
        "vel": 36,
        "batt": 40,
        "tid": "ia",
    }


async def test_all_three_dialects_move_the_same_technician(root: Api, phone: Phone, world: World, clock: Clock) -> None:
    token = await token_of(root, await technician(root, world))
    answer = await phone.get("/gps", params=osmand(token, speed=10, batt=60, accuracy=5))
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await shown(root))["Iara"]["latitude"] == -20.75
    clock.advance(timedelta(seconds=60))
    answer = await phone.post("/gps", json=traccar(token, 30, -20.751))
    assert (answer.status_code, answer.content) == (200, b"")
    row = (await shown(root))["Iara"]
    assert (row["latitude"], row["speed_kmh"], row["heading_deg"], row["battery"]) == (-20.751, 36.0, 90.0, 0.5)
    answer = await phone.post("/gps", json=owntracks(50, -20.752), auth=("iara", token))
    assert (answer.status_code, answer.json()) == (200, [])
    row = (await shown(root))["Iara"]
    assert (row["latitude"], row["battery"], row["state"]) == (-20.752, 0.4, "free")


@pytest.mark.parametrize("how", ["path", "bearer", "query"])
async def test_owntracks_may_carry_its_token_in_other_ways(root: Api, phone: Phone, world: World, how: str) -> None:
    token = await token_of(root, await technician(root, world))
    headers = {"Authorization": f"Bearer {token}"} if how == "bearer" else {}
    params = {"query": {"token": token}, "path": {"id": token.upper()}}.get(how, {})
    answer = await phone.post("/gps", json=owntracks(0, -20.75), headers=headers, params=params)
    assert (answer.status_code, answer.json()) == (200, [])


async def test_a_dismissed_token_and_one_that_never_was_are_refused_alike(
    root: Api, phone: Phone, world: World, engine: AsyncEngine
) -> None:
    number = await technician(root, world)
    first = await token_of(root, number)
    second = await token_of(root, number)
    old, never = [await phone.get("/gps", params=osmand(token)) for token in (first, "never-was")]
    assert old.status_code == never.status_code == 401
    assert old.json() == never.json()
    assert (await phone.get("/gps", params=osmand(second))).status_code == 200
    assert (await root.post(f"/technicians/{number}/gps-token/revoke")).status_code == 204
    assert (await phone.get("/gps", params=osmand(second, timestamp=""))).status_code == 401
    assert (await root.post(f"/technicians/{number}/gps-token/revoke")).status_code == 409
    async with engine.connect() as db:
        drops = (await db.execute(select(GpsDevice.drops).order_by(GpsDevice.id))).scalars().all()
        kept = (await db.execute(select(GpsDevice.token_digest))).scalars().all()
    assert [drop["revoked"]["count"] for drop in drops] == [1, 1]
    assert all(first not in json.dumps(drop) and second not in json.dumps(drop) for drop in drops)
    assert {len(digest) for digest in kept} == {32}
    metrics = (await phone.get("/metrics")).text
    assert 'farol_gps_fixes_total{outcome="revoked"} 2.0' in metrics
    assert "farol_gps_unknown_tokens_total 3.0" in metrics


async def test_letters_for_latitude_are_refused_in_words_counted_and_kept(
    root: Api, phone: Phone, world: World
) -> None:
    number = await technician(root, world)
    token = await token_of(root, number)
    answer = await phone.get("/gps", params=osmand(token, lat="abc"))
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"lat": "must be a number"}
    (drop,) = (await root.get(f"/technicians/{number}")).json()["drops"]
    assert (drop["reason"], drop["count"]) == ("malformed", 1)
    assert "lat=abc" in drop["sample"]
    assert token not in drop["sample"]
    assert (await phone.get("/gps", params={"lat": "abc", "lon": 1})).status_code == 401, "nobody's nonsense"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"lat": 0, "lon": 0}, "nowhere"),
        ({"accuracy": 300}, "inaccurate"),
        ({"timestamp": int((NOW + timedelta(days=1)).timestamp())}, "future"),
    ],
)
async def test_what_is_not_believed_is_acknowledged_counted_and_kept(
    root: Api, phone: Phone, world: World, given: dict[str, Any], reason: str
) -> None:
    number = await technician(root, world)
    token = await token_of(root, number)
    for _ in range(2):
        assert (await phone.get("/gps", params=osmand(token, **given))).status_code == 200
    item = (await root.get(f"/technicians/{number}")).json()
    assert [(drop["reason"], drop["count"]) for drop in item["drops"]] == [(reason, 2)]
    assert item["dialect"] == "osmand"
    assert (await shown(root))["Iara"]["signal"] == "never"
    assert f'farol_gps_fixes_total{{outcome="{reason}"}} 2.0' in (await phone.get("/metrics")).text


async def test_fifty_fixes_in_one_second_are_taken_and_bounded(
    root: Api, phone: Phone, world: World, engine: AsyncEngine, wiring: Any
) -> None:
    token = await token_of(root, await technician(root, world))
    start = NOW.timestamp()
    answers = await asyncio.gather(
        *(
            phone.get("/gps", params=osmand(token, lat=-20.75 + n * 1e-5, timestamp=int((start + n / 50) * 1000)))
            for n in range(50)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    async with engine.connect() as db:
        tracked = await db.scalar(select(func.count()).select_from(TechnicianFix))
        position = (await db.execute(select(TechnicianPosition.at))).scalar_one()
    assert position == NOW + timedelta(seconds=49 / 50)
    assert tracked is not None
    assert tracked < 50
    assert wiring.services.gps.counters.batches < 25, "they share transactions"


async def test_a_flood_is_told_to_wait(root: Api, phone: Phone, world: World) -> None:
    number = await technician(root, world)
    token = await token_of(root, number)
    many = [traccar(token, -n, -20.75)["location"] for n in range(900)]
    assert (await phone.post("/gps", json={"location": many, "device_id": token})).status_code == 200
    answer = await phone.post("/gps", json={"location": many, "device_id": token})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "too_fast" in {drop["reason"] for drop in (await root.get(f"/technicians/{number}")).json()["drops"]}


async def test_a_late_fix_is_in_the_track_and_not_on_the_map(root: Api, phone: Phone, world: World) -> None:
    number = await technician(root, world)
    token = await token_of(root, number)
    for seconds, latitude in ((0, -20.75), (-60, -20.74), (-120, -20.73), (-60, -20.74)):
        answer = await phone.post("/gps", json=traccar(token, seconds, latitude))
        assert answer.status_code == 200
    assert (await shown(root))["Iara"]["latitude"] == -20.75
    track = (await root.get(f"/technicians/{number}/track")).json()
    assert [point[2] for point in track["points"]] == [-20.73, -20.75], "a straight line needs no point between"
    assert track["fixes"] == 3
    assert track["distance_km"] == pytest.approx(2.22, abs=0.01)
    other_day = (await root.get(f"/technicians/{number}/track", params={"date": "2026-11-23"})).json()
    assert (other_day["fixes"], other_day["points"]) == (0, [])


async def test_a_team_gives_its_technicians_their_place(root: Api, world: World) -> None:
    asked = {"name": "Equipe 1", "company_id": world.north, "city_id": world.baixo, "kind": "contracted"}
    team = (await root.post("/teams", json=asked)).json()
    assert (await root.post("/teams", json=asked)).status_code == 409
    made = (await root.post("/technicians", json={"name": "Davi", "team_id": team["id"]})).json()
    assert (made["city_id"], made["team"]) == (world.baixo, "Equipe 1")
    both = await root.post("/technicians", json={"name": "Davi", "team_id": team["id"], "city_id": world.alto})
    assert both.status_code == 422
    assert (await root.post("/technicians", json={"name": "Davi"})).json()["errors"] == {"city_id": "missing"}
    assert (await root.post("/technicians", json={"name": " ", "city_id": world.alto})).status_code == 422
    assert [item["name"] for item in (await root.get("/teams")).json()["items"]] == ["Equipe 1"]
    assert (await root.get("/technicians", headers={"Accept": "text/csv"})).text.splitlines()[1].count("Davi") == 1


async def test_nobody_sees_or_touches_technicians_of_another_place(root: Api, api: SignIn, world: World) -> None:
    here = await technician(root, world, "Iara", business_unit_id=world.unit)
    there = await technician(root, world, "Caio", city_id=world.baixo)
    south = await technician(root, world, "Bento", company_id=world.south)
    alto, of_south, nobody = await api("alto"), await api("south"), await api("nobody")
    assert [item["name"] for item in (await alto.get("/technicians")).json()["items"]] == ["Iara"]
    assert [item["name"] for item in (await of_south.get("/technicians")).json()["items"]] == ["Bento"]
    assert set(await shown(alto)) == {"Iara"}
    for number in (there, south):
        for answer in (
            await alto.get(f"/technicians/{number}"),
            await alto.get(f"/technicians/{number}/track"),
            await alto.post(f"/technicians/{number}/gps-token"),
            await alto.post(f"/technicians/{number}/gps-token/revoke"),
        ):
            assert answer.status_code == 404
    assert (await alto.get(f"/technicians/{here}/track")).status_code == 200
    assert (await alto.post("/technicians", json={"name": "X", "city_id": world.baixo})).status_code == 404
    for path in ("/technicians", "/teams", f"/technicians/{here}"):
        assert (await nobody.get(path)).status_code == 403


async def test_the_map_has_layers_for_whoever_is_signed_in(root: Api, anonymous: Api) -> None:
    answer = await root.get("/map/streets")
    assert answer.json() == {"type": "FeatureCollection", "features": []}
    again = await root.get("/map/streets", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert (await root.get("/map/secrets")).status_code == 404
    assert (await anonymous.get("/map/streets")).status_code == 401
