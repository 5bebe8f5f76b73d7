"""How people pay: when against the due date, and through which channel. Pure.

The shares make a provider's usual picture: some 85 % of the money within five days of its date, 4 to 6 % never.
"""

from __future__ import annotations

import random
from typing import Literal, NamedTuple

from demo.people import Subscriber, Weighted
from realtime.facts import Channel

Manner = Literal["early", "punctual", "tardy", "late", "erratic", "defaulter"]

MANNERS = Weighted[Manner]({"early": 13, "punctual": 50, "tardy": 22, "late": 8, "erratic": 4, "defaulter": 3})
CHANNEL_WEIGHTS: dict[Channel, int] = {"boleto": 37, "pix": 36, "debit": 12, "counter": 8, "card": 7}
CHANNELS = Weighted(CHANNEL_WEIGHTS)
LOYALTY = 0.85
"""How often the preferred channel is used; debit and card are standing orders, always."""


class Habit(NamedTuple):
    """`stopped` is how many months ago a defaulter paid the last time. `settles` is whether they came to terms."""

    manner: Manner
    channel: Channel
    stopped: int = 0
    settles: bool = False


def habit_of(rng: random.Random, person: Subscriber) -> Habit:
    manner = MANNERS.draw(rng)
    channel = CHANNELS.draw(rng)
    if manner in ("tardy", "late", "erratic", "defaulter") and channel in ("debit", "card"):
        channel = "pix"
    stopped = rng.randint(1, 11) if manner == "defaulter" else 0
    return Habit(manner, channel, stopped, stopped >= 5 and rng.random() < 0.4)


def channel_of(rng: random.Random, habit: Habit) -> Channel:
    if habit.channel in ("debit", "card") or rng.random() < LOYALTY:
        return habit.channel
    return "pix" if rng.random() < 0.7 else "counter"


def delay_days(rng: random.Random, habit: Habit) -> int | None:
    """Days after the due date, negative before it; None for never. A defaulter is as tardy as others until the stop."""
    if habit.channel in ("debit", "card"):
        return 0
    if rng.random() < 0.012:
        return rng.randint(15, 60)
    match habit.manner:
        case "early":
            return -rng.randint(2, 9)
        case "punctual":
            return -min(3, int(rng.expovariate(1.1)))
        case "tardy" | "defaulter":
            return min(12, 1 + int(rng.expovariate(0.35)))
        case "late":
            return rng.randint(7, 38)
        case "erratic":
            chance = rng.random()
            return None if chance < 0.12 else rng.randint(20, 95) if chance < 0.65 else rng.randint(-1, 6)
