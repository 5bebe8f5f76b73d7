"""The browser's components (`assets/farol/*.jsx`) that only walls have, as `components.py` has the rest."""

from __future__ import annotations

import reflex as rx

from frontend.place import module


class DepartmentWall(rx.Component):
    """One department's open requests on a wall."""

    library = module("followup.jsx")
    tag = "DepartmentWall"
    department: rx.Var[str]
    limit: rx.Var[int]


class WallStages(rx.Component):
    """Service orders of today by stage, as figures."""

    library = module("orders_wall.jsx")
    tag = "WallStages"


class WallLate(rx.Component):
    """Service orders that are late, the longest first."""

    library = module("orders_wall.jsx")
    tag = "WallLate"
    limit: rx.Var[int]


class WallTeams(rx.Component):
    """How far each team's day is, and what still fits."""

    library = module("orders_wall.jsx")
    tag = "WallTeams"
    limit: rx.Var[int]


class WallFrame(rx.Component):
    library = module("wall.jsx")
    tag = "WallFrame"


class WallHead(rx.Component):
    library = module("wall.jsx")
    tag = "WallHead"
    title: rx.Var[str]


class Rotation(rx.Component):
    """Shows one of its children at a time; `names` says what `?scenes=` calls them, in order."""

    library = module("wall.jsx")
    tag = "Rotation"
    names: rx.Var[list[str]]


class WallGraphs(rx.Component):
    library = module("wall.jsx")
    tag = "WallGraphs"
    count: rx.Var[int]
