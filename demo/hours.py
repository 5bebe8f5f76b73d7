"""When on a day money comes in, by channel, and when banks hand it over. Pure; days and hours are São Paulo's."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from demo.calendar import SUNDAY, bank_day, is_bank_day, next_bank_day
from demo.people import Weighted
from realtime.facts import Channel

ZONE = ZoneInfo("America/Sao_Paulo")

HOURS: dict[Channel, tuple[int, ...]] = {
    "boleto": (1, 1, 0, 0, 0, 1, 3, 7, 12, 15, 16, 13, 12, 13, 13, 11, 8, 7, 8, 9, 8, 6, 3, 2),
    "pix": (2, 1, 1, 1, 1, 2, 5, 9, 13, 16, 16, 14, 15, 13, 12, 12, 12, 13, 15, 16, 15, 12, 8, 4),
    "debit": (0, 0, 0, 0, 2, 20, 30, 15, 6, 3, 2, 1, 0, 0, 0, 0, 0, 0, 3, 6, 4, 0, 0, 0),
    "counter": (0, 0, 0, 0, 0, 0, 0, 0, 8, 14, 15, 12, 8, 10, 12, 13, 12, 6, 0, 0, 0, 0, 0, 0),
    "card": (0, 0, 10, 25, 15, 5, 2, 2, 3, 4, 5, 5, 5, 4, 4, 4, 4, 5, 6, 6, 5, 4, 2, 1),
}
"""Weight of each hour: debits and recurring cards run in the banks' batches, the counter keeps its opening hours."""

_WEIGHTED = {channel: Weighted(dict(enumerate(hours))) for channel, hours in HOURS.items()}

NOTICE_S: dict[Channel, tuple[int, int]] = {
    "boleto": (120, 2400),
    "pix": (2, 20),
    "debit": (60, 600),
    "counter": (1, 5),
    "card": (5, 60),
}
"""Seconds, from and to, between a payment and the provider's learning of it."""

CARD_CREDIT = timedelta(days=30)


def local(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """That time of that day, in UTC."""
    return datetime.combine(day, time(hour, minute, second), ZONE).astimezone(UTC)


def payment_day(rng: random.Random, channel: Channel, day: date) -> date:
    """The day somebody who means to pay on `day` does: banks debit on bank days, weekends are for resting."""
    if channel == "debit":
        return bank_day(day)
    if channel == "counter" and day.weekday() == SUNDAY:
        return day + timedelta(days=1)
    if channel == "boleto" and not is_bank_day(day) and rng.random() < 0.6:
        return bank_day(day)
    if channel == "pix" and day.weekday() >= 5 and rng.random() < 0.3:
        return bank_day(day)
    return day


def recorded_at(rng: random.Random, channel: Channel, paid_on: date) -> datetime:
    """When the provider hears of it: soon, or for one boleto in twenty by the return file of the next bank day."""
    if channel == "boleto" and rng.random() < 0.05:
        return local(next_bank_day(paid_on), 7, 10, rng.randrange(60))
    hour = _WEIGHTED[channel].draw(rng)
    paid = local(paid_on, hour, rng.randrange(60), rng.randrange(60))
    latest = local(paid_on, 23, 59, 59)
    # A payment shortly before midnight is heard of before it, so that a day's hours hold the day's money.
    return min(latest, paid + timedelta(seconds=rng.randint(*NOTICE_S[channel])))


def credited_on(channel: Channel, paid_on: date) -> date:
    """Pix at once, also on Sunday; debit and counter on the bank day; a boleto the bank day after; cards in 30 days."""
    if channel == "pix":
        return paid_on
    if channel == "boleto":
        return next_bank_day(paid_on)
    if channel == "card":
        return bank_day(paid_on + CARD_CREDIT)
    return bank_day(paid_on)
