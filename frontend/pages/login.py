"""`/login`: who are you. The form talks to POST /api/v1/session by itself."""

# mypy: disable-error-code="no-any-return"
# Reflex gives its HTML elements (`rx.el`) no types.

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.text import t


def login() -> rx.Component:
    return rx.el.main(
        rx.el.section(
            c.Brand.create(),
            rx.el.p(t("The operation of your provider, live."), class_name="login-line"),
            c.LoginForm.create(),
            class_name="login-card",
        ),
        rx.el.div(c.ThemeButton.create(), c.LanguageButton.create(), class_name="login-tools"),
        class_name="login",
    )
