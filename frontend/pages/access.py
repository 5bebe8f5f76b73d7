"""`/access`: who is online, the search of sessions, the NAS. `?view=`, `?q=` and `?at=` are in the address."""

# mypy: disable-error-code="no-any-return"
# Reflex gives its HTML elements (`rx.el`) no types.

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.desk import desk
from frontend.live import query, topic
from frontend.text import t
from realtime.panels import access_online


def _now() -> rx.Component:
    bound = topic(access_online.panel)
    return rx.el.div(
        c.Box.create(c.AccessFigures.create(), topic=bound, title=t("Connected"), class_name="area-figures"),
        c.Box.create(
            c.AccessMinutes.create(), topic=bound, title=t("Coming and going, last hour"), class_name="area-curve"
        ),
        c.Box.create(c.Drops.create(limit=9), topic=bound, title=t("Last drops"), class_name="area-drops"),
        c.Box.create(c.AccessBars.create(by="by_nas", limit=8), topic=bound, title=t("By NAS"), class_name="area-nas"),
        c.Box.create(
            c.AccessBars.create(by="by_city", limit=8), topic=bound, title=t("By city"), class_name="area-city"
        ),
        c.Box.create(
            c.AccessBars.create(by="by_plan", limit=8), topic=bound, title=t("By plan"), class_name="area-plan"
        ),
        class_name="grid grid-access",
    )


def access() -> rx.Component:
    return desk(
        rx.match(
            query("view"),
            ("sessions", rx.el.section(c.Sessions.create(), class_name="box box-list")),
            ("nas", rx.el.section(c.NasList.create(), class_name="box box-list")),
            _now(),
        ),
        title=t("Access"),
        tools=rx.el.div(
            c.ViewTabs.create(views=[["now", t("Now")], ["sessions", t("Sessions")], ["nas", t("NAS")]]),
            class_name="page-tools",
        ),
    )
