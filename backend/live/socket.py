"""`/live`: a Litestar WebSocket handed to the gateway. The protocol itself lives in `realtime.viewer`."""

from __future__ import annotations

from typing import Any

import structlog
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect

from backend.auth.authenticate import COOKIE, identify
from backend.auth.identity import Identity
from backend.errors import NotSignedIn
from backend.live.protocol import EXTENSION
from backend.services import Services
from realtime.connection import Direct, Gone, Socket
from realtime.wire import CLOSE_NOT_ALLOWED

log = structlog.get_logger("farol.live")


def same_origin(socket: WebSocket[Any, Any, Any]) -> bool:
    """Whether a browser opened this socket from one of our own pages. Programs send no Origin.

    CORS does not cover WebSocket: without this check any page could read a signed-in visitor's screens.
    """
    origin = socket.headers.get("Origin")
    if origin is None:
        return True
    scheme = "https" if socket.url.scheme == "wss" else "http"
    return origin == f"{scheme}://{socket.headers.get('Host')}"


@websocket("/live", opt={"exclude_from_csrf": True})
async def live(socket: WebSocket[Any, Any, Any], services: NamedDependency[Services]) -> None:
    """Serve one viewer until it leaves."""
    if not same_origin(socket):
        log.warning("origin refused", origin=socket.headers.get("Origin", "")[:200])
        # Refused before it is accepted: the browser sees a failed handshake (HTTP 403), nothing of the protocol.
        await socket.close(CLOSE_NOT_ALLOWED)
        return
    await socket.accept()
    cookie = socket.cookies.get(COOKIE)

    async def authenticate(token: str | None) -> Identity | None:
        try:
            return await identify(services.engine, services, bearer=token, cookie=cookie)
        except NotSignedIn:
            return None

    async def receive() -> str | bytes | None:
        message = await socket.receive()
        if message["type"] != "websocket.receive":
            return None
        text = message.get("text")
        return text if text is not None else message.get("bytes") or b""

    async def send(frame: str) -> None:
        try:
            await socket.send_text(frame)
        except WebSocketDisconnect as error:
            raise Gone from error

    extensions: dict[str, Any] = socket.scope.get("extensions") or {}
    direct: Direct | None = extensions.get(EXTENSION)

    async def close(code: int, reason: str) -> None:
        await socket.close(code, reason)

    await services.gateway.serve(Socket(receive=receive, send=send, close=close, direct=direct), authenticate)
