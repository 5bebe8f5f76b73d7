"""Where records came from, for files of another system that are loaded again and again."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated


class Origin(Dated, Base):
    """What another system calls a record of ours: written with the record, in its transaction, and never changed.

    `kind` is the kind of the file, such as `subscribers`, and says which table `record_id` is of. No foreign key,
    because there are several tables; nothing is deleted from any of them.
    """

    __tablename__ = "origin"
    __table_args__ = (CheckConstraint("source_id <> ''", name="source_id"),)

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[int]
