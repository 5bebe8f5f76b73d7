"""What processes tell each other beside facts and readings. Lost messages are made good by a periodic check."""

from __future__ import annotations

import msgspec


class Rung(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """A process proves to itself that it hears the bus."""

    process: str
    count: int


class RightsChanged(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """A login or token ended, or grants changed: whoever shows live data to it must ask again who it is.

    `key` is one identity (`session:12`); None means every identity of the user; `user_id` None: by key alone.
    """

    key: str | None = None
    user_id: int | None = None


Control = RightsChanged
"""What is handed to `on_control`."""

AnyControl = Rung | RightsChanged
