"""The page for addresses that lead nowhere."""

# mypy: disable-error-code="no-any-return"
# Reflex gives its HTML elements (`rx.el`) no types.

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.text import t


def not_found() -> rx.Component:
    return rx.el.main(
        rx.el.section(
            c.Brand.create(),
            rx.el.h1(t("There is nothing at this address")),
            rx.el.p(t("The link may be old, or a letter may be missing. These pages exist:")),
            rx.el.ul(
                rx.el.li(c.NavLink.create(to="/", label=t("Home"))),
                rx.el.li(c.NavLink.create(to="/receivables", label=t("Receivables"))),
                rx.el.li(c.NavLink.create(to="/traffic", label=t("Traffic"))),
                rx.el.li(c.NavLink.create(to="/access", label=t("Access"))),
                rx.el.li(c.NavLink.create(to="/wall", label=t("Wall"))),
            ),
            class_name="login-card lost",
        ),
        class_name="login",
    )
