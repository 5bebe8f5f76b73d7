"""`/`: the questions of the operation, answered without a click; each answer is a door to its page."""

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.desk import desk, figure
from frontend.formatting import integer
from frontend.live import live, topic
from frontend.text import t
from realtime.panels import devices_health, receivables_day, receivables_latest, traffic_top


def home() -> rx.Component:
    day = live(receivables_day.panel)
    return desk(
        rx.el.div(
            c.Box.create(
                rx.el.div(
                    figure(
                        t("Received"),
                        c.Money.create(value=day.received),
                        c.DayTrend.create(other="last_week_hours"),
                        c.DayTrend.create(other="last_month_hours"),
                        lead=True,
                    ),
                    c.DayCurve.create(legend=True),
                    class_name="home-today",
                ),
                topic=topic(receivables_day.panel),
                title=t("How much came in today"),
                href="/receivables",
                class_name="area-today",
            ),
            c.Box.create(
                figure(
                    t("Falls due"),
                    c.Money.create(value=day.due_next_24h),
                    t("{n} receivables", n=integer(day.due_next_24h_count)),
                ),
                topic=topic(receivables_day.panel),
                title=t("What falls due in 24 h"),
                href="/receivables?view=list&status=open&q=tomorrow",
                class_name="area-due",
            ),
            c.Box.create(
                figure(
                    t("Overdue"),
                    c.Money.create(value=day.overdue),
                    t("{n} receivables", n=integer(day.overdue_count)),
                ),
                topic=topic(receivables_day.panel),
                title=t("Who owes"),
                href="/receivables?view=list&status=overdue",
                class_name="area-owes",
            ),
            c.Box.create(
                c.Latest.create(limit=9, names=True),
                topic=topic(receivables_latest.panel),
                title=t("Last payments"),
                href="/receivables",
                class_name="area-latest",
            ),
            c.Box.create(
                c.BusyLinks.create(limit=8),
                topic=topic(traffic_top.panel, limit=50),
                title=t("Which link is overloaded"),
                href="/traffic",
                class_name="area-links",
            ),
            c.Box.create(
                c.NetworkFigures.create(),
                c.DeviceMap.create(),
                c.Troubles.create(limit=4),
                topic=topic(devices_health.panel),
                title=t("Which router is down"),
                href="/traffic",
                class_name="area-devices",
            ),
            class_name="grid grid-home",
        ),
        title=t("Now"),
    )
