"""Requests and replies of devices, ports and traffic history."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from backend.ids import RecordId
from realtime.facts import DeviceStatus

AuthProtocol = Literal["md5", "sha", "sha224", "sha256", "sha384", "sha512"]
PrivProtocol = Literal["des", "aes128", "aes192", "aes256"]
Step = Literal["raw", "5m", "1h", "1d"]


class Snmp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to ask a device. v1 and v2c need a community; v3 a user and, by its level, protocols and pass phrases."""

    version: Literal["1", "2c", "3"]
    community: str | None = None
    user: str | None = None
    auth_protocol: AuthProtocol | None = None
    auth_password: str | None = None
    priv_protocol: PrivProtocol | None = None
    priv_password: str | None = None


class NewDevice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`address` is an IPv4 or IPv6 literal. `company_id` may be left out by who sees one company only."""

    name: str
    address: str
    city_id: RecordId
    snmp: Snmp
    port: int = 161
    company_id: RecordId | None = None
    business_unit_id: RecordId | None = None
    device_kind: str = "other"
    poll_interval_s: int = 60


class DeviceItem(msgspec.Struct, frozen=True):
    """`poll_interval_s` in seconds; the SNMP secrets never leave the server."""

    id: int
    company_id: int
    business_unit_id: int | None
    city_id: int
    name: str
    address: str
    port: int
    device_kind: str
    snmp_version: str
    poll_interval_s: int
    enabled: bool
    status: DeviceStatus
    discovered_at: datetime | None
    discovery_error: str | None


class DevicePage(msgspec.Struct, frozen=True):
    items: list[DeviceItem]
    next: str | None


class DiscoveryRequested(msgspec.Struct, frozen=True):
    """The collector that polls the device walks it within seconds; its `discovered_at` tells when it is done."""

    device_id: int
    requested_at: datetime


class PortItem(msgspec.Struct, frozen=True):
    """`speed_bps` is what the device says, `capacity_bps` what the operator contracted (bit/s)."""

    id: int
    device_id: int
    name: str
    alias: str
    speed_bps: int | None
    capacity_bps: int | None
    admin: str | None
    oper: str | None
    polled: bool
    missing_since: datetime | None


class PortPage(msgspec.Struct, frozen=True):
    items: list[PortItem]
    next: str | None


class PortChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the operator decides about a port; absent fields stay."""

    capacity_bps: int | msgspec.UnsetType | None = msgspec.UNSET
    polled: bool | msgspec.UnsetType = msgspec.UNSET


class Traffic(msgspec.Struct, frozen=True):
    """Points are (epoch_s, in_bps, out_bps), ascending, None where there is no truth.

    The 95th percentiles are over values of at most five minutes, None when the range has no such values.
    """

    port: int
    step: Step
    points: list[tuple[float, float | None, float | None]]
    p95_in_bps: float | None
    p95_out_bps: float | None
