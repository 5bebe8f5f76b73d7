"""Every route that exists, asked by who must not see: a new route is covered before its author writes a test."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.models import (
    Contact,
    Contract,
    Device,
    DeviceState,
    InternetLogin,
    Nas,
    OrderKind,
    Port,
    Request,
    RequestKind,
    ServiceOrder,
    ServiceOrderMove,
    Session,
    Subscriber,
    SubscriberNote,
    Team,
    Technician,
    TechnicianPosition,
)
from tests.backend.conftest import Api, SignIn
from tests.conformance.seed import seed
from tests.world import TODAY, World, owe

MARK = "Segredo de Baixo"
PROTOCOL = "202611000042"
OPEN = {("POST", "/session"), ("GET", "/about")}
"""Routes that anybody may call."""

OWN = {("DELETE", "/session"), ("POST", "/tokens/{token_id:int}/revoke")}
"""Routes about the caller's own sign-in: there is no place in them."""


def routes(app: Litestar) -> list[tuple[str, str]]:
    """(method, path below /api/v1) of every route of the API."""
    found: list[tuple[str, str]] = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and route.path.startswith("/api/v1"):
                path = route.path.removeprefix("/api/v1")
                found += [(method, path) for method in handler.http_methods if method not in ("HEAD", "OPTIONS")]
    return sorted(set(found))


async def hide_everything_in_baixo(engine: AsyncEngine, world: World) -> dict[str, Any]:
    """Records of every kind outside the reach of the user `alto`, named so that a leak shows. Path name -> id."""
    receivable = await owe(engine, world, world.subscriber_baixo)
    async with engine.begin() as db:
        await db.execute(update(Subscriber).where(Subscriber.id == world.subscriber_baixo).values(name=MARK))
        device = (
            await db.execute(
                insert(Device)
                .values(
                    company_id=world.north,
                    city_id=world.baixo,
                    name=MARK,
                    address="127.0.0.9",
                    snmp_credentials=b"",
                    created_at=datetime.now(UTC),
                )
                .returning(Device.id)
            )
        ).scalar_one()
        await db.execute(insert(DeviceState).values(device_id=device))
        port = (
            await db.execute(insert(Port).values(device_id=device, name=MARK, alias=MARK).returning(Port.id))
        ).scalar_one()
        where = {"company_id": world.north, "city_id": world.baixo}
        nas = (
            await db.execute(
                insert(Nas).values(**where, name=MARK, network=ip_network("192.0.2.77"), secret=b"").returning(Nas.id)
            )
        ).scalar_one()
        now = datetime.now(UTC)
        times = {"started_at": now, "last_at": now, "heard_at": now}
        await db.execute(
            insert(Session).values(**where, **times, nas_id=nas, key=b"k", session_id="1", login=MARK, port="")
        )
        contract = (
            await db.execute(
                insert(Contract)
                .values(
                    **where,
                    business_unit_id=world.unit,
                    subscriber_id=world.subscriber_baixo,
                    status="active",
                    signed_on=TODAY,
                )
                .returning(Contract.id)
            )
        ).scalar_one()
        about = {"company_id": world.north, "contract_id": contract, "subscriber_id": world.subscriber_baixo}
        await db.execute(insert(InternetLogin).values(**about, login=MARK.lower()))
    return {
        "receivable_id": receivable,
        "device_id": device,
        "port_id": port,
        "nas_id": nas,
        "token_id": 1,
        **await hide_care_in_baixo(engine, world),
        **await hide_field_in_baixo(engine, world),
    }


async def hide_care_in_baixo(engine: AsyncEngine, world: World) -> dict[str, Any]:
    """A contact with a request and a note."""
    where = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.baixo}
    about = {**where, "subscriber_id": world.subscriber_baixo}
    async with AsyncSession(engine) as session, session.begin():
        contact = Contact(**about, protocol=PROTOCOL, caller=MARK)
        session.add(contact)
        kind = (await session.scalars(select(RequestKind.id).where(RequestKind.company_id == world.north))).first()
        await session.flush()
        request = Request(
            **about, contact_id=contact.id, kind_id=kind, department="finance", description=MARK, due_on=TODAY
        )
        session.add_all([request, SubscriberNote(**about, text=MARK)])
        await session.flush()
        return {"protocol": PROTOCOL, "request_id": request.id, "subscriber_id": world.subscriber_baixo}


