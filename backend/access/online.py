"""What "online" means in SQL, once for every screen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_

from db.models import Nas, Session


def outlived_reload() -> ColumnElement[bool]:
    """Whether an open session was heard of since its NAS reloaded; to join with `Nas`. The others are over, although
    their rows have not moved to the history yet."""
    return or_(Nas.reloaded_at.is_(None), Session.last_at >= Nas.reloaded_at)


def is_online() -> ColumnElement[bool]:
    return and_(~Session.unknown, outlived_reload())


def is_unknown() -> ColumnElement[bool]:
    return and_(Session.unknown, outlived_reload())


def minute_of(column: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """The start of its minute."""
    return func.date_trunc("minute", column)
