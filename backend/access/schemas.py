"""Requests and replies of NAS and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from backend.ids import RecordId
from realtime.readings import SessionEnd

Vendor = Literal["mikrotik", "huawei", "juniper", "cisco", "nokia", "zte", "accel-ppp", "ruckus", "other"]
SessionState = Literal["online", "unknown", "ended"]


class NewNas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`address` is an IPv4 or IPv6 address, or a network (CIDR) whose NAS share the secret. The company may be left out
    by who works for one only."""

    name: str
    address: str
    secret: str
    city_id: RecordId
    vendor: Vendor = "other"
    company_id: RecordId | None = None
    business_unit_id: RecordId | None = None


class NasItem(msgspec.Struct, frozen=True):
    """The secret never leaves the server. `reloaded_at` is the last Accounting-On or -Off."""

    id: int
    company_id: int
    business_unit_id: int | None
    city_id: int
    name: str
    address: str
    vendor: str
    enabled: bool
    reloaded_at: datetime | None


class NasPage(msgspec.Struct, frozen=True):
    items: list[NasItem]
    next: str | None


class SessionItem(msgspec.Struct, frozen=True):
    """Octets as RFC 2866 has them: `in_octets` came from the subscriber, `out_octets` went there.

    `mac` is the Calling-Station-Id, as twelve lower hexadecimal digits when it is a MAC address. `last_at` is the
    newest packet, `cause` the Acct-Terminate-Cause. `subscriber` is None for a login that no contract has.
    """

    id: int
    state: SessionState
    login: str
    subscriber_id: int | None
    subscriber: str | None
    company_id: int
    business_unit_id: int | None
    city_id: int
    nas_id: int
    nas: str
    address: str | None
    delegated_prefix: str | None
    mac: str | None
    port: str
    started_at: datetime
    last_at: datetime
    ended_at: datetime | None
    ended: SessionEnd | None
    cause: int | None
    in_octets: int
    out_octets: int


class SessionPage(msgspec.Struct, frozen=True):
    items: list[SessionItem]
    next: str | None


class NewInternetLogin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`login` is the User-Name that the subscriber's router sends; case does not matter."""

    contract_id: RecordId
    login: str


class InternetLoginItem(msgspec.Struct, frozen=True):
    """`contract_status` is one of draft, active, suspended, cancelled, ended. The place is the contract's."""

    id: int
    login: str
    contract_id: int
    contract_status: str
    subscriber_id: int
    company_id: int
    business_unit_id: int
    city_id: int


class InternetLoginPage(msgspec.Struct, frozen=True):
    items: list[InternetLoginItem]
    next: str | None
