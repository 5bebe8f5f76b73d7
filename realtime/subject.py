"""What an announcement is about, so that the hub finds the topics it concerns without asking each of them."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Subject(NamedTuple):
    """One record that facts and readings can be about, and a panel's parameters can ask for."""

    kind: Literal["device", "port", "subscriber"]
    id: int
