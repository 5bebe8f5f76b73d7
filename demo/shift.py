"""What a crew does next: a function of its order and the clock, so that a simulator may be restarted. Pure.

Work goes some four times as fast as in the field, because a wall must move. Instants are aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from realtime.facts import OrderStage

SEED = "farol demo shift 1"

LASTS_S: dict[str, tuple[float, float]] = {
    "en_route": (150, 420),
    "arrived": (30, 90),
    "started": (240, 900),
    "paused": (90, 240),
    "failed": (240, 900),
}
"""Seconds, from and to, that an order stays in a stage."""

GIVES_UP, PAUSES, TRIES_AGAIN, FORGETS = 0.08, 0.06, 0.3, 0.08
LEAVES_MIN = (-10.0, 20.0)
FORGOTTEN_MIN = (2.0, 15.0)
"""Minutes: from the beginning of the window to the departure; from its end on for orders that were forgotten."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What is needed of a row of `orders.board`."""

    id: int
    stage: OrderStage
    since: datetime
    version: int
    scheduled_from: datetime | None = None
    scheduled_until: datetime | None = None


def draw(visit: Visit, what: str) -> float:
    """From 0 to 1; the same for the same order, attempt and question."""
    digest = blake2b(f"{SEED} {visit.id} {visit.version} {what}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def next_stage(visit: Visit, now: datetime) -> OrderStage | None:
    """The stage a visit under way, or a failed one, reaches now; None while it stays."""
    if visit.stage not in LASTS_S:
        return None
    shortest, longest = LASTS_S[visit.stage]
    if now < visit.since + timedelta(seconds=shortest + (longest - shortest) * draw(visit, "lasts")):
        return None
    chance = draw(visit, "what")
    match visit.stage:
        case "en_route":
            return "arrived"
        case "arrived":
            return "failed" if chance < GIVES_UP else "started"
        case "started":
            return "paused" if chance < PAUSES else "done"
        case "paused":
            return "started"
        case _:
            return "open" if chance < TRIES_AGAIN else None


def leaves_at(visit: Visit) -> datetime | None:
    """When a crew that has nothing else to do sets out for a scheduled visit."""
    if visit.stage != "scheduled" or visit.scheduled_from is None or visit.scheduled_until is None:
        return None
    (low, high), edge = (
        (FORGOTTEN_MIN, visit.scheduled_until)
        if draw(visit, "forgets") < FORGETS
        else (LEAVES_MIN, visit.scheduled_from)
    )
    return edge + timedelta(minutes=low + (high - low) * draw(visit, "leaves"))
