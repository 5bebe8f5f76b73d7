"""Protocol numbers: `AAAAMM` and a sequence of at least six digits, `202611000042`.

A number is allocated in a unit of work of its own, which commits before anything else happens: no other work waits for
the row of the month longer than one commit takes, and whatever fails afterwards leaves a gap and never a number that
is told twice. The sequence is one for all companies of the installation, so a number alone finds its contact.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert

from db.models import ProtocolMonth
from db.uow import UnitOfWork

DIGITS = 6
LONGEST = 20


def month_of(now: datetime, time_zone: str) -> str:
    """The month that a protocol carries is the company's, not the server's."""
    return f"{now.astimezone(ZoneInfo(time_zone)):%Y%m}"


def written(month: str, sequence: int) -> str:
    return f"{month}{sequence:0{DIGITS}d}"


def is_protocol(text: str) -> bool:
    return text.isascii() and text.isdigit() and 6 + DIGITS <= len(text) <= LONGEST


async def allocate(uow: UnitOfWork, month: str) -> str:
    """The next number of the month. `uow` must do nothing else, and be left before the number is used."""
    row = insert(ProtocolMonth).values(month=month, last=1)
    taken = await uow.session.execute(
        row.on_conflict_do_update(index_elements=["month"], set_={"last": ProtocolMonth.last + 1}).returning(
            ProtocolMonth.last
        )
    )
    return written(month, taken.scalar_one())
