"""NAS and sessions by REST, and what the panel counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.panels.access_online import snapshot
from db.models import Event, Nas, Product, Session, SessionHistory
from db.partitions import SESSIONS, ensure_for
from db.session import reading
from db.vault import Vault
from farol.serve import Wiring
from realtime.panel import NoParams
from realtime.panels.access_online import AccessOnline
from realtime.scope import EVERYWHERE, Reach, Scope
from tests.backend.conftest import Api, SignIn
from tests.world import NOW, World

RADIUS_SECRET = "segredo-que-nao-sai"


def new_nas(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "name": "BNG Centro",
        "address": "192.0.2.1",
        "secret": RADIUS_SECRET,
        "vendor": "mikrotik",
        "city_id": world.alto,
        "company_id": world.north,
    } | changes


async def add(api: Api, world: World, **changes: Any) -> int:
    answer = await api.post("/nas", json=new_nas(world, **changes))
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


class Sessions:
    """Writes sessions of one NAS; those of `baixo` are in that city, the others in `alto`."""

    def __init__(self, engine: AsyncEngine, world: World, nas_id: int) -> None:
        self.engine = engine
        self.about = {"company_id": world.north, "business_unit_id": world.unit, "nas_id": nas_id}
        self.world = world
        self.count = 0

    def _row(self, login: str, since: datetime, **values: Any) -> dict[str, Any]:
        self.count += 1
        return {
            **self.about,
            "city_id": self.world.alto,
            "id": self.count,
            "key": b"%d" % self.count,
            "session_id": f"{self.count:08x}",
            "login": login,
            "port": "ether1",
            "mac": "aabbccddee01",
            "address": IPv4Address("100.64.0.1"),
            "started_at": since,
            "last_at": since,
        } | values

    async def open(self, login: str, since: datetime, **values: Any) -> None:
        async with AsyncSession(self.engine) as session, session.begin():
            session.add(Session(**self._row(login, since, **values), heard_at=since))

    async def ended(self, login: str, since: datetime, until: datetime, **values: Any) -> None:
        await ensure_for(self.engine, SESSIONS, [until])
        async with AsyncSession(self.engine) as session, session.begin():
            session.add(SessionHistory(**self._row(login, since, **{"ended": "stop"} | values), ended_at=until))


@pytest.fixture
async def root(api: SignIn) -> Api:
    return await api("root")


@pytest.fixture
async def sessions(engine: AsyncEngine, world: World, root: Api) -> Sessions:
    return Sessions(engine, world, await add(root, world))


async def found(api: Api, **narrow: str) -> list[str]:
    answer = await api.get("/sessions", params=narrow)
    assert answer.status_code == 200, answer.text
    return [item["login"] for item in answer.json()["items"]]


async def test_a_nas_is_stored_with_its_secret_sealed_and_never_shown(
    engine: AsyncEngine, wiring: Wiring, world: World, root: Api
) -> None:
    nas = await add(root, world, address="10.20.0.0/24")
    async with reading(engine) as db:
        sealed = (await db.execute(select(Nas.secret).where(Nas.id == nas))).scalar_one()
        bodies = (await db.scalars(select(Event.body).where(Event.kind == "NasAdded"))).all()
    assert RADIUS_SECRET.encode() not in sealed
    assert Vault(b"0" * 32).open(sealed, purpose="radius", record=f"nas:{nas}") == RADIUS_SECRET.encode()
    shown = [
        await root.get("/nas"),
        await root.get(f"/nas/{nas}"),
        await root.get("/nas", headers={"Accept": "text/csv"}),
    ]
    assert shown[0].json()["items"][0]["address"] == "10.20.0.0/24"
    assert all(RADIUS_SECRET not in answer.text and "secret" not in answer.text for answer in shown)
    assert [body["nas_id"] for body in bodies] == [nas]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "10.20.0.1/24"}, "address"),
        ({"address": "bng.example"}, "address"),
        ({"address": "0.0.0.0/0"}, "address"),
        ({"secret": ""}, "secret"),
        ({"secret": "é" * 65}, "secret"),
        ({"name": "  "}, "name"),
    ],
)
async def test_a_nas_that_makes_no_sense_is_refused_by_field(
    world: World, root: Api, changes: dict[str, Any], field: str
) -> None:
    answer = await root.post("/nas", json=new_nas(world, **changes))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


async def test_two_nas_cannot_have_one_address(world: World, root: Api) -> None:
    await add(root, world)
    answer = await root.post("/nas", json=new_nas(world, name="Other"))
    assert answer.status_code == 409


async def test_a_nas_of_another_place_looks_like_none(world: World, root: Api, api: SignIn) -> None:
    nas = await add(root, world, city_id=world.baixo)
    alto, nobody = await api("alto"), await api("nobody")
    assert (await alto.get("/nas")).json()["items"] == []
    assert (await alto.get(f"/nas/{nas}")).json() == (await alto.get("/nas/987654")).json()
    assert (await alto.post("/nas", json=new_nas(world, address="192.0.2.9", city_id=world.baixo))).status_code == 404
    assert (await nobody.get("/nas")).status_code == 403
    assert (await nobody.get("/sessions")).status_code == 403


async def test_a_session_is_found_by_login_address_and_mac_in_any_spelling(root: Api, sessions: Sessions) -> None:
    await sessions.open("ana@norte", NOW - timedelta(hours=2))
    await sessions.open("bia@norte", NOW - timedelta(hours=1), mac="aabbccddee02", address=IPv4Address("100.64.0.2"))
    await sessions.ended("ana@norte", NOW - timedelta(hours=9), NOW - timedelta(hours=3))
    assert await found(root) == ["bia@norte", "ana@norte"]
    assert await found(root, login=" Ana@Norte ") == ["ana@norte", "ana@norte"]
    assert await found(root, address="100.64.0.2") == ["bia@norte"]
    assert await found(root, mac="AA-BB-CC-DD-EE-02") == await found(root, mac="aabb.ccdd.ee02") == ["bia@norte"]


async def test_who_had_this_address_at_that_instant(root: Api, sessions: Sessions) -> None:
    await sessions.ended("first", NOW - timedelta(days=40), NOW - timedelta(days=35))
    await sessions.ended("second", NOW - timedelta(days=35), NOW - timedelta(days=1))
    await sessions.open("third", NOW - timedelta(hours=20))
    for ago, login in (
        (timedelta(days=41), []),
        (timedelta(days=36), ["first"]),
        (timedelta(days=35), ["second"]),
        (timedelta(hours=22), []),
        (timedelta(hours=1), ["third"]),
    ):
        assert await found(root, address="100.64.0.1", at=(NOW - ago).isoformat()) == login, ago


@pytest.mark.parametrize(
    ("narrow", "field"),
    [
        ({"address": "100.64.0.300"}, "address"),
        ({"at": "2026-11-24T10:00:00Z"}, "at"),
        ({"login": "a", "at": "2026-11-24T10:00:00"}, "at"),
    ],
)
async def test_a_question_that_cannot_be_answered_says_why(root: Api, narrow: dict[str, str], field: str) -> None:
    answer = await root.get("/sessions", params=narrow)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


async def test_sessions_page_without_a_gap_and_export_whole(root: Api, sessions: Sessions) -> None:
    for number in range(7):
        since = NOW - timedelta(hours=number // 2)
        if number % 2:
            await sessions.open("ana", since)
        else:
            await sessions.ended("ana", since, since + timedelta(minutes=5))
    seen: list[int] = []
    cursor: str | None = None
    while True:
        params = {"login": "ana", "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await root.get("/sessions", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert sorted(seen) == list(range(1, 8)) and len(seen) == 7
    exported = await root.get("/sessions", params={"login": "ana"}, headers={"Accept": "text/csv"})
    assert len(exported.text.splitlines()) == 8


async def test_sessions_of_another_city_are_not_found(world: World, root: Api, sessions: Sessions, api: SignIn) -> None:
    await sessions.open("ana", NOW, city_id=world.baixo)
    await sessions.ended("ana", NOW - timedelta(hours=2), NOW - timedelta(hours=1), city_id=world.baixo)
    assert len(await found(root, login="ana")) == 2
    assert await found(await api("alto"), login="ana") == []
    assert await found(await api("south"), address="100.64.0.1") == []


async def panel(engine: AsyncEngine, scope: Scope = EVERYWHERE) -> AccessOnline:
    async with reading(engine) as db:
        data = (await snapshot(db, scope, NoParams())).data
    assert isinstance(data, AccessOnline)
    return data


async def test_the_panel_counts_what_is_online_and_not_what_a_reload_ended(
    engine: AsyncEngine, world: World, sessions: Sessions
) -> None:
    now = datetime.now(NOW.tzinfo)
    for number in range(4):
        await sessions.open(f"s{number}", now - timedelta(hours=3), last_at=now - timedelta(minutes=number))
    await sessions.open("silent", now - timedelta(hours=3), unknown=True, last_at=now)
    before = await panel(engine)
    assert (before.online, before.unknown, before.unidentified) == (4, 1, 4)
    assert [(row.name, row.online, row.unknown) for row in before.by_nas] == [("BNG Centro", 4, 1)]
    async with engine.begin() as db:
        await db.execute(update(Nas).values(reloaded_at=now - timedelta(seconds=90)))
    after = await panel(engine)
    assert (after.online, after.unknown) == (2, 1)
    assert (await panel(engine, Scope.of(Reach(world.north, 0, world.baixo)))).by_nas == ()


async def test_a_nas_without_sessions_is_shown_at_zero(engine: AsyncEngine, sessions: Sessions) -> None:
    assert [(row.name, row.online) for row in (await panel(engine)).by_nas] == [("BNG Centro", 0)]


async def test_a_plan_that_two_companies_sell_is_told_with_the_company(
    engine: AsyncEngine, world: World, sessions: Sessions
) -> None:
    async with AsyncSession(engine) as session, session.begin():
        plans = [
            Product(company_id=company, name=name, kind="internet", price=Decimal("99.90"))
            for company, name in ((world.north, "Fibra 500"), (world.south, "Fibra 500"), (world.north, "Fibra 900"))
        ]
        session.add_all(plans)
        await session.flush()
        sold = [(f"s{number}", plan.id) for number, plan in enumerate(plans)]
    for login, product in sold:
        await sessions.open(login, datetime.now(NOW.tzinfo), product_id=product)
    names = {row.name for row in (await panel(engine)).by_plan}
    assert names == {"Fibra 500 · Norte", "Fibra 500 · Sul", "Fibra 900"}


async def test_many_ends_in_a_minute_are_a_drop_and_a_few_are_not(engine: AsyncEngine, sessions: Sessions) -> None:
    now = datetime.now(NOW.tzinfo).replace(second=30, microsecond=0)
    minute, other = now - timedelta(minutes=10), now - timedelta(minutes=20)
    for number in range(6):
        await sessions.ended(f"s{number}", now - timedelta(minutes=15), minute, ended="reload" if number else "stop")
    for number in range(4):
        await sessions.ended(f"t{number}", now - timedelta(hours=5), other)
    data = await panel(engine)
    (drop,) = data.drops
    assert (drop.nas, drop.sessions, drop.how, drop.at) == ("BNG Centro", 6, "reload", minute.replace(second=0))
    assert [(each.started, each.ended) for each in data.minutes] == [(0, 4), (6, 0), (0, 6)]
