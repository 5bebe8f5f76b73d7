"""Topic keys: `receivables.day?date=2026-11-24`. One spelling per topic, so equal topics have equal keys.

The panel's name, then its parameters in order of name, values encoded as JavaScript's `encodeURIComponent` does,
parameters at their default left out. The viewer's scope is not part of the key.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import msgspec

MAX_KEY_LENGTH = 512
_UNESCAPED = "!~*'()"


class BadParams(Exception):
    """The parameters do not fit the panel. The text is for the person who asked."""


def split(key: str) -> tuple[str, list[tuple[str, str]]]:
    """The panel's name and the parameters as text, in the order given. Raises BadParams."""
    if len(key) > MAX_KEY_LENGTH:
        raise BadParams(f"A topic has at most {MAX_KEY_LENGTH} characters.")
    name, mark, query = key.partition("?")
    if not mark:
        return name, []
    pairs = []
    for part in query.split("&"):
        label, equals, value = part.partition("=")
        if not equals or not label:
            raise BadParams("Parameters are written name=value and joined by '&'.")
        pairs.append((_decode(label), _decode(value)))
    return name, pairs


def _decode(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise BadParams("A parameter is not UTF-8.") from None


def read_params[P: msgspec.Struct](params: type[P], pairs: Iterable[tuple[str, str]]) -> P:
    """The parameters as a struct. Strict, but numbers, dates and booleans come as text. Raises BadParams."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise BadParams(f"The parameter '{name}' is given twice.")
        given[name] = value
    try:
        return msgspec.convert(given, params, strict=False)
    except msgspec.ValidationError as error:
        raise BadParams(f"The parameters do not fit: {error}.") from None


def key_of(panel_name: str, params: msgspec.Struct) -> str:
    """The canonical key of a topic."""
    fields = zip(params.__struct_fields__, params.__struct_encode_fields__, strict=True)
    default = {field.encode_name: field for field in msgspec.structs.fields(type(params))}
    parts = []
    for name, wire in fields:
        value = getattr(params, name)
        if value != default[wire].default:
            parts.append(f"{quote(wire, safe=_UNESCAPED)}={quote(_text(value), safe=_UNESCAPED)}")
    return panel_name + ("?" + "&".join(sorted(parts)) if parts else "")


def _text(value: Any) -> str:
    written = msgspec.to_builtins(value, str_keys=True)
    if isinstance(written, str):
        return written
    if isinstance(written, bool | int | float):
        return msgspec.json.encode(written).decode()
    raise TypeError(f"a topic parameter must be text, a number, a boolean or a date, not {type(value).__name__}")
