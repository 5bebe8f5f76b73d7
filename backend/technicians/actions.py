"""What may be done to teams, technicians and their phones."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import select, update

from backend.auth.identity import Identity
from backend.errors import BadInput, Conflict, NotFound
from backend.gps.token import digest_of, new_token
from backend.places.choice import choose_place
from backend.technicians.queries import one_technician, technician_in
from backend.technicians.schemas import GpsToken, NewTeam, NewTechnician, TeamItem, TeamKind, TechnicianItem
from db.models import GpsDevice, Team, Technician
from db.scope import within
from db.uow import UnitOfWork
from realtime.facts import TeamChanged, TechnicianChanged
from realtime.scope import Permission, Place, Scope

READ = Permission("field", "read")
WRITE = Permission("field", "write")


def team_item(team: Team) -> TeamItem:
    return TeamItem(
        id=team.id,
        company_id=team.company_id,
        business_unit_id=team.business_unit_id,
        city_id=team.city_id,
        name=team.name,
        kind=msgspec.convert(team.kind, TeamKind),
        workday_minutes=team.workday_minutes,
        active=team.active,
    )


async def add_team(uow: UnitOfWork, identity: Identity, asked: NewTeam) -> TeamItem:
    place = await choose_place(
        uow,
        identity.require(WRITE),
        company_id=asked.company_id,
        business_unit_id=asked.business_unit_id,
        city_id=asked.city_id,
    )
    name = asked.name.strip()
    if not name:
        raise BadInput("A team needs a name.", errors={"name": "empty"})
    taken = select(Team.id).where(Team.company_id == place.company_id, Team.name == name)
    if await uow.session.scalar(taken) is not None:
        raise Conflict("Another team of this company has this name.")
    team = Team(
        company_id=place.company_id,
        business_unit_id=place.business_unit_id,
        city_id=asked.city_id,
        name=name,
        kind=asked.kind,
        workday_minutes=asked.workday_minutes,
        active=True,
        created_at=uow.now,
    )
    uow.session.add(team)
    await uow.session.flush()
    uow.emit(TeamChanged(place=place, at=uow.now, author_id=identity.user_id, team_id=team.id))
    return team_item(team)


async def add_technician(uow: UnitOfWork, identity: Identity, asked: NewTechnician) -> TechnicianItem:
    scope = identity.require(WRITE)
    name = asked.name.strip()
    if not name:
        raise BadInput("A technician needs a name.", errors={"name": "empty"})
    place = await _place(uow, scope, asked)
    technician = Technician(
        company_id=place.company_id,
        business_unit_id=place.business_unit_id,
        city_id=place.city_id,
        team_id=asked.team_id,
        name=name,
        phone=asked.phone,
        active=True,
        created_at=uow.now,
    )
    uow.session.add(technician)
    await uow.session.flush()
    uow.emit(TechnicianChanged(place=place, at=uow.now, author_id=identity.user_id, technician_id=technician.id))
    return await one_technician(uow.session, scope, technician.id)


async def _place(uow: UnitOfWork, scope: Scope, asked: NewTechnician) -> Place:
    """That of the team, or the one that was said."""
    if asked.team_id is None:
        if asked.city_id is None:
            raise BadInput("Say the team or the city.", errors={"city_id": "missing"})
        return await choose_place(
            uow,
            scope,
            company_id=asked.company_id,
            business_unit_id=asked.business_unit_id,
            city_id=asked.city_id,
        )
    if (asked.city_id, asked.company_id, asked.business_unit_id) != (None, None, None):
        raise BadInput("The place of a technician with a team is that of the team.", errors={"city_id": "not both"})
    team = await uow.session.scalar(
        select(Team).where(
            Team.id == asked.team_id, within(scope, Team.company_id, Team.business_unit_id, Team.city_id)
        )
    )
    if team is None:
        raise NotFound("team")
    return Place(team.company_id, team.business_unit_id, team.city_id)


async def issue_token(uow: UnitOfWork, identity: Identity, technician_id: int) -> GpsToken:
    """A new token for the technician's phone; the one before is dismissed in the same instant."""
    technician = await _locked(uow, identity.require(WRITE), technician_id)
    if not technician.active:
        raise Conflict("This technician no longer works here.")
    await _revoke(uow, technician_id, uow.now)
    token = new_token()
    uow.session.add(GpsDevice(technician_id=technician_id, token_digest=digest_of(token), drops={}, created_at=uow.now))
    uow.emit(_changed(technician, uow.now, identity))
    return GpsToken(technician_id=technician_id, token=token, path="/gps", created_at=uow.now)


async def revoke_token(uow: UnitOfWork, identity: Identity, technician_id: int) -> None:
    """What its phone sends from now on is refused."""
    technician = await _locked(uow, identity.require(WRITE), technician_id)
    if not await _revoke(uow, technician_id, uow.now):
        raise Conflict("This technician has no token in use.")
    uow.emit(_changed(technician, uow.now, identity))


async def _locked(uow: UnitOfWork, scope: Scope, technician_id: int) -> Technician:
    technician = await uow.session.scalar(
        select(Technician).where(Technician.id == technician_id, technician_in(scope)).with_for_update()
    )
    if technician is None:
        raise NotFound("technician")
    return technician


async def _revoke(uow: UnitOfWork, technician_id: int, now: datetime) -> bool:
    revoked = await uow.session.execute(
        update(GpsDevice)
        .where(GpsDevice.technician_id == technician_id, GpsDevice.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(GpsDevice.id)
    )
    return revoked.first() is not None


def _changed(technician: Technician, at: datetime, identity: Identity) -> TechnicianChanged:
    place = Place(technician.company_id, technician.business_unit_id, technician.city_id)
    return TechnicianChanged(place=place, at=at, author_id=identity.user_id, technician_id=technician.id)
