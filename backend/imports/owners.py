"""The subscribers that lines of a file speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import distinct_on

from backend.imports.work import Work
from db.models import Subscriber, SubscriberAddress
from realtime.scope import Place


@dataclass(frozen=True)
class Owner:
    """A subscriber of the company, with its installation address, the first of several. `location` is how people write
    it, empty where there is none."""

    id: int
    at: Place
    address_id: int | None
    location: str
    latitude: float | None
    longitude: float | None

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
    home = SubscriberAddress
    rows = await work.db.execute(
        select(
            Subscriber.id, Subscriber.business_unit_id, Subscriber.city_id,
            home.id.label("address_id"), home.street, home.number, home.neighbourhood, home.latitude, home.longitude,
        )
        .outerjoin(home, and_(home.subscriber_id == Subscriber.id, home.kind == "installation"))
        .ext(distinct_on(Subscriber.id))
        .where(Subscriber.id.in_(set(known.values())), Subscriber.company_id == work.company_id)
        .order_by(Subscriber.id, home.id)
    )  # fmt: skip
    found = {
        row.id: Owner(
            row.id,
            Place(work.company_id, row.business_unit_id, row.city_id),
            row.address_id,
            f"{row.street}, {row.number} - {row.neighbourhood}" if row.address_id else "",
            row.latitude,
            row.longitude,
        )
        for row in rows
    }
    return {name: found[number] for name, number in known.items()}
