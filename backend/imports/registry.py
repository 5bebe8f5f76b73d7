"""Every kind of file, in the order in which they build on each other."""

from __future__ import annotations

from typing import Any

from backend.imports.columns import Kind
from backend.imports.kinds import contracts, devices, nas, orders, places, receivables, subscribers, teams

KINDS: dict[str, Kind[Any]] = {
    kind.name: kind
    for kind in (
        places.COMPANIES,
        places.CITIES,
        subscribers.KIND,
        contracts.KIND,
        receivables.KIND,
        devices.KIND,
        nas.KIND,
        teams.TEAMS,
        teams.TECHNICIANS,
        orders.KIND,
    )
}
