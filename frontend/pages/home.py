"""`/`: the questions of the operation, answered without a click; each answer is a door to its page."""

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.desk import desk, figure
from frontend.formatting import integer
from frontend.live import live, topic
from frontend.text import t
from realtime.panels import (
    access_offline,
    access_online,
    followup_summary,
    orders_status,
    receivables_day,
    receivables_latest,
    traffic_top,
)


def _money() -> list[rx.Component]:
    day = live(receivables_day.panel)
    bound = topic(receivables_day.panel)
    return [
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
            topic=bound,
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
            topic=bound,
            title=t("What falls due in 24 h"),
            href="/receivables?view=list&status=open&q=tomorrow",
            class_name="area-due",
        ),
        c.Box.create(
            figure(t("Overdue"), c.Money.create(value=day.overdue), t("{n} receivables", n=integer(day.overdue_count))),
            topic=bound,
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
    ]


def _network() -> rx.Component:
    return c.Box.create(
        c.BusyLinks.create(limit=5),
        c.Troubles.create(limit=2),
        topic=topic(traffic_top.panel, limit=50),
        title=t("Which link or router is overloaded"),
        href="/traffic",
        class_name="home-links",
    )


def _offline() -> rx.Component:
    online, offline = live(access_online.panel), live(access_offline.panel)
    return c.Box.create(
        rx.el.div(
            figure(t("Online"), integer(online.online)),
            figure(t("Offline"), integer(offline.offline)),
            class_name="figures figures-pair",
        ),
        c.LastDrops.create(limit=1),
        c.Offline.create(limit=3),
        c.AccessDoor.create(),
        topic=topic(access_online.panel),
        title=t("Why is this subscriber offline"),
        href="/access",
    )


def _field() -> rx.Component:
    status = live(orders_status.panel)
    return c.Box.create(
        rx.el.div(
            figure(t("Late"), integer(status.counts.late), t("{n} wait for a day", n=integer(status.waiting))),
            figure(
                t("Done today"), integer(status.counts.done), t("of {n} orders of the day", n=integer(status.total))
            ),
            class_name="figures figures-pair",
        ),
        c.LateOrders.create(limit=4),
        topic=topic(orders_status.panel),
        title=t("What is late in the field"),
        href="/orders",
    )


def _requests() -> rx.Component:
    every = live(followup_summary.panel)
    return c.Box.create(
        rx.el.div(
            figure(t("Past the deadline"), integer(every.overdue), t("{n} due today", n=integer(every.due_today))),
            figure(t("Open"), integer(every.open), t("{n} free", n=integer(every.free))),
            class_name="figures figures-pair",
        ),
        c.Departments.create(),
        topic=topic(followup_summary.panel),
        title=t("Who waits for an answer"),
        href="/followup",
    )


def home() -> rx.Component:
    return desk(
        rx.el.div(
            *_money(),
            rx.el.div(_network(), _offline(), _field(), _requests(), class_name="home-people"),
            class_name="grid grid-home",
        ),
        title=t("Now"),
    )
