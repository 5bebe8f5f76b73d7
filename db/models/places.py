"""The three axes of every permission and every panel: companies, their business units, and cities."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered


class Company(Numbered, Dated, Base):
    """`cnpj` is text in upper case without punctuation (letters since July 2026). A *day* is one of `time_zone`."""

    __tablename__ = "company"
    __table_args__ = (
        UniqueConstraint("cnpj"),
        CheckConstraint("cnpj ~ '^[0-9A-Z]{14}$'", name="cnpj"),
    )

    name: Mapped[str]
    legal_name: Mapped[str]
    cnpj: Mapped[str]
    time_zone: Mapped[str] = mapped_column(server_default="America/Sao_Paulo")


class BusinessUnit(Numbered, Dated, Base):
    __tablename__ = "business_unit"
    __table_args__ = (
        UniqueConstraint("company_id", "name"),
        UniqueConstraint("id", "company_id"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    name: Mapped[str]


class City(Numbered, Dated, Base):
    """`ibge_code` has seven digits. Degrees in WGS 84. Cities are shared by the companies that serve them."""

    __tablename__ = "city"
    __table_args__ = (
        UniqueConstraint("ibge_code"),
        CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
        CheckConstraint("ibge_code ~ '^[0-9]{7}$'", name="ibge_code"),
    )

    name: Mapped[str]
    state: Mapped[str]
    ibge_code: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
