"""What a shape says about a difference. Patches are absolute, so applying one twice is harmless."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


@dataclass(frozen=True, slots=True)
class Changes:
    """For values and tables: fields (or keys, as text) to set, and keys (as text) to delete."""

    set: dict[str, Any]
    delete: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Items:
    """For rings: columns to merge by `t`. For logs: rows to append, newest last."""

    rows: Any


class Whole(Enum):
    """The difference cannot be said as a patch: send a snapshot."""

    WHOLE = "whole"


WHOLE = Whole.WHOLE

Patch = Changes | Items
"""Holds rows as structs on the server, and plain JSON values on a client."""
