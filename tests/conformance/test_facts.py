"""Every fact moves a panel that declares it, from commit to viewer, or the documentation says that none does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_network
from typing import Any, get_args

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import (
    Device,
    DeviceState,
    Nas,
    OrderKind,
    Port,
    Receivable,
    Request,
    ServiceOrder,
    Settlement,
    Team,
    Technician,
)
from db.uow import UnitOfWork
from realtime.facts import (
    AnyFact,
    DeviceAdded,
    DeviceStatusChanged,
    Fact,
    NasAdded,
    NasReloaded,
    PaymentReceived,
    PortsDiscovered,
    ReceivableCancelled,
    ReceivableIssued,
    RequestEnded,
    RequestForwarded,
    RequestOpened,
    RequestTaken,
    ServiceOrderMoved,
    ServiceOrderOpened,
    TeamChanged,
    TechnicianChanged,
)
from realtime.scope import Place
from tests.conformance.around_subscribers import AROUND_SUBSCRIBERS
from tests.conformance.panels import REGISTRY, topics
from tests.conformance.seed import seed
from tests.conformance.test_panels import ROOT
from tests.realtime.serving import serving
from tests.waiting import until
from tests.world import World


class Scene:
    """The seeded world, and a unit of work in which something happens to it."""

    def __init__(self, uow: UnitOfWork, world: World) -> None:
        self.uow = uow
        self.world = world
        self.place = Place(world.north, world.unit, world.alto)
        self.where = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.alto}

    async def id_of(self, model: Any) -> int:
        return int((await self.uow.session.execute(select(func.min(model.id)))).scalar_one())

    async def today(self) -> Any:
        return (await self.uow.session.execute(select(func.min(Receivable.due_on)))).scalar_one()


async def issue(scene: Scene) -> Fact:
    today = await scene.today()
    owed = Receivable(
        **scene.where,
        subscriber_id=scene.world.subscriber_alto,
        amount=Decimal("10.00"),
        settled_amount=Decimal(0),
        issued_on=today,
        due_on=today,
        reference_month=today.replace(day=1),
        status="open",
    )
    scene.uow.session.add(owed)
    await scene.uow.session.flush()
    return ReceivableIssued(
        place=scene.place,
        at=scene.uow.now,
        receivable_id=owed.id,
        subscriber_id=owed.subscriber_id,
        amount=owed.amount,
        issued_on=today,
        due_on=today,
    )


async def pay(scene: Scene) -> Fact:
    today, owed = await scene.today(), await scene.id_of(Receivable)
    amounts: dict[str, Any] = {"amount": Decimal("5.00"), "applied": Decimal("5.00"), "credited": Decimal("0.00")}
    paid = Settlement(
        **scene.where,
        **amounts,
        receivable_id=owed,
        subscriber_id=scene.world.subscriber_alto,
        paid_on=today,
        credited_on=today,
        channel="boleto",
        recorded_at=scene.uow.now,
    )
    scene.uow.session.add(paid)
    await scene.uow.session.flush()
    return PaymentReceived(
        **amounts,
        place=scene.place,
        at=scene.uow.now,
        settlement_id=paid.id,
        receivable_id=owed,
        subscriber_id=scene.world.subscriber_alto,
        channel="boleto",
        paid_on=today,
        due_on=today,
    )


async def cancel(scene: Scene) -> Fact:
    today, owed = await scene.today(), await scene.id_of(Receivable)
    await scene.uow.session.execute(
        update(Receivable)
        .where(Receivable.id == owed)
        .values(status="cancelled", cancelled_at=scene.uow.now, cancellation_reason_id=scene.world.reason)
    )
    return ReceivableCancelled(
        place=scene.place,
        at=scene.uow.now,
        receivable_id=owed,
        subscriber_id=scene.world.subscriber_alto,
        open_amount=Decimal("59.90"),
        due_on=today,
        issued_on=today,
        reason_id=scene.world.reason,
    )


async def add_device(scene: Scene) -> Fact:
    device = Device(**scene.where, name="Novo", address="127.0.0.2", snmp_credentials=b"")
    scene.uow.session.add(device)
    await scene.uow.session.flush()
    scene.uow.session.add(DeviceState(device_id=device.id))
    return DeviceAdded(place=scene.place, at=scene.uow.now, device_id=device.id)


async def lose_device(scene: Scene) -> Fact:
    device = await scene.id_of(Device)
    await scene.uow.session.execute(
        update(DeviceState)
        .where(DeviceState.device_id == device)
        .values(status="down", status_since=scene.uow.now - timedelta(seconds=1))
    )
    return DeviceStatusChanged(place=scene.place, at=scene.uow.now, device_id=device, before="up", after="down")


async def discover_port(scene: Scene) -> Fact:
    device = await scene.id_of(Device)
    scene.uow.session.add(Port(device_id=device, name="xe-0/0/1", alias="", polled=True))
    return PortsDiscovered(place=scene.place, at=scene.uow.now, device_id=device, added=1, changed=0, missing=0)


async def add_nas(scene: Scene) -> Fact:
    nas = Nas(**scene.where, name="BNG 2", network=ip_network("192.0.2.2"), secret=b"")
    scene.uow.session.add(nas)
    await scene.uow.session.flush()
    return NasAdded(place=scene.place, at=scene.uow.now, nas_id=nas.id)


async def reload_nas(scene: Scene) -> Fact:
    nas = await scene.id_of(Nas)
    await scene.uow.session.execute(update(Nas).where(Nas.id == nas).values(reloaded_at=scene.uow.now))
    return NasReloaded(place=scene.place, at=scene.uow.now, nas_id=nas, kind_of_notice="on")


async def add_team(scene: Scene) -> Fact:
    team = Team(**scene.where, name="Equipe 2")
    scene.uow.session.add(team)
    await scene.uow.session.flush()
    return TeamChanged(place=scene.place, at=scene.uow.now, team_id=team.id)


async def rename_technician(scene: Scene) -> Fact:
    technician = await scene.id_of(Technician)
    await scene.uow.session.execute(update(Technician).where(Technician.id == technician).values(name="Iara Luz"))
    return TechnicianChanged(place=scene.place, at=scene.uow.now, technician_id=technician)


async def open_order(scene: Scene) -> Fact:
    order = ServiceOrder(
        **scene.where, kind_id=await scene.id_of(OrderKind), location="Rua A, 1", stage_since=scene.uow.now
    )
    scene.uow.session.add(order)
    await scene.uow.session.flush()
    return ServiceOrderOpened(place=scene.place, at=scene.uow.now, order_id=order.id, subscriber_id=None)


async def move_order(scene: Scene) -> Fact:
    order = await scene.id_of(ServiceOrder)
    await scene.uow.session.execute(
        update(ServiceOrder).where(ServiceOrder.id == order).values(stage="en_route", en_route_at=scene.uow.now)
    )
    return ServiceOrderMoved(
        place=scene.place,
        at=scene.uow.now,
        order_id=order,
        subscriber_id=None,
        before="scheduled",
        after="en_route",
        technician_before=None,
        technician_id=None,
    )


async def ask(scene: Scene) -> Fact:
    asked = Request(
        **scene.where,
        subscriber_id=scene.world.subscriber_alto,
        kind_id=(await _of(scene, "kind_id")),
        department="commercial",
        due_on=await scene.today(),
    )
    scene.uow.session.add(asked)
    await scene.uow.session.flush()
    return RequestOpened(**about(scene), request_id=asked.id, department="commercial")


async def take(scene: Scene) -> Fact:
    taker = scene.world.users["root"]
    await change_request(scene, taken_by=taker, taken_at=scene.uow.now)
    return RequestTaken(**about(scene), request_id=await _of(scene, "id"), department="commercial", taken_by=taker)


async def forward(scene: Scene) -> Fact:
    await change_request(scene, department="technical")
    return RequestForwarded(
        **about(scene), request_id=await _of(scene, "id"), before="commercial", department="technical"
    )


async def answer(scene: Scene) -> Fact:
    await change_request(scene, status="closed", result="Feito.", ended_at=scene.uow.now)
    return RequestEnded(**about(scene), request_id=await _of(scene, "id"), department="commercial", outcome="closed")


async def _of(scene: Scene, field: str) -> int:
    """A field of the seeded request."""
    return int((await scene.uow.session.execute(select(func.min(getattr(Request, field))))).scalar_one())


async def change_request(scene: Scene, **values: Any) -> None:
    await scene.uow.session.execute(update(Request).values(**values))


def about(scene: Scene) -> dict[str, Any]:
    return {"place": scene.place, "at": scene.uow.now, "subscriber_id": scene.world.subscriber_alto}


HAPPENS: dict[type[Fact], Callable[[Scene], Awaitable[Any]]] = {
    ReceivableIssued: issue,
    PaymentReceived: pay,
    ReceivableCancelled: cancel,
    DeviceAdded: add_device,
    DeviceStatusChanged: lose_device,
    PortsDiscovered: discover_port,
    NasAdded: add_nas,
    NasReloaded: reload_nas,
    TeamChanged: add_team,
    TechnicianChanged: rename_technician,
    ServiceOrderOpened: open_order,
    ServiceOrderMoved: move_order,
    RequestOpened: ask,
    RequestTaken: take,
    RequestForwarded: forward,
    RequestEnded: answer,
    **AROUND_SUBSCRIBERS,
}
"""How each fact comes about: writes its rows in the unit of work and gives it."""

FACTS: tuple[type[Fact], ...] = get_args(AnyFact)
DECLARED = {kind for panel in REGISTRY.panels.values() for kind in panel.refresh_on if issubclass(kind, Fact)}


@pytest.mark.parametrize("kind", [kind for kind in FACTS if kind in DECLARED], ids=lambda kind: kind.__name__)
async def test_a_fact_moves_a_panel_that_declares_it(engine: AsyncEngine, world: World, kind: type[Fact]) -> None:
    await seed(engine, world)
    keys = [key for name, key in topics(world).items() if kind in REGISTRY.panels[name].refresh_on]
    async with serving(engine, registry=REGISTRY) as server, server.viewer(await server.cookie("alto")) as viewer:
        await viewer.watch(*keys)
        before = {key: held.data for key, held in viewer.client.held.items()}
        assert before.keys() == set(keys)
        committed = datetime.now(UTC)
        async with server.wiring.services.unit_of_work() as uow:
            uow.emit(await HAPPENS[kind](Scene(uow, world)))

        async def moved() -> bool:
            held = viewer.client.held
            return any(held[key].data != before[key] and held[key].as_of >= committed for key in keys)

        async with viewer.listening():
            await until(moved, what=f"a change after {kind.__name__}")


@pytest.mark.parametrize("kind", [kind for kind in FACTS if kind not in DECLARED], ids=lambda kind: kind.__name__)
def test_a_fact_that_moves_no_panel_is_documented_as_such(kind: type[Fact]) -> None:
    _, heading, rest = (ROOT / "docs" / "panels.md").read_text().partition("## Facts that move no panel")
    assert heading and f"`{kind.__name__}`" in rest
