"""What somebody typed over the list of receivables, understood.

`overdue silva 11/2026` means: open, due in November 2026 and before today, of somebody called Silva. Words are
understood in Portuguese and English; whatever is not understood is part of the subscriber's name.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import reflex as rx

from frontend.text import t

ZONE = ZoneInfo("America/Sao_Paulo")
"""Where a typed day is a day. Companies elsewhere narrow by dates, which have no zone."""

_STATUS = {
    "open": ("aberto", "abertos", "aberta", "abertas", "open"),
    "paid": ("pago", "pagos", "paga", "pagas", "paid"),
    "renegotiated": ("renegociado", "renegociados", "renegotiated"),
    "cancelled": ("cancelado", "cancelados", "cancelled"),
    "annulled": ("anulado", "anulados", "annulled"),
    "gifted": ("gratificado", "gratificados", "gifted"),
    "cut": ("cortado", "cortados", "cut"),
}
_OVERDUE = ("vencido", "vencidos", "vencida", "vencidas", "atrasado", "atrasados", "overdue", "late")
_TODAY = ("hoje", "today")
_TOMORROW = ("amanha", "amanhã", "tomorrow")
_WORD_TO_STATUS = {word: status for status, words in _STATUS.items() for word in words}
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_MONTH = re.compile(r"(\d{1,2})/(\d{4})")


class Narrow(msgspec.Struct, frozen=True, omit_defaults=True):
    """Query parameters of GET /api/v1/receivables; an empty one narrows nothing."""

    status: str = ""
    due_from: str = ""
    due_to: str = ""
    q: str = ""

    def as_query(self) -> dict[str, str]:
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value}


def _span_of(word: str, today: date) -> tuple[date, date] | None:
    """The first and last day a word stands for; None when it is not a date."""
    if word in _TODAY:
        return today, today
    if word in _TOMORROW:
        return today + timedelta(days=1), today + timedelta(days=1)
    try:
        if found := _MONTH.fullmatch(word):
            month, year = int(found[1]), int(found[2])
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        if found := _DAY.fullmatch(word):
            day = date(int(found[3] or today.year), int(found[2]), int(found[1]))
            return day, day
        if len(word) == 10:
            return date.fromisoformat(word), date.fromisoformat(word)
    except (ValueError, calendar.IllegalMonthError):
        return None
    return None


def understand(typed: str, today: date) -> Narrow:
    """Pure: the same words on the same day mean the same. Later words of a kind win over earlier ones."""
    status = ""
    first: date | None = None
    last: date | None = None
    overdue = False
    name: list[str] = []
    for word in typed.split():
        folded = word.lower()
        if folded in _WORD_TO_STATUS:
            status = _WORD_TO_STATUS[folded]
        elif folded in _OVERDUE:
            overdue = True
        elif (span := _span_of(folded, today)) is not None:
            first, last = span
        else:
            name.append(word)
    if overdue:
        status = "open"
        yesterday = today - timedelta(days=1)
        last = yesterday if last is None else min(last, yesterday)
    return Narrow(
        status=status,
        due_from=first.isoformat() if first else "",
        due_to=last.isoformat() if last else "",
        q=" ".join(name),
    )


class ReceivablesFilter(rx.State):
    """What a person searches for in the list, understood. What was typed is in the address; live data is elsewhere."""

    narrow: dict[str, str] = {}  # noqa: RUF012 - Reflex copies a state's defaults for each viewer
    today: str = ""

    @rx.event
    def search(self, typed: str) -> None:
        today = datetime.now(ZONE).date()
        self.narrow = understand(typed[:200], today).as_query()
        self.today = today.isoformat()


PLACEHOLDER = t("Name, “overdue”, “paid”, 24/11, 11/2026…")
