"""What travels on the bus: JSON arrays of facts or readings, each array at most 1 MiB of text, and control messages.

Items that this version does not know are dropped one by one, so that processes of two versions can share a bus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from realtime.control import AnyControl
from realtime.facts import Recorded
from realtime.readings import AnyReading, Reading

AnyChannel = Literal["facts", "telemetry", "control"]

MAX_PAYLOAD = 1024 * 1024

_facts = msgspec.json.Decoder(list[Recorded])
_fact = msgspec.json.Decoder(Recorded)
_readings = msgspec.json.Decoder(list[AnyReading])
_reading: msgspec.json.Decoder[Reading] = msgspec.json.Decoder(AnyReading)
_control: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyControl)
_UNREADABLE = (ValueError, RecursionError)
"""What decoding text of unknown origin raises; msgspec's errors are ValueErrors."""

_raws = msgspec.json.Decoder(list[msgspec.Raw])


class Garbage(Exception):
    """Not a message of ours."""


def pack(items: Sequence[Recorded] | Sequence[Reading]) -> list[str]:
    """Payloads that hold the items in order. One item above the limit has a payload of its own."""
    if not items:
        return []
    text = msgspec.json.encode(items)
    if len(text) <= MAX_PAYLOAD or len(items) == 1:
        return [text.decode()]
    half = len(items) // 2
    return pack(items[:half]) + pack(items[half:])


def read_facts(payload: str) -> tuple[list[Recorded], int]:
    """The facts, and how many items were garbage."""
    return _read(payload, _facts, _fact)


def read_readings(payload: str) -> tuple[list[Reading], int]:
    """The readings, and how many items were garbage."""
    return _read(payload, _readings, _reading)


def read_control(payload: str) -> Any:
    """One of `AnyControl`. Raises Garbage."""
    try:
        return _control.decode(payload)
    except _UNREADABLE as error:
        raise Garbage(str(error)) from None


def _read(payload: str, together: Any, single: Any) -> tuple[list[Any], int]:
    try:
        return together.decode(payload), 0
    except _UNREADABLE:
        pass
    try:
        items = _raws.decode(payload)
    except _UNREADABLE:
        return [], 1
    read, garbage = [], 0
    for item in items:
        try:
            read.append(single.decode(item))
        except _UNREADABLE:
            garbage += 1
    return read, garbage
