"""Vars as people read them: `brl(live(...).received)` is R$ 1.234,56 in Portuguese and R$ 1,234.56 in English.

The functions are those of `assets/farol/format.js`; unknown (null) is an em dash, never zero.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex.vars.base import LiteralVar

from frontend.place import hook

_HOOK = "const format = useFormat();"


def _formatted(function: str, value: Any) -> rx.Var[str]:
    var = LiteralVar.create(value)
    return rx.Var(
        f"format.{function}({var!s})",
        _var_type=str,
        _var_data=VarData.merge(var._get_all_var_data(), hook("texts.js", "useFormat", _HOOK)),
    )


def brl(value: Any) -> rx.Var[str]:
    """Money: R$ 1.234,56."""
    return _formatted("brl", value)


def bps(value: Any) -> rx.Var[str]:
    """A rate in bit/s: 1,2 Gb/s."""
    return _formatted("bps", value)


def integer(value: Any) -> rx.Var[str]:
    """A count: 5.000."""
    return _formatted("integer", value)


def decimal(value: Any) -> rx.Var[str]:
    """One decimal: 12,3."""
    return _formatted("decimal", value)


def percent(value: Any) -> rx.Var[str]:
    """A share from 0 to 1: 12,3 %."""
    return _formatted("percent", value)


def moment(value: Any) -> rx.Var[str]:
    """An instant in the companies' time zone: 24/11 08:15."""
    return _formatted("moment", value)


def day(value: Any) -> rx.Var[str]:
    """A calendar day: 24/11/2026."""
    return _formatted("day", value)


def day_long(value: Any) -> rx.Var[str]:
    """A calendar day in words: terça-feira, 24 de novembro."""
    return _formatted("dayLong", value)


def month_long(value: Any) -> rx.Var[str]:
    """A month (`2026-11`) in words: novembro de 2026."""
    return _formatted("monthLong", value)
