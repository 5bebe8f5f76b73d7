"""The three axes of every permission, as far as the caller sees them."""

from __future__ import annotations

import msgspec


class CompanyItem(msgspec.Struct, frozen=True):
    id: int
    name: str
    cnpj: str
    time_zone: str


class BusinessUnitItem(msgspec.Struct, frozen=True):
    id: int
    company_id: int
    name: str


class CityItem(msgspec.Struct, frozen=True):
    """`latitude` and `longitude` in degrees (WGS 84)."""

    id: int
    name: str
    state: str
    ibge_code: str
    latitude: float | None
    longitude: float | None


class Companies(msgspec.Struct, frozen=True):
    items: list[CompanyItem]
    next: str | None = None


class BusinessUnits(msgspec.Struct, frozen=True):
    items: list[BusinessUnitItem]
    next: str | None = None


class Cities(msgspec.Struct, frozen=True):
    items: list[CityItem]
    next: str | None = None
