"""How Reflex is set up, for the build and for the process that serves its events."""

from __future__ import annotations

import reflex as rx

config = rx.Config(
    app_name="frontend",
    app_module_import="frontend.app",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    default_color_mode="dark",
    # Reflex's own CORS answer is never sent to a page: frontend.asgi lets only the event endpoint through, behind an
    # origin check. An empty list here would mean "anybody" to its Socket.IO server.
    cors_allowed_origins=["http://localhost"],
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    frontend_packages=["uplot@1.6.32", "maplibre-gl@6.17.0", "@fontsource-variable/inter@5.3.0"],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
