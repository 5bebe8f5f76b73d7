"""What late means, said once: as Python for one order, as SQL for queries. Panels, lists and the map use these.

The window is the promise made to the subscriber: somebody arrives within it. So an order is late

- while nobody has arrived (scheduled, en_route), from the end of its window on;
- once somebody has (arrived, started, paused), from the end of its window and the minutes its kind is expected to take.

An open order has promised nothing, and one that ended is not late any more; `arrived_in_time` says how its visit went.
Nothing is stored, because the clock alone makes an order late.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Double, Interval, and_, case, cast, func, literal, null

from db.models import OrderKind, ServiceOrder
from realtime.facts import OrderStage

BEFORE_ARRIVAL: tuple[OrderStage, ...] = ("scheduled", "en_route")
AT_THE_PLACE: tuple[OrderStage, ...] = ("arrived", "started", "paused")


def late_from(stage: OrderStage, scheduled_until: datetime | None, expected_minutes: int) -> datetime | None:
    """The instant from which an order is late if it stays as it is; None when it cannot be."""
    if scheduled_until is None:
        return None
    if stage in BEFORE_ARRIVAL:
        return scheduled_until
    if stage in AT_THE_PLACE:
        return scheduled_until + timedelta(minutes=expected_minutes)
    return None


def late_from_sql() -> ColumnElement[Any]:
    """`late_from` over `ServiceOrder`, in a query that joins its `OrderKind`."""
    expected = cast(OrderKind.expected_minutes, Double) * literal(timedelta(minutes=1), Interval)
    return case(
        (ServiceOrder.stage.in_(BEFORE_ARRIVAL), ServiceOrder.scheduled_until),
        (ServiceOrder.stage.in_(AT_THE_PLACE), ServiceOrder.scheduled_until + expected),
        else_=null(),
    )


def is_late(now: datetime) -> ColumnElement[bool]:
    """Whether an order is late at `now`, never NULL, in a query that joins its `OrderKind`."""
    return func.coalesce(late_from_sql() < now, False)


def arrived_in_time() -> ColumnElement[bool]:
    """Whether somebody arrived before the window was over. Orders without an arrival are no matter of it."""
    return and_(ServiceOrder.arrived_at.is_not(None), ServiceOrder.arrived_at <= ServiceOrder.scheduled_until)
