"""`/service-orders`, `/order-kinds`, `/order-reasons`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from backend.auth.identity import Identity
from backend.ids import PathId, QueryId
from backend.listing import Listing
from backend.once import once
from backend.orders import actions, queries
from backend.orders.schemas import (
    NewMove,
    NewOrder,
    OrderDetail,
    OrderItem,
    OrderKinds,
    OrderPage,
    OrderReasons,
)
from backend.services import Services
from db.session import ReadSession
from realtime.facts import OrderStage


class OrderController(Controller):
    """Visits to subscribers and tasks on the network. There is no DELETE."""

    path = "/service-orders"
    tags = ("orders",)

    @get("/")
    async def list(
        self,
        listing: NamedDependency[Listing],
        identity: NamedDependency[Identity],
        stage: FromQuery[OrderStage | None] = None,
        team_id: QueryId = None,
        technician_id: QueryId = None,
        subscriber_id: QueryId = None,
        company_id: QueryId = None,
        business_unit_id: QueryId = None,
        city_id: QueryId = None,
        kind_id: QueryId = None,
        on: Annotated[date | None, QueryParameter(name="date", description="A local day, see docs/orders.md")] = None,
        late: FromQuery[bool | None] = None,
    ) -> OrderPage | Stream:
        scope = identity.require(actions.READ)
        narrow = queries.Filter(
            stage=stage,
            team_id=team_id,
            technician_id=technician_id,
            subscriber_id=subscriber_id,
            company_id=company_id,
            business_unit_id=business_unit_id,
            city_id=city_id,
            kind_id=kind_id,
            date=on,
            late=late,
        )
        return await listing.answer(
            "service-orders",
            OrderItem,
            lambda db, cursor, limit: queries.page(db, scope, narrow, cursor=cursor, limit=limit),
        )

    @post("/")
    async def open(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        data: JSONBody[NewOrder],
    ) -> Response[bytes]:
        return await once(
            request, services, identity, lambda uow: actions.open_order(uow, identity, services.clock(), data)
        )

    @get("/{order_id:int}")
    async def one(
        self, db: NamedDependency[ReadSession], identity: NamedDependency[Identity], order_id: PathId
    ) -> OrderDetail:
        return await queries.one(db, identity.require(actions.READ), order_id)

    @post("/{order_id:int}/moves")
    async def move(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        order_id: PathId,
        data: JSONBody[NewMove],
    ) -> Response[bytes]:
        """Answers the order as it is afterwards. A phone that is not sure sends again with the same Idempotency-Key."""
        return await once(
            request, services, identity, lambda uow: actions.move(uow, identity, services.clock(), order_id, data)
        )


@get("/order-kinds", tags=["orders"])
async def order_kinds(db: NamedDependency[ReadSession], identity: NamedDependency[Identity]) -> OrderKinds:
    return await queries.kinds(db, identity.require(actions.READ))


@get("/order-reasons", tags=["orders"])
async def order_reasons(db: NamedDependency[ReadSession], identity: NamedDependency[Identity]) -> OrderReasons:
    """Why an order may fail or be cancelled."""
    identity.require(actions.READ)
    return await queries.reasons(db)


ROUTES = (OrderController, order_kinds, order_reasons)
