"""What stands at a subscriber's place and belongs to the provider."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.models.base import Base, Dated, Numbered, same_company


class Equipment(Numbered, Dated, Base):
    """Tracked by its serial number. `serial` and `tag` (the label on the drop or on the case) are upper case."""

    __tablename__ = "equipment"
    __table_args__ = (
        same_company("subscriber_id", "subscriber"),
        same_company("contract_id", "contract", "subscriber_id"),
        UniqueConstraint("company_id", "serial"),
        CheckConstraint("serial = upper(serial) AND serial <> ''", name="serial"),
        CheckConstraint("tag = upper(tag) AND tag <> ''", name="tag"),
        Index(None, "subscriber_id"),
        Index(None, "contract_id"),
        Index("ix_equipment_serial", "serial", postgresql_ops={"serial": "text_pattern_ops"}),
        Index("ix_equipment_tag", "tag", postgresql_ops={"tag": "text_pattern_ops"}),
    )

    company_id: Mapped[int]
    subscriber_id: Mapped[int]
    contract_id: Mapped[int | None]
    kind: Mapped[str]
    model: Mapped[str]
    serial: Mapped[str]
    tag: Mapped[str | None]
