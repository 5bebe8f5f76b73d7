"""`/technicians` and `/teams`."""

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
from backend.services import Services
from backend.technicians import actions, queries
from backend.technicians.schemas import (
    NewTeam,
    NewTechnician,
    TeamItem,
    TeamPage,
    TechnicianItem,
    TechnicianPage,
    Track,
)
from db.session import ReadSession


class TechnicianController(Controller):
    """Who goes out, the phone of each, and where it has been."""

    path = "/technicians"
    tags = ("field",)

    @get("/")
    async def list(
        self,
        listing: NamedDependency[Listing],
        identity: NamedDependency[Identity],
        team_id: QueryId = None,
        active: FromQuery[bool | None] = None,
    ) -> TechnicianPage | Stream:
        scope = identity.require(actions.READ)
        return await listing.answer(
            "technicians",
            TechnicianItem,
            lambda db, cursor, limit: queries.technicians(
                db, scope, team_id=team_id, active=active, cursor=cursor, limit=limit
            ),
        )

    @post("/")
    async def add(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        data: JSONBody[NewTechnician],
    ) -> Response[bytes]:
        return await once(request, services, identity, lambda uow: actions.add_technician(uow, identity, data))

    @get("/{technician_id:int}")
    async def one(
        self, db: NamedDependency[ReadSession], identity: NamedDependency[Identity], technician_id: PathId
    ) -> TechnicianItem:
        return await queries.one_technician(db, identity.require(actions.READ), technician_id)

    @post("/{technician_id:int}/gps-token")
    async def issue_token(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        technician_id: PathId,
    ) -> Response[bytes]:
        """A token for the technician's phone, shown this once. The one before stops to work."""
        return await once(request, services, identity, lambda uow: actions.issue_token(uow, identity, technician_id))

    @post("/{technician_id:int}/gps-token/revoke", status_code=204)
    async def revoke_token(
        self, services: NamedDependency[Services], identity: NamedDependency[Identity], technician_id: PathId
    ) -> None:
        async with services.unit_of_work() as uow:
            await actions.revoke_token(uow, identity, technician_id)

    @get("/{technician_id:int}/track")
    async def track(
        self,
        services: NamedDependency[Services],
        db: NamedDependency[ReadSession],
        identity: NamedDependency[Identity],
        technician_id: PathId,
        day: Annotated[date | None, QueryParameter(name="date", description="Default: today")] = None,
    ) -> Track:
        """Where the technician has been on a day, and how far that was."""
        return await queries.track(db, identity.require(actions.READ), technician_id, day, services.clock())


class TeamController(Controller):
    path = "/teams"
    tags = ("field",)

    @get("/")
    async def list(
        self,
        listing: NamedDependency[Listing],
        identity: NamedDependency[Identity],
        active: FromQuery[bool | None] = None,
    ) -> TeamPage | Stream:
        scope = identity.require(actions.READ)
        return await listing.answer(
            "teams",
            TeamItem,
            lambda db, cursor, limit: queries.teams(db, scope, active=active, cursor=cursor, limit=limit),
        )

    @post("/")
    async def add(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        data: JSONBody[NewTeam],
    ) -> Response[bytes]:
        return await once(request, services, identity, lambda uow: actions.add_team(uow, identity, data))


ROUTES = (TechnicianController, TeamController)
