"""`/devices` and `/ports`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from backend.auth.identity import Identity
from backend.devices import actions, queries
from backend.devices.schemas import DeviceItem, DevicePage, NewDevice, PortChange, PortItem, PortPage, Step, Traffic
from backend.ids import PathId, QueryId
from backend.listing import Listing
from backend.once import once
from backend.services import Services
from db.session import ReadSession
from realtime.facts import DeviceStatus


class DeviceController(Controller):
    """What SNMP polls."""

    path = "/devices"
    tags = ("network",)

    @get("/")
    async def list(
        self,
        listing: NamedDependency[Listing],
        identity: NamedDependency[Identity],
        city_id: QueryId = None,
        status: FromQuery[DeviceStatus | None] = None,
        q: FromQuery[str | None] = None,
    ) -> DevicePage | Stream:
        scope = identity.require(actions.READ)
        narrow = queries.Filter(city_id=city_id, status=status, q=q)
        return await listing.answer(
            "devices",
            DeviceItem,
            lambda db, cursor, limit: queries.devices(db, scope, narrow, cursor=cursor, limit=limit),
        )

    @post("/")
    async def add(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        data: JSONBody[NewDevice],
    ) -> Response[bytes]:
        return await once(
            request,
            services,
            identity,
            lambda uow: actions.add(uow, identity, services.clock(), services.vault, data),
        )

    @get("/{device_id:int}")
    async def one(
        self, db: NamedDependency[ReadSession], identity: NamedDependency[Identity], device_id: PathId
    ) -> DeviceItem:
        return await queries.device(db, identity.require(actions.READ), device_id)

    @post("/{device_id:int}/discover", status_code=202)
    async def discover(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        device_id: PathId,
    ) -> Response[bytes]:
        return await once(
            request,
            services,
            identity,
            lambda uow: actions.request_discovery(uow, identity, services.clock(), device_id),
            status=202,
        )

    @get("/{device_id:int}/ports")
    async def ports(
        self,
        listing: NamedDependency[Listing],
        identity: NamedDependency[Identity],
        device_id: PathId,
    ) -> PortPage | Stream:
        scope = identity.require(actions.READ)
        return await listing.answer(
            f"ports-{device_id}",
            PortItem,
            lambda db, cursor, limit: queries.ports(db, scope, device_id, cursor=cursor, limit=limit),
        )


class PortController(Controller):
    """Ports of devices and their traffic."""

    path = "/ports"
    tags = ("network",)

    @get("/{port_id:int}")
    async def one(
        self, db: NamedDependency[ReadSession], identity: NamedDependency[Identity], port_id: PathId
    ) -> PortItem:
        return await queries.port(db, identity.require(actions.READ), port_id)

    @patch("/{port_id:int}")
    async def change(
        self,
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        port_id: PathId,
        data: JSONBody[PortChange],
    ) -> PortItem:
        async with services.unit_of_work() as uow:
            return await actions.change_port(uow, identity, port_id, data)

    @get("/{port_id:int}/traffic")
    async def traffic(
        self,
        services: NamedDependency[Services],
        db: NamedDependency[ReadSession],
        identity: NamedDependency[Identity],
        port_id: PathId,
        since: Annotated[
            datetime | None, QueryParameter(name="from", description="Default: one hour before `to`")
        ] = None,
        until: Annotated[datetime | None, QueryParameter(name="to", description="Default: now")] = None,
        step: FromQuery[Step | None] = None,
    ) -> Traffic:
        end = until or services.clock()
        return await queries.traffic(
            db,
            identity.require(actions.READ),
            port_id,
            since=since or end - timedelta(hours=1),
            until=end,
            step=step,
        )


ROUTES = (DeviceController, PortController)
