"""How live data becomes JSON: money is a number, instants are RFC 3339 in UTC, and each message is encoded once."""

from __future__ import annotations

from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(message: Any) -> str:
    """The JSON text of a message. Text, because WebSocket text frames and the bus both carry text."""
    return _encoder.encode(message).decode()


def plain(data: Any) -> Any:
    """What a client holds after decoding: dicts, lists, strings, numbers, None."""
    return msgspec.json.decode(_encoder.encode(data))
