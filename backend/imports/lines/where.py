"""The columns that say where a record lives, the same in every kind of file that has them."""

from __future__ import annotations

from backend.imports import values
from backend.imports.columns import Column


def city(meaning: str, *, required: bool = True, example: str = "Alto") -> Column:
    return Column(
        name="city",
        portuguese="cidade",
        read=values.text(),
        aliases=("municipio", "ibge", "codigo ibge"),
        required=required,
        meaning=meaning,
        example=example,
    )


def state(*, example: str = "MG") -> Column:
    return Column(
        name="state",
        portuguese="uf",
        read=values.state,
        aliases=("estado",),
        meaning="The state's two letters, when several cities have the name.",
        example=example,
    )


def business_unit(meaning: str, *, example: str = "") -> Column:
    return Column(
        name="business_unit",
        portuguese="negocio",
        read=values.text(),
        aliases=("unidade", "unidade de negocio"),
        meaning=meaning,
        example=example,
    )
