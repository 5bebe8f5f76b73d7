"""What a line of a file says of a company, or of a city."""

from __future__ import annotations

from typing import Any

import msgspec

from backend.imports import values
from backend.imports.columns import Column
from backend.imports.work import Work


class CompanyLine(msgspec.Struct, frozen=True, kw_only=True):
    cnpj: str
    name: str
    legal_name: str | None = None
    time_zone: str | None = None
    business_units: str | None = None

    @property
    def units(self) -> list[str]:
        return [name.strip() for name in (self.business_units or "").split("|") if name.strip()]


class CityLine(msgspec.Struct, frozen=True, kw_only=True):
    ibge_code: str
    name: str
    state: str
    latitude: float | None = None
    longitude: float | None = None


def _believe(line: Any, work: Work) -> None:
    """Each cell says all there is to check."""


COMPANY_COLUMNS: tuple[Column, ...] = (
    Column(
        name="cnpj",
        portuguese="cnpj",
        read=values.cnpj,
        required=True,
        meaning="The CNPJ, which tells companies apart.",
        example="12.ABC.345/01DE-35",
    ),
    Column(
        name="name",
        portuguese="nome",
        read=values.text(),
        required=True,
        aliases=("fantasia", "nome fantasia", "empresa"),
        meaning="What screens call it.",
        example="Norte",
    ),
    Column(
        name="legal_name",
        portuguese="razao_social",
        read=values.text(),
        meaning="Its registered name; without one, the name.",
        example="Norte Telecom Ltda",
    ),
    Column(
        name="time_zone",
        portuguese="fuso_horario",
        read=values.time_zone,
        aliases=("fuso",),
        meaning="Where its days begin and end: America/Sao_Paulo unless said.",
        example="America/Sao_Paulo",
    ),
    Column(
        name="business_units",
        portuguese="negocios",
        read=values.text(2000),
        aliases=("unidades", "unidades de negocio"),
        meaning="Its business units, between `|`; without any, one of the company's name.",
        example="Residencial|Corporativo",
    ),
)


CITY_COLUMNS: tuple[Column, ...] = (
    Column(
        name="ibge_code",
        portuguese="codigo_ibge",
        read=values.ibge_code,
        aliases=("ibge", "cod ibge", "geocodigo"),
        required=True,
        meaning="The seven digits of IBGE, which tell cities apart.",
        example="3106200",
    ),
    Column(
        name="name",
        portuguese="nome",
        read=values.text(),
        aliases=("cidade", "municipio", "city"),
        required=True,
        meaning="Its name.",
        example="Belo Horizonte",
    ),
    Column(
        name="state",
        portuguese="uf",
        read=values.state,
        aliases=("estado",),
        required=True,
        meaning="The state's two letters.",
        example="MG",
    ),
    Column(
        name="latitude",
        portuguese="latitude",
        read=values.degrees(90),
        aliases=("lat",),
        meaning="Of its centre, in degrees.",
        example="-19,9167",
    ),
    Column(
        name="longitude",
        portuguese="longitude",
        read=values.degrees(180),
        aliases=("lon", "lng"),
        meaning="Of its centre, in degrees.",
        example="-43,9345",
    ),
)
