"""What a measurement gives. A module of `bench` with `async def measure() -> list[Figure]` is found and run by
`python -m bench`; it prints nothing itself, and gives no verdict.
"""

from __future__ import annotations

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value.

    `what` names it in words with its conditions. `target` is what the project set out to reach, None for figures that
    only explain or are a peer's. `peer` is the value of the program beside it, measured in the same run.
    """

    what: str
    value: float
    unit: str
    target: float | None = None
    peer: float | None = None
    peer_name: str = ""


class Unmeasured(Exception):
    """What the measurement needs is missing on this machine; the text says what."""
