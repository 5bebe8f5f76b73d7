"""What every row struct must be, so that a patch can say all that a snapshot can."""

from __future__ import annotations

import msgspec


def check_row(row: type[msgspec.Struct], *required: str) -> None:
    """Raises TypeError for structs whose JSON leaves fields out or names none, and for unknown fields in a contract."""
    config = row.__struct_config__
    if config.omit_defaults or config.array_like:
        raise TypeError(f"{row.__qualname__} must be a struct that writes all its fields by name, or patches lose some")
    for name in required:
        if name not in row.__struct_fields__:
            raise TypeError(f"{row.__qualname__} has no field {name!r}")
