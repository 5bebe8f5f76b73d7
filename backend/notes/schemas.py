"""Requests and replies of notes about subscribers."""

from __future__ import annotations

from datetime import datetime

import msgspec


class NewNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`protocol` names the contact in which it was written, if there is one."""

    text: str
    protocol: str | None = None


class NoteItem(msgspec.Struct, frozen=True):
    """`author` is None for a machine."""

    id: int
    subscriber_id: int
    protocol: str | None
    text: str
    at: datetime
    author: str | None


class NotePage(msgspec.Struct, frozen=True):
    items: list[NoteItem]
    next: str | None
