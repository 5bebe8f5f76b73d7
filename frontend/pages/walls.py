"""`/wall/...`: full screen, read from across the room, never touched. A scene is a function; `/wall` rotates them."""

# mypy: disable-error-code="no-any-return"
# Reflex gives its HTML elements (`rx.el`) no types.

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend import wall_components as w
from frontend.desk import figure
from frontend.formatting import integer
from frontend.live import live, topic
from frontend.text import t
from realtime.panels import (
    access_online,
    devices_health,
    followup_summary,
    orders_board,
    orders_status,
    receivables_day,
    receivables_latest,
    technicians_map,
    traffic_top,
)


def _head(title: rx.Var[str]) -> rx.Component:
    return w.WallHead.create(c.DemoMark.create(), title=title)


def receivables_scene() -> rx.Component:
    day = live(receivables_day.panel)
    bound = topic(receivables_day.panel)
    return rx.el.div(
        _head(t("Receivables")),
        c.Box.create(
            rx.el.div(c.Money.create(value=day.received), class_name="wall-hero"),
            rx.el.div(
                c.DayTrend.create(other="last_week_hours"),
                c.DayTrend.create(other="last_month_hours"),
                class_name="wall-trends",
            ),
            topic=bound,
            title=t("Received today"),
            class_name="area-hero",
        ),
        c.Box.create(c.DayCurve.create(), topic=bound, title=t("Through the day"), class_name="area-curve"),
        c.Box.create(
            rx.el.div(
                figure(
                    t("Falls due in 24 h"),
                    c.Money.create(value=day.due_next_24h),
                    t("{n} receivables", n=integer(day.due_next_24h_count)),
                ),
                figure(
                    t("Open, due today"),
                    c.Money.create(value=day.still_open),
                    t("{n} receivables", n=integer(day.still_open_count)),
                ),
                figure(
                    t("Overdue"), c.Money.create(value=day.overdue), t("{n} receivables", n=integer(day.overdue_count))
                ),
                class_name="wall-figures",
            ),
            topic=bound,
            title=t("To come in"),
            class_name="area-figures",
        ),
        c.Box.create(c.Channels.create(), topic=bound, title=t("By channel"), class_name="area-channels"),
        c.Box.create(
            c.Latest.create(limit=4, names=False),
            topic=topic(receivables_latest.panel),
            title=t("Last payments"),
            class_name="area-latest",
        ),
        class_name="scene scene-receivables",
    )


def traffic_scene() -> rx.Component:
    return rx.el.div(
        _head(t("Traffic")),
        c.Box.create(
            c.NetworkFigures.create(wall=True),
            topic=topic(devices_health.panel),
            title=t("The network now"),
            class_name="area-network",
        ),
        c.Box.create(
            w.WallGraphs.create(count=4),
            topic=topic(traffic_top.panel, limit=50),
            title=t("Busiest links, last hour"),
            class_name="area-graphs",
        ),
        c.Box.create(
            c.BusyLinks.create(limit=5, wall=True),
            topic=topic(traffic_top.panel, limit=50),
            title=t("Closest to capacity"),
            class_name="area-links",
        ),
        c.Box.create(
            c.Troubles.create(limit=3),
            topic=topic(devices_health.panel),
            title=t("Not answering"),
            class_name="area-troubles",
        ),
        class_name="scene scene-traffic",
    )


def access_scene() -> rx.Component:
    bound = topic(access_online.panel)
    return rx.el.div(
        _head(t("Access")),
        c.Box.create(c.AccessFigures.create(wall=True), topic=bound, title=t("Online now"), class_name="area-figures"),
        c.Box.create(
            c.AccessMinutes.create(), topic=bound, title=t("Coming and going, last hour"), class_name="area-curve"
        ),
        c.Box.create(c.Drops.create(limit=6), topic=bound, title=t("Last drops"), class_name="area-drops"),
        c.Box.create(c.AccessBars.create(by="by_nas", limit=5), topic=bound, title=t("By NAS"), class_name="area-nas"),
        c.Box.create(
            c.AccessBars.create(by="by_city", limit=5), topic=bound, title=t("By city"), class_name="area-city"
        ),
        class_name="scene scene-access",
    )


def orders_scene() -> rx.Component:
    status = topic(orders_status.panel)
    return rx.el.div(
        _head(t("Service orders")),
        c.Box.create(w.WallStages.create(), topic=status, title=t("Today"), class_name="area-stages"),
        c.Box.create(
            w.WallTeams.create(limit=10),
            topic=status,
            title=t("Teams: done, and what still fits"),
            class_name="area-teams",
        ),
        c.Box.create(
            w.WallLate.create(limit=5), topic=topic(orders_board.panel), title=t("Late now"), class_name="area-late"
        ),
        c.Box.create(
            c.OrdersCurve.create(), topic=status, title=t("Done against the plan, cumulative"), class_name="area-curve"
        ),
        class_name="scene scene-orders",
    )


def technicians_scene() -> rx.Component:
    bound = topic(technicians_map.panel)
    return rx.el.div(
        _head(t("Technicians")),
        c.Box.create(
            c.TechnicianFigures.create(wall=True), topic=bound, title=t("The crew now"), class_name="area-crew"
        ),
        c.Box.create(c.TechnicianMap.create(wall=True), title=t("Map"), class_name="area-map"),
        c.Box.create(
            c.TechnicianList.create(limit=7), topic=bound, title=t("Late and on the way"), class_name="area-people"
        ),
        class_name="scene scene-technicians",
    )


def followup_scene() -> rx.Component:
    departments = (("commercial", t("Commercial")), ("finance", t("Finance")), ("technical", t("Technical")))
    return rx.el.div(
        _head(t("Follow-up")),
        *(
            c.Box.create(
                w.DepartmentWall.create(department=name, limit=4),
                topic=topic(followup_summary.panel, department=name),
                title=title,
            )
            for name, title in departments
        ),
        class_name="scene scene-followup",
    )


def _wall(*children: rx.Component) -> rx.Component:
    return w.WallFrame.create(c.Guard.create(), c.Banner.create(), *children)


def wall_receivables() -> rx.Component:
    return _wall(receivables_scene())


def wall_technicians() -> rx.Component:
    return _wall(technicians_scene())


def wall_traffic() -> rx.Component:
    return _wall(traffic_scene())


def wall_access() -> rx.Component:
    return _wall(access_scene())


def wall_orders() -> rx.Component:
    return _wall(orders_scene())


def wall_followup() -> rx.Component:
    return _wall(followup_scene())


def wall() -> rx.Component:
    return _wall(
        w.Rotation.create(
            receivables_scene(),
            traffic_scene(),
            access_scene(),
            orders_scene(),
            technicians_scene(),
            followup_scene(),
            names=["receivables", "traffic", "access", "orders", "technicians", "followup"],
        )
    )
