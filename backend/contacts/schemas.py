"""Requests and replies of contacts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from backend.ids import RecordId
from backend.notes.schemas import NoteItem
from backend.requests.schemas import RequestItem

ContactChannel = Literal["phone", "whatsapp", "chat", "email", "counter", "field"]


class NewContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`caller` is the phone or address it comes from, as it came. The company may be left out by who works for one."""

    channel: ContactChannel = "phone"
    caller: str | None = None
    company_id: RecordId | None = None


class Identification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    subscriber_id: RecordId


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    summary: str | None = None


class ContactItem(msgspec.Struct, frozen=True):
    """`protocol` is what the caller is told. Subscriber, unit and city are None until it is known who calls."""

    id: int
    protocol: str
    channel: ContactChannel
    caller: str | None
    company_id: int
    business_unit_id: int | None
    city_id: int | None
    subscriber_id: int | None
    subscriber: str | None
    agent_id: int | None
    agent: str | None
    started_at: datetime
    ended_at: datetime | None
    summary: str | None


class ContactPage(msgspec.Struct, frozen=True):
    items: list[ContactItem]
    next: str | None


class ContactDetail(msgspec.Struct, frozen=True):
    """What came of it, each oldest first."""

    contact: ContactItem
    requests: list[RequestItem]
    notes: list[NoteItem]
