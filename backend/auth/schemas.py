"""Requests and replies of sessions and tokens."""

from __future__ import annotations

from datetime import datetime

import msgspec

from backend.ids import RecordId


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    login: str
    password: str


class User(msgspec.Struct, frozen=True):
    """`permissions` lists `module:action` held anywhere; `*` stands for all."""

    id: int
    login: str
    name: str
    locale: str
    permissions: tuple[str, ...]


class SignedIn(msgspec.Struct, frozen=True):
    """`csrf` goes into `X-CSRF-Token` of every write that is authorised by the cookie."""

    user: User
    csrf: str | None
    expires_at: datetime
    demo: bool


class TokenGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Absent ids mean every value of that axis. A token never reaches further than its owner."""

    module: str
    action: str
    company_id: RecordId | None = None
    business_unit_id: RecordId | None = None
    city_id: RecordId | None = None


class NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    grants: tuple[TokenGrant, ...]
    expires_at: datetime


class IssuedToken(msgspec.Struct, frozen=True):
    """`token` is shown once; only its digest is kept."""

    id: int
    name: str
    token: str
    expires_at: datetime
    grants: tuple[TokenGrant, ...]


class TokenItem(msgspec.Struct, frozen=True):
    id: int
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenPage(msgspec.Struct, frozen=True):
    items: list[TokenItem]
    next: str | None
