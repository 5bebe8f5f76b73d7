"""Which candidates come first, and what is said about each: equal, then beginning so, then holding the words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from backend.search.schemas import Match, MatchedField
from backend.search.what import Typed, folded
from backend.subscribers import shown

EQUAL, BEGINS, HOLDS, RESEMBLES = range(4)

MOST_WHY = 3

ORDER: tuple[MatchedField, ...] = (
    "protocol", "document", "phone", "login", "equipment", "mac", "ip", "tag", "rg", "code", "name", "trade_name",
    "condominium", "pole", "address", "neighbourhood", "similar",
)  # fmt: skip
"""Among equally good matches: what names one subscriber before what many share."""


class Hit(NamedTuple):
    """A row of a probe. Rows that only resemble come in the order of how much."""

    subscriber_id: int
    field: str
    text: str
    tier: int


class Ranked(NamedTuple):
    subscriber_id: int
    why: tuple[Match, ...]


class _Reason(NamedTuple):
    """Compares as good matches do: the better one is the smaller one."""

    tier: int
    order: int
    text: str
    match: Match


def ranked(hits: Iterable[Hit], typed: Typed) -> list[Ranked]:
    """Each subscriber once, the best first; equally good ones in the order of their texts, then of their ids."""
    reasons: dict[int, dict[MatchedField, _Reason]] = {}
    for place, hit in enumerate(hits):
        of_subscriber = reasons.setdefault(hit.subscriber_id, {})
        for field, tier, text in _explained(hit, typed):
            order = f"{place:06d}" if tier == RESEMBLES else folded(text)
            reason = _Reason(tier, ORDER.index(field), order, Match(field, text, tier == EQUAL))
            if field not in of_subscriber or reason[:3] < of_subscriber[field][:3]:
                of_subscriber[field] = reason
    sorted_reasons = {
        subscriber: sorted(found.values(), key=lambda reason: reason[:3])
        for subscriber, found in reasons.items()
        if found
    }
    best = sorted(sorted_reasons, key=lambda subscriber: (sorted_reasons[subscriber][0][:3], subscriber))
    return [Ranked(each, tuple(reason.match for reason in sorted_reasons[each][:MOST_WHY])) for each in best]


def _explained(hit: Hit, typed: Typed) -> Iterator[tuple[MatchedField, int, str]]:
    """(field, tier, text to show) of what a hit matched: an address says which of its parts did."""
    match hit.field:
        case "document":
            # Whole when all of it was typed: whoever knows it already learns nothing.
            yield "document", hit.tier, shown.document(hit.text, masked=hit.tier != EQUAL)
        case "phone":
            yield "phone", hit.tier, shown.phone(hit.text)
        case "mac":
            yield "mac", hit.tier, shown.mac(hit.text)
        case "name":
            yield from _name(hit, typed)
        case "address":
            yield from _address(hit, typed)
        case "code" | "rg" | "equipment" | "tag" | "login" | "protocol" | "ip" | "similar" as field:
            yield field, hit.tier, hit.text
        case unknown:
            raise AssertionError(f"no probe asks for {unknown}")


def _name(hit: Hit, typed: Typed) -> Iterator[tuple[MatchedField, int, str]]:
    name, _, trade_name = hit.text.partition("\n")
    if folded(name) == " ".join(typed.words):
        yield "name", EQUAL, name
    elif trade_name and _held(trade_name, typed.words) and not _held(name, typed.words):
        yield "trade_name", hit.tier, trade_name
    else:
        yield "name", hit.tier, name


def _address(hit: Hit, typed: Typed) -> Iterator[tuple[MatchedField, int, str]]:
    street, neighbourhood, condominium, pole = hit.text.split("\n")
    parts: tuple[tuple[MatchedField, str], ...] = (
        ("condominium", condominium),
        ("pole", pole),
        ("neighbourhood", neighbourhood),
        ("address", street),
    )
    alone = [(field, text) for field, text in parts if _held(text, typed.words)]
    for field, text in alone:
        yield field, BEGINS if folded(text) == " ".join(typed.words) else hit.tier, text
    if not alone:
        yield "address", hit.tier, " · ".join(text for text in (street, neighbourhood, condominium, pole) if text)


def _held(text: str, words: tuple[str, ...]) -> bool:
    """Whether each word begins a word of the text."""
    here = folded(text).split()
    return all(any(each.startswith(word) for each in here) for word in words)
