"""Who may see what: places, grants and the scope of a topic.

A *place* is where a record lives on the three axes of the operation: company, business unit and city.
A *scope* is the set of places a viewer may see for one permission; `None` on an axis means "all of it".
A scope is applied inside queries (`db.scope`), never to their results.
"""

from __future__ import annotations

import msgspec


class Permission(msgspec.Struct, frozen=True, order=True):
    """A module and an action in it, such as `receivables` and `read`."""

    module: str
    action: str

    def __str__(self) -> str:
        return f"{self.module}:{self.action}"


class Place(msgspec.Struct, frozen=True):
    """Where a record lives. `business_unit_id` is `None` for records shared by all units of a company."""

    company_id: int
    business_unit_id: int | None
    city_id: int | None


class Reach(msgspec.Struct, frozen=True, order=True):
    """One arm of a scope. 0 on an axis means every value of that axis (ids start at 1, and 0 sorts)."""

    company_id: int = 0
    business_unit_id: int = 0
    city_id: int = 0

    def covers(self, place: Place) -> bool:
        """A record without a unit or a city is seen by whoever sees any unit or city of its company."""
        return (
            self.company_id in (0, place.company_id)
            and (self.business_unit_id == 0 or place.business_unit_id in (None, self.business_unit_id))
            and (self.city_id == 0 or place.city_id in (None, self.city_id))
        )

    def contains(self, other: Reach) -> bool:
        """Whether everything `other` reaches is reached by this one too."""
        return (
            self.company_id in (0, other.company_id)
            and self.business_unit_id in (0, other.business_unit_id)
            and self.city_id in (0, other.city_id)
        )


class Scope(msgspec.Struct, frozen=True):
    """A normalised set of reaches: sorted, none inside another, so equal rights give equal (shared) topics."""

    reaches: tuple[Reach, ...] = ()

    @classmethod
    def of(cls, *reaches: Reach) -> Scope:
        distinct = set(reaches)
        kept = [r for r in distinct if not any(o != r and o.contains(r) for o in distinct)]
        return cls(tuple(sorted(kept)))

    def covers(self, place: Place) -> bool:
        return any(reach.covers(place) for reach in self.reaches)

    def __bool__(self) -> bool:
        return bool(self.reaches)


EVERYWHERE = Scope.of(Reach())
"""The scope of somebody who may see every company, business unit and city."""
