"""One record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec

from realtime.shapes.patch import Changes
from realtime.shapes.rows import check_row


@dataclass(frozen=True)
class Value:
    """One record. Data: an instance of `row`. A diff sets the top-level fields that changed."""

    row: type[msgspec.Struct]
    kind: ClassVar[Literal["value"]] = "value"

    def __post_init__(self) -> None:
        check_row(self.row)

    def bounded(self, data: Any) -> Any:
        return data

    def diff(self, before: Any, after: Any) -> Changes | None:
        if before == after:
            return None
        names = zip(self.row.__struct_fields__, self.row.__struct_encode_fields__, strict=True)
        changed = {wire: new for name, wire in names if (new := getattr(after, name)) != getattr(before, name)}
        return Changes(changed) if changed else None

    def compose(self, first: Changes, second: Changes) -> Changes:
        return Changes({**first.set, **second.set})

    def patch(self, data: dict[str, Any], patch: Changes) -> dict[str, Any]:
        """Plain data after a plain patch."""
        return {**data, **patch.set}
