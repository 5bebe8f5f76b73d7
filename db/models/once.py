"""Answers kept so that a repeated request gets the same one."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated


class IdempotencyKey(Dated, Base):
    """`status` and `body` are filled before the transaction that reserved the key commits."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index(None, "created_at"),)

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str]
    request_hash: Mapped[str]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
