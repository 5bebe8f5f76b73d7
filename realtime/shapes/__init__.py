"""The four shapes of live data. See `docs/architecture.md`.

Each shape compares (`diff`), joins patches (`compose`) and applies them (`patch`). `diff` and `compose` work on rows
as structs, as the server holds them; `patch` works on plain JSON values, as a client holds them (`encoding.plain`).
For each: patching `before` with `diff(before, after)` gives `after`, and doing it twice changes nothing more.
"""

from __future__ import annotations

from realtime.shapes.log import Log
from realtime.shapes.patch import WHOLE, Changes, Items, Patch, Whole
from realtime.shapes.ring import Ring
from realtime.shapes.table import Table
from realtime.shapes.value import Value

Shape = Value | Table | Ring | Log

__all__ = ["WHOLE", "Changes", "Items", "Log", "Patch", "Ring", "Shape", "Table", "Value", "Whole"]
