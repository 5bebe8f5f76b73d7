"""When the next thing happens at the counter, and through which channel. Pure; hours are São Paulo's."""

from __future__ import annotations

import random

from demo.habits import CHANNEL_WEIGHTS
from demo.hours import HOURS
from demo.people import Weighted
from realtime.facts import Channel

BUSIEST_S = 6.0
"""Mean seconds between settlements in the busiest hour. A provider of this size has far fewer; a wall must move."""

QUIETEST_S = 45.0
SHORTEST_S = 1.0

_LOAD = [sum(CHANNEL_WEIGHTS[channel] * hours[hour] for channel, hours in HOURS.items()) for hour in range(24)]
_CHANNELS: list[Weighted[Channel]] = [
    Weighted({channel: CHANNEL_WEIGHTS[channel] * hours[hour] for channel, hours in HOURS.items() if hours[hour]})
    for hour in range(24)
]


def mean_wait_s(hour: int) -> float:
    return min(QUIETEST_S, BUSIEST_S * max(_LOAD) / _LOAD[hour])


def wait_s(rng: random.Random, hour: int) -> float:
    """Seconds until the next settlement: arrivals are independent of each other, but never in a flood."""
    return max(SHORTEST_S, rng.expovariate(1.0 / mean_wait_s(hour)))


def channel(rng: random.Random, hour: int) -> Channel:
    """Nobody pays at a counter that is closed."""
    return _CHANNELS[hour].draw(rng)
