"""A request's deadline by the day of its company. Queries that use these join `Company`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, and_, cast, func

from db.models import Company, Request


def today(now: datetime) -> ColumnElement[date]:
    return cast(func.timezone(Company.time_zone, now), Date)


def days_left(now: datetime) -> ColumnElement[int]:
    """0 on the last day, negative when it is over."""
    left: ColumnElement[int] = Request.due_on - today(now)  # type: ignore[assignment]  # PostgreSQL: date - date is an integer
    return left


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """From the morning after the last day."""
    return and_(Request.status == "open", Request.due_on < today(now))
