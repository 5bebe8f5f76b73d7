"""Where a new order is to be done: at a subscriber's, or at a place on the network."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from backend.errors import BadInput, NotFound
from backend.orders.schemas import NewOrder
from backend.places.choice import choose_place
from db.models import BusinessUnit, Contract, Request, Subscriber, SubscriberAddress
from db.scope import within
from db.uow import UnitOfWork
from realtime.scope import Place, Scope


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What the tables say about a new order. Degrees in WGS 84."""

    place: Place
    location: str
    latitude: float | None
    longitude: float | None
    contract_id: int | None


async def found_place(uow: UnitOfWork, scope: Scope, asked: NewOrder) -> Opened:
    """Raises NotFound for what is unknown or out of reach, BadInput for what has to be said and is not."""
    if asked.subscriber_id is None:
        return await _on_the_network(uow, scope, asked)
    if asked.company_id is not None or asked.business_unit_id is not None or asked.city_id is not None:
        sentence = "comes from the subscriber"
        raise BadInput(
            "Company, business unit and city are the subscriber's own: leave them out.",
            errors=dict.fromkeys(("company_id", "business_unit_id", "city_id"), sentence),
        )
    subscriber = await uow.session.scalar(
        select(Subscriber).where(
            Subscriber.id == asked.subscriber_id,
            within(scope, Subscriber.company_id, Subscriber.business_unit_id, Subscriber.city_id),
        )
    )
    if subscriber is None:
        raise NotFound("subscriber")
    contract = await _contract(uow, asked)
    await _request(uow, asked)
    address = await _address(uow, subscriber.id, contract)
    location = asked.location.strip() or _written(address)
    if not location:
        sentence = "The subscriber has no installation address: say where to go."
        raise BadInput(sentence, errors={"location": sentence})
    latitude, longitude = _point(asked, address)
    return Opened(
        place=Place(subscriber.company_id, subscriber.business_unit_id, subscriber.city_id),
        location=location,
        latitude=latitude,
        longitude=longitude,
        contract_id=None if contract is None else contract.id,
    )


async def _on_the_network(uow: UnitOfWork, scope: Scope, asked: NewOrder) -> Opened:
    if asked.contract_id is not None or asked.request_id is not None:
        sentence = "A contract or request belongs to a subscriber: name the subscriber too."
        raise BadInput(sentence, errors={"subscriber_id": sentence})
    location = asked.location.strip()
    if asked.city_id is None or not location:
        missing = "city_id" if asked.city_id is None else "location"
        sentence = "An order without a subscriber needs a city and a location."
        raise BadInput(sentence, errors={missing: sentence})
    place = await choose_place(
        uow, scope, company_id=asked.company_id, business_unit_id=asked.business_unit_id, city_id=asked.city_id
    )
    unit = place.business_unit_id or await _only_unit(uow, scope, place)
    latitude, longitude = _point(asked, None)
    return Opened(
        place=Place(place.company_id, unit, place.city_id),
        location=location,
        latitude=latitude,
        longitude=longitude,
        contract_id=None,
    )


async def _only_unit(uow: UnitOfWork, scope: Scope, place: Place) -> int:
    """The only business unit of the company that the caller reaches in this city."""
    units = await uow.session.scalars(select(BusinessUnit.id).where(BusinessUnit.company_id == place.company_id))
    reached = [unit for unit in units if scope.covers(Place(place.company_id, unit, place.city_id))]
    if len(reached) != 1:
        sentence = "business_unit_id is needed: the company has more than one."
        raise BadInput(sentence, errors={"business_unit_id": "missing"})
    return reached[0]


async def _contract(uow: UnitOfWork, asked: NewOrder) -> Contract | None:
    if asked.contract_id is None:
        return None
    found = await uow.session.scalar(
        select(Contract).where(Contract.id == asked.contract_id, Contract.subscriber_id == asked.subscriber_id)
    )
    if found is None:
        raise NotFound("contract of this subscriber")
    return found


async def _request(uow: UnitOfWork, asked: NewOrder) -> None:
    if asked.request_id is None:
        return
    known = select(Request.id).where(Request.id == asked.request_id, Request.subscriber_id == asked.subscriber_id)
    if await uow.session.scalar(known) is None:
        raise NotFound("request of this subscriber")


async def _address(uow: UnitOfWork, subscriber_id: int, contract: Contract | None) -> SubscriberAddress | None:
    """The contract's, or the subscriber's latest installation address."""
    query = select(SubscriberAddress).where(SubscriberAddress.subscriber_id == subscriber_id)
    if contract is not None:
        return await uow.session.scalar(query.where(SubscriberAddress.id == contract.address_id))
    installed = query.where(SubscriberAddress.kind == "installation").order_by(SubscriberAddress.id.desc())
    return await uow.session.scalar(installed.limit(1))


def _written(address: SubscriberAddress | None) -> str:
    if address is None:
        return ""
    complement = f" {address.complement}" if address.complement else ""
    return f"{address.street}, {address.number}{complement}, {address.neighbourhood}"


def _point(asked: NewOrder, address: SubscriberAddress | None) -> tuple[float | None, float | None]:
    """What was said; else where the address is, unless another location was given."""
    if asked.position is not None:
        return asked.position.latitude, asked.position.longitude
    if address is None or asked.location.strip():
        return None, None
    return address.latitude, address.longitude
