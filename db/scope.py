"""The SQL of `realtime.scope.Scope.covers`: scope is part of the query, never applied to its result."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, or_, true

from realtime.scope import Reach, Scope

Column = SQLColumnExpression[Any]


def within(
    scope: Scope, company: Column, business_unit: Column | None = None, city: Column | None = None
) -> ColumnElement[bool]:
    """Whether a row is covered. A row without a unit or a city is seen by whoever sees any of its company's.

    Leave out an axis that the table does not have: it counts as NULL there.
    """
    return or_(false(), *(_reached(reach, company, business_unit, city) for reach in scope.reaches))


def _reached(reach: Reach, company: Column, business_unit: Column | None, city: Column | None) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if reach.company_id:
        conditions.append(company == reach.company_id)
    if reach.business_unit_id and business_unit is not None:
        conditions.append(or_(business_unit == reach.business_unit_id, business_unit.is_(None)))
    if reach.city_id and city is not None:
        conditions.append(or_(city == reach.city_id, city.is_(None)))
    return and_(true(), *conditions)
