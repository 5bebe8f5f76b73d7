"""Who has whose screen open right now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Numbered, Placed, same_company, unit_of_company


class Attendance(Numbered, Placed, Base):
    """A user at a subscriber's screen, in as many tabs as there are at one serving `process`.

    The process renews `seen_at` while a tab is open and takes the row away with the last one; a row that nobody renewed
    for half a minute is of a process that died, and counts no more.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        unit_of_company(),
        same_company("subscriber_id", "subscriber"),
        UniqueConstraint("process", "subscriber_id", "user_id"),
        Index(None, "subscriber_id"),
        Index(None, "seen_at"),
    )

    process: Mapped[str]
    subscriber_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
