"""What may be done to service orders: open and move them. Each writes its rows and facts in the caller's unit of work.

Who may move what and when is `stages.advance`; here is what it needs from the tables, and what it leaves there.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from backend.auth.identity import Identity
from backend.errors import BadInput, Conflict, NotFound
from backend.orders.opening import Opened, found_place
from backend.orders.queries import in_scope, item
from backend.orders.schemas import NewMove, NewOrder, OrderItem
from backend.orders.stages import Refused, Standing, Step, advance
from db.models import CancellationReason, OrderKind, ServiceOrder, ServiceOrderMove, Team, Technician
from db.scope import within
from db.uow import UnitOfWork
from realtime.facts import ServiceOrderMoved, ServiceOrderOpened
from realtime.scope import Permission, Place, Scope

READ = Permission("orders", "read")
OPEN = Permission("orders", "open")
MOVE = Permission("orders", "move")


async def open_order(uow: UnitOfWork, identity: Identity, now: datetime, asked: NewOrder) -> OrderItem:
    """Create an order; with a team and a window also schedule it, which needs the permission to move."""
    scope = identity.require(OPEN)
    opened = await found_place(uow, scope, asked)
    kind = await uow.session.scalar(
        select(OrderKind.id).where(
            OrderKind.id == asked.kind_id, OrderKind.company_id == opened.place.company_id, OrderKind.active
        )
    )
    if kind is None:
        raise NotFound("kind of order of this company")
    order = _new(opened, asked, now, identity)
    uow.session.add(order)
    await uow.session.flush()
    uow.session.add(_history(order, identity, at=now, now=now, before=None))
    place = opened.place
    uow.emit(
        ServiceOrderOpened(
            place=place,
            at=now,
            author_id=identity.user_id,
            order_id=order.id,
            subscriber_id=order.subscriber_id,
        )
    )
    if asked.team_id is not None or asked.technician_id is not None or asked.scheduled_from or asked.scheduled_until:
        schedule = NewMove(
            to="scheduled",
            team_id=asked.team_id,
            technician_id=asked.technician_id,
            scheduled_from=asked.scheduled_from,
            scheduled_until=asked.scheduled_until,
        )
        await _move(uow, identity, now, order, now, schedule)
    await uow.session.flush()
    return await item(uow.session, order.id, now)


async def move(uow: UnitOfWork, identity: Identity, now: datetime, order_id: int, asked: NewMove) -> OrderItem:
    """One step. The order is locked: of two people at once one is first, and the other is judged by what then holds."""
    scope = identity.require(MOVE)
    order = (
        await uow.session.execute(
            select(ServiceOrder).where(ServiceOrder.id == order_id, in_scope(scope)).with_for_update()
        )
    ).scalar_one_or_none()
    if order is None:
        raise NotFound("service order")
    if asked.version is not None and asked.version != order.version:
        raise Conflict(
            f"Somebody moved this order meanwhile: it is {order.stage} now. Look at it and try again.",
            refused="moved_meanwhile",
            stage=order.stage,
            version=order.version,
        )
    moved_at = await uow.session.scalar(
        select(ServiceOrderMove.at).where(
            ServiceOrderMove.order_id == order.id, ServiceOrderMove.version == order.version
        )
    )
    await _move(uow, identity, now, order, moved_at or order.created_at, asked)
    await uow.session.flush()
    return await item(uow.session, order.id, now)


async def _move(
    uow: UnitOfWork, identity: Identity, now: datetime, order: ServiceOrder, moved_at: datetime, asked: NewMove
) -> None:
    scope = identity.require(MOVE)
    before = _standing(order, moved_at)
    await _team_of(uow, scope, order, asked.team_id)
    step = Step(
        to=asked.to,
        at=asked.at or now,
        team_id=asked.team_id,
        technician_id=asked.technician_id,
        technician_team_id=await _technicians_team(uow, scope, order, asked.technician_id),
        scheduled_from=asked.scheduled_from,
        scheduled_until=asked.scheduled_until,
        resolution=asked.resolution,
        reason_id=await _reason(uow, asked.reason),
    )
    try:
        after = advance(before, step, now=now)
    except Refused as refusal:
        raise _problem(refusal, order) from refusal
    for name, value in asdict(after).items():
        if name not in ("since", "moved_at"):
            setattr(order, name, value)
    order.stage_since = after.since
    entry = _history(order, identity, at=after.moved_at, now=now, before=before.stage)
    entry.note = asked.note.strip()
    if asked.position is not None:
        entry.latitude, entry.longitude = asked.position.latitude, asked.position.longitude
    uow.session.add(entry)
    uow.emit(
        ServiceOrderMoved(
            place=Place(order.company_id, order.business_unit_id, order.city_id),
            at=after.moved_at,
            author_id=identity.user_id,
            order_id=order.id,
            subscriber_id=order.subscriber_id,
            before=before.stage,
            after=after.stage,
            technician_before=before.technician_id,
            technician_id=after.technician_id,
        )
    )


def _problem(refusal: Refused, order: ServiceOrder) -> Conflict | BadInput:
    if refusal.clash:
        return Conflict(refusal.sentence, refused=refusal.why, stage=order.stage, version=order.version)
    return BadInput(refusal.sentence, refused=refusal.why, errors={refusal.field: refusal.sentence})


def _standing(order: ServiceOrder, moved_at: datetime) -> Standing:
    named: dict[str, Any] = {
        name: getattr(order, name) for name in Standing.__dataclass_fields__ if name not in ("since", "moved_at")
    }
    return Standing(**named, since=order.stage_since, moved_at=moved_at)


async def _team_of(uow: UnitOfWork, scope: Scope, order: ServiceOrder, team_id: int | None) -> None:
    """Raises NotFound unless the team works, for the order's company and unit, within the caller's reach."""
    if team_id is None:
        return
    found = await uow.session.scalar(
        select(Team.id).where(
            Team.id == team_id,
            Team.company_id == order.company_id,
            Team.active,
            within(scope, Team.company_id, Team.business_unit_id, Team.city_id),
        )
    )
    if found is None:
        raise NotFound("team of this company")


async def _technicians_team(
    uow: UnitOfWork, scope: Scope, order: ServiceOrder, technician_id: int | None
) -> int | None:
    if technician_id is None:
        return None
    found = (
        await uow.session.execute(
            select(Technician.team_id).where(
                Technician.id == technician_id,
                Technician.company_id == order.company_id,
                Technician.active,
                within(scope, Technician.company_id, Technician.business_unit_id, Technician.city_id),
            )
        )
    ).one_or_none()
    if found is None:
        raise NotFound("technician of this company")
    team: int | None = found[0]
    return team


async def _reason(uow: UnitOfWork, reason_id: int | None) -> int | None:
    if reason_id is None:
        return None
    found = await uow.session.scalar(
        select(CancellationReason.id).where(
            CancellationReason.id == reason_id,
            CancellationReason.applies_to == "service_order",
            CancellationReason.active,
        )
    )
    if found is None:
        raise NotFound("reason for service orders")
    return found


def _new(opened: Opened, asked: NewOrder, now: datetime, identity: Identity) -> ServiceOrder:
    place = opened.place
    return ServiceOrder(
        company_id=place.company_id,
        business_unit_id=place.business_unit_id,
        city_id=place.city_id,
        subscriber_id=asked.subscriber_id,
        contract_id=opened.contract_id,
        request_id=asked.request_id,
        kind_id=asked.kind_id,
        level=asked.level,
        description=asked.description.strip(),
        location=opened.location,
        latitude=opened.latitude,
        longitude=opened.longitude,
        stage="open",
        stage_since=now,
        version=0,
        opened_by=identity.user_id,
        created_at=now,
    )


def _history(
    order: ServiceOrder, identity: Identity, *, at: datetime, now: datetime, before: str | None
) -> ServiceOrderMove:
    return ServiceOrderMove(
        company_id=order.company_id,
        order_id=order.id,
        version=order.version,
        before=before,
        after=order.stage,
        at=at,
        author_id=identity.user_id,
        team_id=order.team_id,
        technician_id=order.technician_id,
        scheduled_from=order.scheduled_from,
        scheduled_until=order.scheduled_until,
        reason_id=order.reason_id,
        note="",
        created_at=now,
    )
