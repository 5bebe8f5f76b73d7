"""Every panel there is, with parameters that find the seeded rows."""

from __future__ import annotations

from typing import Any

from realtime.encoding import plain
from realtime.panel import Panel
from realtime.registry import discover
from realtime.shapes import Table
from realtime.shapes.table import in_order
from realtime.topic import key_of
from tests.conformance.seed import FULL_PARAMS
from tests.world import World

REGISTRY = discover()
PANELS = sorted(REGISTRY.panels)


def params_of(panel: Panel[Any], world: World) -> Any:
    """The defaults, or for a panel with required parameters those that find the seeded data."""
    given = FULL_PARAMS[panel.name](world) if panel.name in FULL_PARAMS else {}
    return panel.params(**given)


def topics(world: World) -> dict[str, str]:
    """Panel -> topic."""
    return {name: key_of(name, params_of(panel, world)) for name, panel in REGISTRY.panels.items()}


def seen(panel: Panel[Any], data: Any) -> Any:
    """Data as a client holds it."""
    held = plain(data)
    return in_order(held, panel.shape.key, panel.shape.order) if isinstance(panel.shape, Table) else held
