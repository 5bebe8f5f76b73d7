"""`/followup`: what a department has to answer, narrowed by `?department=`, `?kind=`, `?due=` and `?mine=1`."""

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.desk import desk, figure
from frontend.formatting import integer
from frontend.live import live, topic
from frontend.place import hook
from frontend.text import t
from realtime.panels import followup as followup_rows
from realtime.panels import followup_summary

DEPARTMENTS = ["commercial", "finance", "technical"]


def _department(use: str) -> rx.Var[str]:
    """`?department=` as the parameter of a panel; see `assets/farol/department.js`."""
    name = f"{use}_"
    return rx.Var(name, _var_type=str, _var_data=hook("department.js", use, f"const {name} = {use}();"))


def followup() -> rx.Component:
    rows_of, summed = _department("useDepartment"), _department("useSummedDepartment")
    summary = live(followup_summary.panel, department=summed)
    bound = topic(followup_summary.panel, department=summed)
    return desk(
        rx.el.div(
            c.Box.create(
                rx.el.div(
                    figure(t("Open"), integer(summary.open), t("{n} free", n=integer(summary.free)), lead=True),
                    figure(t("Opened today"), integer(summary.opened_today)),
                    figure(
                        t("Answered today"),
                        integer(summary.closed_today),
                        t("{n} cancelled", n=integer(summary.cancelled_today)),
                    ),
                    class_name="figures figures-followup",
                ),
                topic=bound,
                title=t("The department"),
                class_name="area-figures",
            ),
            c.Box.create(c.ByDeadline.create(), topic=bound, title=t("By deadline"), class_name="area-due"),
            c.Box.create(c.ByKind.create(), topic=bound, title=t("By kind"), class_name="area-kinds"),
            c.Box.create(
                c.FollowUp.create(),
                topic=topic(followup_rows.panel, department=rows_of),
                title=t("Open requests, the oldest deadline first"),
                class_name="area-list",
            ),
            class_name="grid grid-followup",
        ),
        title=t("Follow-up"),
        tools=rx.el.div(c.DepartmentTabs.create(departments=DEPARTMENTS), class_name="page-tools"),
    )
