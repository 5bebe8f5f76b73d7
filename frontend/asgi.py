"""What an outer ASGI application mounts: Reflex's event endpoint, and the directory of static pages.

    events, lifespan = reflex_asgi()
    # mount `events` at EVENT_PATH with the full path left in the scope, run `lifespan()` around the application,
    # serve `ensure_built()` at `/` (see `frontend.pages_of` for how addresses map to files).
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Lifespan = Callable[[], AbstractAsyncContextManager[None]]

EVENT_PATH = "/_event"


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def same_origin(scope: Scope) -> bool:
    """Whether a request with an `Origin` comes from a page of the host it was sent to. CORS does not cover WebSocket."""
    origin = _header(scope, b"origin")
    return not origin or urlsplit(origin).netloc == _header(scope, b"host")


def guarded(app: AsgiApp) -> AsgiApp:
    """Only same-origin WebSockets under the event path reach Reflex; its other endpoints are not ours to offer."""

    async def events(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and same_origin(scope):
            # An outer application may have moved the mount's prefix into root_path; Reflex routes by the whole path.
            path = scope["path"] if scope["path"].startswith(EVENT_PATH) else EVENT_PATH + scope["path"]
            await app({**scope, "path": path, "raw_path": path.encode(), "root_path": ""}, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4003, "reason": "another origin"})
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

    return events


def reflex_asgi() -> tuple[AsgiApp, Lifespan]:
    """The event endpoint and the lifespan it needs. Compiles nothing and writes nothing; call it once per process."""
    # Read by Reflex when its application object is called; set here so that importing this module does nothing.
    os.environ.setdefault("REFLEX_SKIP_COMPILE", "true")
    os.environ.setdefault("REFLEX_BACKEND_ONLY", "true")
    os.environ.setdefault("REFLEX_ENV_MODE", "prod")
    os.environ.setdefault("REFLEX_TELEMETRY_ENABLED", "false")
    from frontend.app import app

    inner = app()

    @asynccontextmanager
    async def lifespan() -> Any:
        async with app._run_lifespan_tasks(inner):
            yield

    return guarded(inner), lifespan
