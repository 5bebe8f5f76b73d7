"""`/agent`: customer service. `?protocol=` is the contact, `?subscriber=` the one whose screen is shown."""

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.desk import desk
from frontend.text import t


def agent() -> rx.Component:
    return desk(c.AgentDesk.create(), title=t("Service desk"))
