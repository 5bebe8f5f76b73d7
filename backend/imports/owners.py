"""The subscribers that lines of a file speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from backend.imports.work import Work
from db.models import Subscriber, SubscriberAddress
from realtime.scope import Place


@dataclass(frozen=True)
class Owner:
    """A subscriber of the company. `address_id` is its installation address, the first of several."""

    id: int
    at: Place
    address_id: int | None

    def place(self) -> dict[str, int | None]:
        return {
            "company_id": self.at.company_id,
            "business_unit_id": self.at.business_unit_id,
            "city_id": self.at.city_id,
        }


async def owners(work: Work, names: Sequence[str | None]) -> dict[str, Owner]:
    """By the source's id; failing that by the number that screens show. Those of other companies are not found."""
    wanted = {name for name in names if name is not None}
    known = await work.origins("subscribers", list(wanted))
    others = wanted - known.keys()
    if others:
        rows = await work.db.execute(
            select(Subscriber.code, Subscriber.id).where(
                Subscriber.company_id == work.company_id, Subscriber.code.in_(others)
            )
        )
        known |= dict(rows.all())
    address = (
        select(func.min(SubscriberAddress.id))
        .where(SubscriberAddress.subscriber_id == Subscriber.id, SubscriberAddress.kind == "installation")
        .scalar_subquery()
    )
    rows = await work.db.execute(
        select(Subscriber.id, Subscriber.business_unit_id, Subscriber.city_id, address.label("address_id")).where(
            Subscriber.id.in_(set(known.values())), Subscriber.company_id == work.company_id
        )
    )
    found = {
        row.id: Owner(row.id, Place(work.company_id, row.business_unit_id, row.city_id), row.address_id) for row in rows
    }
    return {name: found[number] for name, number in known.items()}
