"""The last settlements, as they arrive."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec

from realtime.facts import Channel, PaymentReceived
from realtime.panel import NoParams, Panel
from realtime.scope import Permission
from realtime.shapes import Log


class LatestSettlement(msgspec.Struct, frozen=True):
    """`at` is when it was recorded; `credited` is what came in above what was owed."""

    id: int
    at: datetime
    subscriber_id: int
    subscriber: str
    city: str
    amount: Decimal
    credited: Decimal
    channel: Channel
    paid_on: date
    due_on: date


panel = Panel(
    name="receivables.latest",
    params=NoParams,
    shape=Log(LatestSettlement, capacity=50),
    permission=Permission("receivables", "read"),
    refresh_on=(PaymentReceived,),
    refresh_every=timedelta(seconds=60),
    period=timedelta(seconds=120),
)
