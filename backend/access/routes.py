"""`/nas`, `/internet-logins` and `/sessions`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from backend.access import actions, logins, queries
from backend.access.schemas import (
    InternetLoginItem,
    InternetLoginPage,
    NasItem,
    NasPage,
    NewInternetLogin,
    NewNas,
    SessionItem,
    SessionPage,
)
from backend.auth.identity import Identity
from backend.ids import PathId, QueryId
from backend.listing import Listing
from backend.once import once
from backend.services import Services
from db.session import ReadSession


class NasController(Controller):
    """The clients of RADIUS accounting."""

    path = "/nas"
    tags = ("access",)

    @get("/")
    async def list(self, listing: NamedDependency[Listing], identity: NamedDependency[Identity]) -> NasPage | Stream:
        scope = identity.require(actions.READ)
        return await listing.answer(
            "nas",
            NasItem,
            lambda db, cursor, limit: queries.nas_page(db, scope, cursor=cursor, limit=limit),
        )

    @post("/")
    async def add(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        data: JSONBody[NewNas],
    ) -> Response[bytes]:
        return await once(
            request,
            services,
            identity,
            lambda uow: actions.add_nas(uow, identity, services.clock(), services.vault, data),
        )

    @get("/{nas_id:int}")
    async def one(
        self, db: NamedDependency[ReadSession], identity: NamedDependency[Identity], nas_id: PathId
    ) -> NasItem:
        return await queries.one_nas(db, identity.require(actions.READ), nas_id)


class InternetLoginController(Controller):
    """Whose contract a session's login belongs to."""

    path = "/internet-logins"
    tags = ("access",)

    @get("/")
    async def list(
        self,
        listing: NamedDependency[Listing],
        identity: NamedDependency[Identity],
        login: FromQuery[str | None] = None,
        subscriber_id: QueryId = None,
    ) -> InternetLoginPage | Stream:
        scope = identity.require(actions.READ)
        return await listing.answer(
            "internet-logins",
            InternetLoginItem,
            lambda db, cursor, limit: logins.logins(
                db, scope, login=login, subscriber_id=subscriber_id, cursor=cursor, limit=limit
            ),
        )

    @post("/")
    async def add(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        data: JSONBody[NewInternetLogin],
    ) -> Response[bytes]:
        return await once(
            request, services, identity, lambda uow: logins.add_login(uow, identity, services.clock(), data)
        )


@get("/sessions", tags=["access"])
async def sessions(
    listing: NamedDependency[Listing],
    identity: NamedDependency[Identity],
    login: FromQuery[str | None] = None,
    address: FromQuery[str | None] = None,
    mac: FromQuery[str | None] = None,
    at: Annotated[datetime | None, QueryParameter(description="Who was online at this instant")] = None,
) -> SessionPage | Stream:
    """Who is online; with a login, address or MAC address also who was, and with `at` who was at that instant."""
    scope = identity.require(actions.READ)
    narrow = queries.Filter(login=login, address=address, mac=mac, at=at).checked()
    return await listing.answer(
        "sessions",
        SessionItem,
        lambda db, cursor, limit: queries.sessions(db, scope, narrow, cursor=cursor, limit=limit),
    )


ROUTES = (NasController, InternetLoginController, sessions)
