"""`/receivables`."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from litestar.response import Stream

from backend.auth.identity import Identity
from backend.ids import PathId, QueryId
from backend.listing import Listing
from backend.once import once
from backend.receivables import actions, queries
from backend.receivables.schemas import (
    Cancellation,
    CancellationReasons,
    NewReceivable,
    NewSettlement,
    ReceivableDetail,
    ReceivableItem,
    ReceivablePage,
    ReceivableStatus,
)
from backend.services import Services
from db.session import ReadSession
from realtime.scope import Permission


class ReceivableController(Controller):
    """What subscribers owe, what they paid, what was cancelled. There is no DELETE."""

    path = "/receivables"
    tags = ("receivables",)

    @get("/")
    async def list(
        self,
        listing: NamedDependency[Listing],
        identity: NamedDependency[Identity],
        status: FromQuery[ReceivableStatus | None] = None,
        subscriber_id: QueryId = None,
        company_id: QueryId = None,
        business_unit_id: QueryId = None,
        city_id: QueryId = None,
        due_from: FromQuery[date | None] = None,
        due_to: FromQuery[date | None] = None,
        q: FromQuery[str | None] = None,
    ) -> ReceivablePage | Stream:
        scope = identity.require(actions.READ)
        narrow = queries.Filter(
            status=status,
            subscriber_id=subscriber_id,
            company_id=company_id,
            business_unit_id=business_unit_id,
            city_id=city_id,
            due_from=due_from,
            due_to=due_to,
            q=q,
        )
        return await listing.answer(
            "receivables",
            ReceivableItem,
            lambda db, cursor, limit: queries.page(db, scope, narrow, cursor=cursor, limit=limit),
        )

    @post("/")
    async def issue(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        data: JSONBody[NewReceivable],
    ) -> Response[bytes]:
        return await once(request, services, identity, lambda uow: actions.issue(uow, identity, services.clock(), data))

    @get("/{receivable_id:int}")
    async def one(
        self, db: NamedDependency[ReadSession], identity: NamedDependency[Identity], receivable_id: PathId
    ) -> ReceivableDetail:
        return await queries.one(db, identity.require(actions.READ), receivable_id)

    @post("/{receivable_id:int}/settlements")
    async def settle(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        receivable_id: PathId,
        data: JSONBody[NewSettlement],
    ) -> Response[bytes]:
        return await once(
            request,
            services,
            identity,
            lambda uow: actions.settle(uow, identity, services.clock(), receivable_id, data),
        )

    @post("/{receivable_id:int}/cancel", status_code=200)
    async def cancel(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        receivable_id: PathId,
        data: JSONBody[Cancellation],
    ) -> Response[bytes]:
        return await once(
            request,
            services,
            identity,
            lambda uow: actions.cancel(uow, identity, services.clock(), receivable_id, data),
            status=200,
        )


REASONS_FOR = {"receivable": actions.READ, "request": Permission("requests", "read")}
"""Whose reasons there are, and the permission to read what they are given for."""


@get("/cancellation-reasons", tags=["receivables"])
async def cancellation_reasons(
    db: NamedDependency[ReadSession],
    identity: NamedDependency[Identity],
    applies_to: FromQuery[Literal["receivable", "request"]] = "receivable",
) -> CancellationReasons:
    identity.require(REASONS_FOR[applies_to])
    return await queries.cancellation_reasons(db, applies_to)


ROUTES = (ReceivableController, cancellation_reasons)
