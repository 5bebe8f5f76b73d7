"""What an outer ASGI application takes in: `pages(home)` is the face of one serving process.

    face = pages(home)
    # mount `face.event_app` at EVENT_PATH, let `face.static_app` answer what nothing else does,
    # allow `face.script_hashes` in the Content-Security-Policy, and run the server inside `face.running()`.

Nothing here knows which framework the outer application is written in.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from frontend.build import Progress, ensure_built
from frontend.static import File, Receive, Scope, Send, StaticFiles

AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]
"""(scope, receive, send); each framework has types of its own for the same three."""

EVENT_PATH = "/_event"
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Face:
    """The pages of one serving process. `build` names their content: a page with another one should reload itself."""

    build: str
    static_app: AsgiApp
    event_app: AsgiApp
    running: Callable[[], AbstractAsyncContextManager[None]]
    script_hashes: tuple[str, ...]


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def same_origin(scope: Scope) -> bool:
    """Whether a request with an `Origin` comes from the host it was sent to (CORS does not cover WebSocket)."""
    origin = _header(scope, b"origin")
    return not origin or urlsplit(origin).netloc == _header(scope, b"host")


def guarded(app: AsgiApp) -> AsgiApp:
    """Only same-origin WebSockets under the event path reach Reflex; its other endpoints are not ours to offer."""

    async def events(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and same_origin(scope):
            # An outer application may have moved the mount's prefix into root_path; Reflex routes by the whole path.
            path = scope["path"] if scope["path"].startswith(EVENT_PATH) else EVENT_PATH + scope["path"]
            # The origin was checked here. Reflex would compare it with a list that has to be known before the start.
            headers = [(name, value) for name, value in scope["headers"] if name != b"origin"]
            inner = {**scope, "path": path, "raw_path": path.encode(), "root_path": "", "headers": headers}
            await app(inner, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4003, "reason": "another origin"})
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

    return events


def inline_script_hashes(files: Mapping[str, File]) -> tuple[str, ...]:
    """CSP sources (`'sha256-...'`) of every script written inside a page."""
    found = set()
    for file in files.values():
        if b"<script" in file.body:
            for script in _INLINE.findall(file.body.decode()):
                digest = hashlib.sha256(script.encode()).digest()
                found.add(f"'sha256-{base64.b64encode(digest).decode()}'")
    return tuple(sorted(found))


def _reflex(folder: Path) -> tuple[AsgiApp, Callable[[], AbstractAsyncContextManager[None]]]:
    """Reflex's event endpoint and the lifespan it needs; once per process. It compiles nothing and notes in `folder`.

    Reflex reads configuration and folders from the working directory unless it is told; a server's is anybody's.
    """
    from reflex_base.constants import Env
    from reflex_base.environment import environment
    from reflex_base.registry import RegistrationContext

    from frontend.settings import config

    environment.REFLEX_SKIP_COMPILE.set(True)
    environment.REFLEX_BACKEND_ONLY.set(True)
    environment.REFLEX_ENV_MODE.set(Env.PROD)
    environment.REFLEX_WEB_WORKDIR.set(folder)
    RegistrationContext.ensure_context()._set_config(config)
    from frontend.app import app

    inner: Any = app()

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with app._run_lifespan_tasks(inner):
            yield

    return guarded(inner), running


def pages(home: Path, progress: Progress | None = None) -> Face:
    """The face of a serving process, built first when nobody has built these sources yet. Raises BuildFailed."""
    built = ensure_built(home, progress)
    static = StaticFiles(built)
    event_app, running = _reflex(built.parent / "events")
    return Face(
        build=built.name.removeprefix("build-"),
        static_app=static,
        event_app=event_app,
        running=running,
        script_hashes=inline_script_hashes(static.files),
    )
