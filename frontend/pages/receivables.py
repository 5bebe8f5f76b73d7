"""`/receivables`: the day, the month and the list. `?view=`, `?date=`, `?month=` and the search are in the address."""

# mypy: disable-error-code="no-any-return"
# Reflex gives its HTML elements (`rx.el`) no types.

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.desk import desk, figure
from frontend.formatting import brl, decimal, integer, percent
from frontend.live import live, query, topic
from frontend.receivables_filter import PLACEHOLDER, ReceivablesFilter
from frontend.table import Column, live_table
from frontend.text import t
from realtime.panels import receivables_day, receivables_latest, receivables_month


def _day() -> rx.Component:
    date = query("date")
    day = live(receivables_day.panel, date=date)
    bound = topic(receivables_day.panel, date=date)
    return rx.el.div(
        c.Box.create(
            rx.el.div(
                figure(
                    t("Received"),
                    c.Money.create(value=day.received),
                    c.DayTrend.create(date=date, other="last_week_hours"),
                    c.DayTrend.create(date=date, other="last_month_hours"),
                    lead=True,
                ),
                figure(
                    t("Due on the day"),
                    c.Money.create(value=day.due),
                    t("{amount} of it paid", amount=brl(day.due_received)),
                ),
                figure(
                    t("Still open"),
                    c.Money.create(value=day.still_open),
                    t("{n} receivables", n=integer(day.still_open_count)),
                ),
                figure(
                    t("Billed"), c.Money.create(value=day.billed), t("{n} receivables", n=integer(day.billed_count))
                ),
                figure(t("Kept as credit"), c.Money.create(value=day.credited), t("paid above what was owed")),
                class_name="figures figures-day",
            ),
            topic=bound,
            title=t("The day"),
            class_name="area-figures",
        ),
        c.Box.create(
            c.DayCurve.create(date=date), topic=bound, title=t("Received by hour, cumulative"), class_name="area-curve"
        ),
        c.Box.create(c.Channels.create(date=date), topic=bound, title=t("By channel"), class_name="area-channels"),
        c.Box.create(
            live_table(
                receivables_latest.panel,
                Column(field="at", header=t("At"), kind="time"),
                Column(field="subscriber", header=t("Subscriber"), under="city"),
                Column(field="channel", header=t("Channel"), kind="channel", rank=2),
                Column(field="due_on", header=t("Due"), kind="day", rank=3),
                Column(field="amount", header=t("Amount"), kind="brl"),
                Column(field="credited", header=t("Credit"), kind="extra", rank=3),
                empty=t("No payment yet. The first one appears here as it arrives."),
                newest_first=True,
                tools=True,
            ),
            topic=topic(receivables_latest.panel),
            title=t("Last payments"),
            class_name="area-latest",
        ),
        class_name="grid grid-day",
    )


def _month() -> rx.Component:
    month = query("month")
    data = live(receivables_month.panel, month=month)
    bound = topic(receivables_month.panel, month=month)
    return rx.el.div(
        c.Box.create(
            rx.el.div(
                figure(
                    t("Received in the month"),
                    c.Money.create(value=data.received),
                    t("{amount} in the month before", amount=brl(data.received_before)),
                    lead=True,
                ),
                figure(t("Falls due in the month"), c.Money.create(value=data.due)),
                figure(t("Projection of the month's end"), c.Money.create(value=data.projected)),
                figure(t("Still open"), c.Money.create(value=data.still_open)),
                figure(t("Billed"), c.Money.create(value=data.billed)),
                figure(t("Delinquency"), percent(data.delinquency), t("open and late, of what fell due")),
                figure(t("PMR"), t("{n} days", n=decimal(data.pmr_days)), t("from billing to payment, on average")),
                figure(
                    t("Average delay"), t("{n} days", n=decimal(data.average_delay_days)), t("from due date to payment")
                ),
                class_name="figures figures-month",
            ),
            topic=bound,
            title=t("The month"),
            class_name="area-figures",
        ),
        c.Box.create(
            c.MonthCurve.create(month=month),
            topic=bound,
            title=t("Expected and received, cumulative"),
            class_name="area-curve",
        ),
        c.Box.create(
            c.Ageing.create(month=month), topic=bound, title=t("Open, by days late"), class_name="area-ageing"
        ),
        class_name="grid grid-month",
    )


def _list() -> rx.Component:
    return rx.el.section(
        c.SearchBox.create(
            placeholder=PLACEHOLDER,
            label=t("Search receivables"),
            on_search=ReceivablesFilter.search,
        ),
        c.ReceivablesList.create(
            narrow=ReceivablesFilter.narrow, ready=ReceivablesFilter.today != "", today=ReceivablesFilter.today
        ),
        class_name="box box-list",
    )


def receivables() -> rx.Component:
    view = query("view")
    return desk(
        rx.match(view, ("month", _month()), ("list", _list()), _day()),
        title=t("Receivables"),
        tools=rx.el.div(
            c.ViewTabs.create(views=[["day", t("Day")], ["month", t("Month")], ["list", t("List")]]),
            rx.match(view, ("month", c.MonthPicker.create()), ("list", rx.fragment()), c.DayPicker.create()),
            class_name="page-tools",
        ),
    )
