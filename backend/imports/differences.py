"""What a line would change. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def differences(before: Mapping[Any, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a line says, that which is not so yet. None says nothing: an empty cell never takes anything away."""
    return {name: value for name, value in said.items() if value is not None and before[name] != value}
