"""Who watches a panel that shows its watchers (`Panel.attended`)."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from realtime.scope import Scope


class Seat(NamedTuple):
    """A user at a subscriber's screen, with the places where they may see it."""

    subscriber_id: int
    user_id: int
    scope: Scope


class Attendance(Protocol):
    """Told of every viewer that begins and ceases to watch. Neither method waits."""

    def came(self, seat: Seat) -> None: ...
    def left(self, seat: Seat) -> None: ...


class Nobody:
    """For installations that show no watchers."""

    def came(self, seat: Seat) -> None:
        pass

    def left(self, seat: Seat) -> None:
        pass
