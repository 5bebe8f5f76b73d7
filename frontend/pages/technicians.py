"""`/technicians`: where everybody is, as a map and as a table. `?technician=` is in the address."""

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.desk import desk
from frontend.live import topic
from frontend.table import Column, live_table
from frontend.text import t
from realtime.panels import technicians_map


def technicians() -> rx.Component:
    bound = topic(technicians_map.panel)
    return desk(
        rx.el.div(
            c.Box.create(c.TechnicianFigures.create(), topic=bound, title=t("The crew now"), class_name="area-crew"),
            c.Box.create(c.TechnicianMap.create(), title=t("Map"), class_name="area-map"),
            c.Box.create(c.TechnicianCard.create(), topic=bound, title=t("Technician"), class_name="area-card"),
            c.Box.create(
                live_table(
                    technicians_map.panel,
                    Column(field="name", header=t("Technician"), under="team"),
                    Column(field="state", header=t("State"), kind="work"),
                    Column(field="order_kind", header=t("Order in hand"), under="order_address", rank=2),
                    Column(field="next_at", header=t("Next"), kind="moment", rank=3),
                    Column(field="at", header=t("Heard"), kind="ago", rank=2),
                    empty=t("No technician yet. Add the first one on the page of technicians."),
                    select="technician",
                    tools=True,
                ),
                topic=bound,
                title=t("Technicians"),
                class_name="area-people",
            ),
            class_name="grid grid-technicians",
        ),
        title=t("Technicians"),
        tools=c.TechnicianAdd.create(),
    )
