"""What Reflex reads. The build runs in a directory of its own: see `frontend/build.py`."""

import reflex as rx

config = rx.Config(
    app_name="frontend",
    app_module_import="frontend.app",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    default_color_mode="dark",
    # Reflex's own CORS answer is never sent to a page: frontend.asgi mounts only the event endpoint, behind an
    # origin check. An empty list here would mean "anybody" to its Socket.IO server.
    cors_allowed_origins=["http://localhost"],
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    frontend_packages=["uplot@1.6.32", "@fontsource-variable/inter@5.3.0"],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