async def hide_field_in_baixo(engine: AsyncEngine, world: World) -> dict[str, Any]:
    """A team with a technician whose phone was heard of, and an order."""
    now = datetime.now(UTC)
    async with AsyncSession(engine) as session, session.begin():
        team = Team(company_id=world.north, city_id=world.baixo, name=MARK)
        session.add(team)
        await session.flush()
        technician = Technician(company_id=world.north, city_id=world.baixo, team_id=team.id, name=MARK)
        session.add(technician)
        await session.flush()
        where = {"latitude": -19.9, "longitude": -44.1}
        session.add(TechnicianPosition(technician_id=technician.id, at=now, moved_at=now, tracked_at=now, **where))
        kind = OrderKind(company_id=world.north, name="Reparo de Baixo")
        session.add(kind)
        await session.flush()
        place = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.baixo}
        order = ServiceOrder(**place, kind_id=kind.id, location=MARK, stage_since=now, created_at=now)
        session.add(order)
        await session.flush()
        opening = {"company_id": world.north, "order_id": order.id, "version": 0, "after": "open", "at": now}
        session.add(ServiceOrderMove(**opening))
        return {"technician_id": technician.id, "order_id": order.id}


PARAMETERS = (
    "receivable_id",
    "device_id",
    "port_id",
    "nas_id",
    "token_id",
    "request_id",
    "subscriber_id",
    "technician_id",
    "order_id",
)

BODIES: dict[str, dict[str, Any]] = {
    "/receivables/{receivable_id:int}/settlements": {
        "amount": "1.00",
        "paid_on": str(TODAY),
        "credited_on": str(TODAY),
        "channel": "pix",
    },
    "/receivables/{receivable_id:int}/cancel": {"reason_id": 1},
    "/ports/{port_id:int}": {"polled": False},
    "/technicians/{technician_id:int}/gps-token": {},
    "/technicians/{technician_id:int}/gps-token/revoke": {},
    "/devices/{device_id:int}/discover": {},
    "/contacts/{protocol:str}/subscriber": {"subscriber_id": 1},
    "/contacts/{protocol:str}/requests": {"kind_id": 1},
    "/contacts/{protocol:str}/end": {},
    "/requests/{request_id:int}/take": {},
    "/requests/{request_id:int}/release": {},
    "/requests/{request_id:int}/forward": {"department": "technical"},
    "/requests/{request_id:int}/close": {"result": "Feito."},
    "/requests/{request_id:int}/cancel": {"reason_id": 1},
    "/service-orders/{order_id:int}/moves": {"to": "cancelled", "reason": 1},
    "/subscribers/{subscriber_id:int}/notes": {"text": "Nada."},
}


def concrete(path: str, ids: dict[str, Any]) -> str:
    for name, value in ids.items():
        path = path.replace(f"{{{name}:int}}", str(value)).replace(f"{{{name}:str}}", str(value))
    return path


async def test_every_route_wants_a_sign_in(world: World, app: Litestar, anonymous: Api) -> None:
    everything = routes(app)
    assert len(everything) > 15
    for method, path in everything:
        if (method, path) in OPEN:
            continue
        url = concrete(
            path, dict.fromkeys(PARAMETERS, 1) | {"name": "traffic.top", "protocol": PROTOCOL, "layer": "streets"}
        )
        assert "{" not in url, f"this test does not know the parameter in {path}"
        answer = await anonymous.request(method, url, json={} if method in ("POST", "PATCH") else None)
        assert answer.status_code == 401, f"{method} {path} answered {answer.status_code}"


