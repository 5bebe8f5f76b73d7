"""`/requests` and `/request-kinds`. A request is opened in a contact: `POST /contacts/{protocol}/requests`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from litestar.response import Stream

from backend.auth.identity import Identity
from backend.ids import PathId, QueryId
from backend.listing import Listing
from backend.once import once
from backend.requests import actions, queries
from backend.requests.schemas import (
    Cancelling,
    Closing,
    Forwarding,
    RequestDetail,
    RequestItem,
    RequestKinds,
    RequestPage,
    RequestStatus,
)
from backend.services import Services
from db.session import ReadSession
from db.uow import UnitOfWork
from realtime.facts import Department
from realtime.scope import Scope


class RequestController(Controller):
    """What subscribers asked for, by department. There is no DELETE."""

    path = "/requests"
    tags = ("requests",)

    @get("/")
    async def list(
        self,
        listing: NamedDependency[Listing],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        department: FromQuery[Department | None] = None,
        status: FromQuery[RequestStatus | None] = None,
        subscriber_id: QueryId = None,
        kind_id: QueryId = None,
        overdue: FromQuery[bool | None] = None,
        mine: FromQuery[bool] = False,
    ) -> RequestPage | Stream:
        """Oldest deadline first. `mine` are those that the caller has in hand."""
        scope, now = identity.require(actions.READ), services.clock()
        narrow = queries.Filter(
            department=department,
            status=status,
            subscriber_id=subscriber_id,
            kind_id=kind_id,
            overdue=overdue,
            taken_by=identity.user_id if mine else None,
        )
        return await listing.answer(
            "requests",
            RequestItem,
            lambda db, cursor, limit: queries.page(db, scope, now, narrow, cursor=cursor, limit=limit),
        )

    @get("/{request_id:int}")
    async def one(
        self,
        services: NamedDependency[Services],
        db: NamedDependency[ReadSession],
        identity: NamedDependency[Identity],
        request_id: PathId,
    ) -> RequestDetail:
        return await queries.one(db, identity.require(actions.READ), services.clock(), request_id)

    @post("/{request_id:int}/take", status_code=200)
    async def take(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        request_id: PathId,
    ) -> Response[bytes]:
        return await _change(request, services, identity, lambda uow, who, now: actions.take(uow, who, now, request_id))

    @post("/{request_id:int}/release", status_code=200)
    async def release(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        request_id: PathId,
    ) -> Response[bytes]:
        return await _change(
            request, services, identity, lambda uow, who, now: actions.release(uow, who, now, request_id)
        )

    @post("/{request_id:int}/forward", status_code=200)
    async def forward(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        request_id: PathId,
        data: JSONBody[Forwarding],
    ) -> Response[bytes]:
        return await _change(
            request, services, identity, lambda uow, who, now: actions.forward(uow, who, now, request_id, data)
        )

    @post("/{request_id:int}/close", status_code=200)
    async def close(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        request_id: PathId,
        data: JSONBody[Closing],
    ) -> Response[bytes]:
        return await _change(
            request, services, identity, lambda uow, who, now: actions.close(uow, who, now, request_id, data)
        )

    @post("/{request_id:int}/cancel", status_code=200)
    async def cancel(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        request_id: PathId,
        data: JSONBody[Cancelling],
    ) -> Response[bytes]:
        return await _change(
            request, services, identity, lambda uow, who, now: actions.cancel(uow, who, now, request_id, data)
        )


async def _change(
    request: Request[Any, Any, Any],
    services: Services,
    identity: Identity,
    action: Callable[[UnitOfWork, Identity, datetime], Awaitable[RequestItem]],
) -> Response[bytes]:
    return await once(request, services, identity, lambda uow: action(uow, identity, services.clock()), status=200)


@get("/request-kinds", tags=["requests"])
async def request_kinds(db: NamedDependency[ReadSession], identity: NamedDependency[Identity]) -> RequestKinds:
    """For who opens requests and for who answers them."""
    opens, answers = identity.scope(actions.OPEN), identity.scope(actions.READ)
    scope = Scope.of(*opens.reaches, *answers.reaches) or identity.require(actions.READ)
    return await queries.kinds(db, scope)


ROUTES = (RequestController, request_kinds)
