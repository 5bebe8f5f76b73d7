"""`/orders`: the dispatcher's board. `?date=`, `?team=`, `?city=`, `?kind=`, `?stage=`, `?view=`, `?order=`, `?new=`
and `?subscriber=` are in the address."""

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.desk import desk
from frontend.text import t


def orders() -> rx.Component:
    return desk(
        c.OrdersDesk.create(),
        title=t("Service orders"),
        tools=rx.el.div(
            c.ViewTabs.create(views=[["board", t("Board")], ["table", t("Table")]]),
            c.DayPicker.create(future=True),
            c.OrdersTools.create(),
            class_name="page-tools",
        ),
    )
