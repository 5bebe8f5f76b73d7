"""The frame of every desk: navigation, controls, one banner, and the page's own content."""

# mypy: disable-error-code="no-any-return"
# Reflex gives its HTML elements (`rx.el`) no types.

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.text import t


def desk(*children: rx.Component, title: rx.Var[str], tools: rx.Component | None = None) -> rx.Component:
    """`title` names the page; `tools` stands beside it (what day, which view)."""
    return rx.el.div(
        c.Guard.create(),
        rx.el.a(t("Skip to the content"), href="#content", class_name="skip"),
        rx.el.header(
            c.Brand.create(),
            rx.el.nav(
                c.NavLink.create(to="/", label=t("Home")),
                c.NavLink.create(to="/agent", label=t("Service desk")),
                c.NavLink.create(to="/receivables", label=t("Receivables")),
                c.NavLink.create(to="/traffic", label=t("Traffic")),
                c.NavLink.create(to="/access", label=t("Access")),
                c.NavLink.create(to="/orders", label=t("Orders")),
                c.NavLink.create(to="/technicians", label=t("Technicians")),
                c.NavLink.create(to="/followup", label=t("Follow-up")),
                c.NavLink.create(to="/wall", label=t("Wall")),
                aria_label=t("Sections"),
            ),
            rx.el.div(
                c.DemoMark.create(),
                c.ConnectionDot.create(),
                c.Palette.create(),
                c.PauseButton.create(),
                c.ThemeButton.create(),
                c.LanguageButton.create(),
                c.UserMenu.create(),
                class_name="controls",
            ),
            class_name="top",
        ),
        c.Banner.create(),
        rx.el.main(
            rx.el.div(rx.el.h1(title), tools or rx.fragment(), class_name="page-head"),
            *children,
            id="content",
            class_name="page",
        ),
        class_name="desk",
    )


def figure(
    name: rx.Var[str], value: rx.Component | rx.Var[str], *under: rx.Component | rx.Var[str], lead: bool = False
) -> rx.Component:
    """A number with its name above and what it means below."""
    return rx.el.div(
        rx.el.span(name, class_name="figure-name"),
        rx.el.span(value, class_name="figure-value"),
        *(rx.el.span(line, class_name="figure-under") for line in under),
        class_name="figure figure-lead" if lead else "figure",
    )