async def test_a_foreign_record_answers_exactly_as_an_unknown_one(
    engine: AsyncEngine, world: World, app: Litestar, api: SignIn
) -> None:
    ids = await hide_everything_in_baixo(engine, world)
    clerk, root = await api("alto"), await api("root")
    with_ids = [(m, p) for m, p in routes(app) if (":int}" in p or "{protocol" in p) and (m, p) not in OWN]
    assert with_ids
    for method, path in with_ids:
        body = None if method == "GET" else BODIES[path]
        foreign = await clerk.request(method, concrete(path, ids), json=body)
        unknown = await clerk.request(method, concrete(path, dict.fromkeys(ids, 10**9)), json=body)
        assert (foreign.status_code, foreign.json()) == (404, unknown.json()), f"{method} {path}"
        if method == "GET":
            assert (await root.get(concrete(path, ids))).status_code == 200, f"{path} would not show it to anybody"


async def test_no_list_and_no_export_shows_another_city(
    engine: AsyncEngine, world: World, app: Litestar, api: SignIn
) -> None:
    await hide_everything_in_baixo(engine, world)
    await seed(engine, world)
    clerk, root = await api("alto"), await api("root")
    shown = set()
    for method, path in routes(app):
        if method != "GET" or "{" in path:
            continue
        for accept in ("application/json", "text/csv"):
            mine = await clerk.get(path, headers={"Accept": accept})
            assert mine.status_code == 200, f"{path} {mine.text}"
            assert MARK.lower() not in mine.text.lower(), f"{path} leaks"
            if MARK.lower() in (await root.get(path, headers={"Accept": accept})).text.lower():
                shown.add(path)
    assert shown >= {
        "/receivables",
        "/devices",
        "/nas",
        "/internet-logins",
        "/sessions",
        "/technicians",
        "/teams",
        "/service-orders",
    }


async def test_no_panel_shows_another_city(engine: AsyncEngine, world: World, app: Litestar, api: SignIn) -> None:
    ids = await hide_everything_in_baixo(engine, world)
    clerk, root, nobody = await api("alto"), await api("root"), await api("nobody")
    names = [panel["name"] for panel in (await root.get("/panels")).json()["items"]]
    params = {"traffic.port": {"port": ids["port_id"]}, "subscriber": {"id": ids["subscriber_id"]}}
    params["subscriber.presence"] = params["subscriber"]
    seen = ""
    for name in names:
        mine = await clerk.get(f"/panels/{name}", params=params.get(name))
        assert mine.status_code == 200, mine.text
        assert MARK not in mine.text
        seen += (await root.get(f"/panels/{name}", params=params.get(name))).text
        assert (await nobody.get(f"/panels/{name}", params=params.get(name))).status_code == 403
    assert MARK in seen


async def test_nothing_is_deleted_by_http(world: World, app: Litestar, api: SignIn) -> None:
    root = await api("root")
    assert [path for method, path in routes(app) if method == "DELETE"] == ["/session"]
    for path in ("/receivables/1", "/devices/1", "/ports/1", "/tokens/1"):
        assert (await root.delete(path)).status_code in (404, 405)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "limit=x", "cursor=%00", "cursor=e30", "city_id=0", f"city_id={2**70}", "q=%00"],
)
async def test_odd_queries_are_refused_in_words(engine: AsyncEngine, world: World, api: SignIn, query: str) -> None:
    root = await api("root")
    for path in ("/receivables", "/devices"):
        answer = await root.get(f"{path}?{query}")
        assert answer.status_code == 422, f"{path}?{query}: {answer.status_code} {answer.text}"
        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_failure_of_ours_tells_nothing_of_the_inside(engine: AsyncEngine, world: World, api: SignIn) -> None:
    root = await api("root")
    async with engine.begin() as db:
        await db.execute(text("ALTER TABLE receivable RENAME TO hidden"))
    broken = await root.get("/receivables")
    assert broken.status_code == 500
    assert "hidden" not in broken.text
    assert "SELECT" not in broken.text
