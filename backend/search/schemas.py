"""Replies of the search."""

from __future__ import annotations

from typing import Literal

import msgspec

MatchedField = Literal[
    "code", "name", "trade_name", "document", "rg", "phone", "address", "neighbourhood", "condominium", "pole", "tag",
    "equipment", "login", "protocol", "mac", "ip", "similar",
]  # fmt: skip
"""Why a subscriber was found. `similar` is a name that is nearly what was typed."""


class Match(msgspec.Struct, frozen=True):
    """The field that matched, and its text as people write it. `exact` when all of it was typed."""

    field: MatchedField
    text: str
    exact: bool


class Found(msgspec.Struct, frozen=True):
    """`document` is masked. `why` holds what matched, the best first."""

    id: int
    code: str
    name: str
    trade_name: str | None
    document: str
    kind: Literal["person", "company"]
    status: Literal["prospect", "active", "suspended", "cancelled"]
    city: str
    neighbourhood: str | None
    why: tuple[Match, ...]


class SearchPage(msgspec.Struct, frozen=True):
    """The best first. `more` when others match too: type more of it."""

    items: list[Found]
    more: bool
