"""Row structs, panels and identities that the tests of the engine use."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from realtime.facts import DeviceAdded, PaymentReceived
from realtime.panel import NoParams, Panel
from realtime.readings import TrafficSampled
from realtime.scope import EVERYWHERE, Permission, Scope
from realtime.shapes import Log, Ring, Table, Value
from realtime.subject import Subject


class Inner(msgspec.Struct, frozen=True):
    amount: Decimal
    count: int


class Record(msgspec.Struct, frozen=True):
    name: str
    amount: Decimal
    inner: Inner
    hours: tuple[Decimal, ...]
    rate: float | None


class Row(msgspec.Struct, frozen=True):
    id: int
    amount: Decimal
    rank: int | None = None


class Points(msgspec.Struct):
    t: list[float]
    value: list[float | None]


class PortParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    port: int


def port_of(params: PortParams) -> Subject:
    return Subject("port", params.port)


def points_of(params: PortParams, reading: TrafficSampled) -> Points | None:
    for port, in_bps, _ in reading.rows:
        if port == params.port:
            return Points([reading.at], [in_bps])
    return None


READ = Permission("test", "read")
MINUTE = timedelta(seconds=60)

RECORD = Panel(
    name="test.record", params=NoParams, shape=Value(Record), permission=READ, refresh_on=(DeviceAdded,), period=MINUTE
)
TABLE = Panel(
    name="test.table",
    params=NoParams,
    shape=Table(Row, order=("-rank",)),
    permission=READ,
    refresh_on=(DeviceAdded,),
    period=MINUTE,
)
RING = Panel(
    name="test.ring",
    params=PortParams,
    shape=Ring(Points, capacity=5),
    permission=READ,
    refresh_on=(TrafficSampled,),
    about=port_of,
    append=points_of,
    period=MINUTE,
)
LOG = Panel(
    name="test.log",
    params=NoParams,
    shape=Log(Row, capacity=4),
    permission=READ,
    refresh_on=(PaymentReceived,),
    period=MINUTE,
)
SECRET = Panel(
    name="test.secret",
    params=NoParams,
    shape=Value(Inner),
    permission=Permission("secret", "read"),
    refresh_on=(DeviceAdded,),
    period=MINUTE,
)
PANELS: list[Panel[Any]] = [RECORD, TABLE, RING, LOG, SECRET]


class Somebody(msgspec.Struct, frozen=True):
    """An identity that may see `test` panels in one scope, and nothing else."""

    expires_at: datetime
    key: str = "session:1"
    user_id: int = 1
    where: Scope = EVERYWHERE

    def scope(self, permission: Permission) -> Scope:
        return self.where if permission == READ else Scope()
