"""Days on which Brazilian banks are open, and months. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

_FIXED = ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25))
"""National holidays as (month, day)."""

_AROUND_EASTER = (-48, -47, -2, 60)
"""Carnival Monday and Tuesday, Good Friday, Corpus Christi."""

SUNDAY = 6


def easter(year: int) -> date:
    """The anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    fixed = {date(year, month, day) for month, day in _FIXED}
    return frozenset(fixed | {easter(year) + timedelta(days=offset) for offset in _AROUND_EASTER})


def is_bank_day(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def bank_day(day: date) -> date:
    """The first bank day from `day` on."""
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


def next_bank_day(day: date) -> date:
    return bank_day(day + timedelta(days=1))


def month_shifted(first: date, months: int) -> date:
    """The first day of the month that lies `months` away from the one that `first` begins."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def day_of(first: date, day: int) -> date:
    """Day `day` of the month that `first` begins, or its last one."""
    return first.replace(day=min(day, monthrange(first.year, first.month)[1]))
