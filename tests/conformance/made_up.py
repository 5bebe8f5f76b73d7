"""Rows of any panel, made up from the types of its struct."""

from __future__ import annotations

import types
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from realtime.shapes import Log, Ring, Shape, Table, Value

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(0, 5),
    float: st.integers(0, 8).map(lambda n: n / 4),
    str: st.sampled_from(["", "São João", 'a"b\\c', "🙂"]),
    bool: st.booleans(),
    Decimal: st.integers(-300, 300).map(lambda cents: Decimal(cents) / 100),
    date: st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    datetime: st.integers(0, 5).map(lambda minutes: datetime(2026, 11, 24, 12, minutes, tzinfo=UTC)),
    type(None): st.none(),
}


def value_of(kind: Any) -> st.SearchStrategy[Any]:
    """A strategy for one type as row structs use them. Raises TypeError for one that it does not know."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return struct_of(kind)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(value_of(each) for each in arguments))
    if origin is list:
        return st.lists(value_of(arguments[0]), max_size=3)
    if origin is tuple and arguments[1:] == (Ellipsis,):
        return st.lists(value_of(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(value_of(each) for each in arguments))
    if origin is dict:
        return st.dictionaries(st.sampled_from("abc"), value_of(arguments[1]), max_size=3)
    raise TypeError(f"tests/conformance/made_up.py does not know how to make a {kind}")


def struct_of(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{field.name: value_of(field.type) for field in msgspec.structs.fields(kind)})


def data_of(shape: Shape) -> st.SearchStrategy[Any]:
    """What a snapshot of this shape may hold."""
    match shape:
        case Value(row=row):
            return struct_of(row)
        case Table(row=row, key=key) | Log(row=row, key=key):
            return st.lists(struct_of(row), max_size=4, unique_by=lambda each: str(getattr(each, key)))
        case Ring(columns=columns):
            _, *others = msgspec.structs.fields(columns)
            point = st.tuples(*(value_of(typing.get_args(field.type)[0]) for field in others))
            times = st.lists(st.integers(0, 9).map(float), max_size=4, unique=True).map(sorted)
            return times.flatmap(
                lambda t: st.lists(point, min_size=len(t), max_size=len(t)).map(
                    lambda points: columns(t, *([each[n] for each in points] for n in range(len(others))))
                )
            )
