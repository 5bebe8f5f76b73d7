"""Reachability of the polled devices, worst first."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from realtime.facts import DeviceAdded, DeviceStatus, DeviceStatusChanged, PortsDiscovered
from realtime.panel import NoParams, Panel
from realtime.readings import DevicePolled, TrafficSampled
from realtime.scope import Permission
from realtime.shapes import Table


class DeviceHealth(msgspec.Struct, frozen=True):
    """`severity` orders: 3 down, 2 suspect, 1 unknown, 0 up. Rates in bit/s are sums over the polled ports."""

    id: int
    name: str
    address: str
    city: str
    status: DeviceStatus
    severity: int
    since: datetime
    last_polled_at: datetime | None
    round_trip_ms: float | None
    uptime_s: float | None
    ports: int
    ports_down: int
    in_bps: float | None
    out_bps: float | None
    skipped_polls: int


panel = Panel(
    name="devices.health",
    params=NoParams,
    shape=Table(DeviceHealth, order=("-severity", "name")),
    permission=Permission("network", "read"),
    refresh_on=(DeviceAdded, DeviceStatusChanged, PortsDiscovered, DevicePolled, TrafficSampled),
    settle=timedelta(seconds=1),
    refresh_every=timedelta(seconds=15),
    period=timedelta(seconds=60),
)
