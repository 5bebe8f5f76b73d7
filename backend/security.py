"""Headers that every answer carries, whoever made it."""

from __future__ import annotations

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send


class SecurityHeaders(ASGIMiddleware):
    """Everything a page loads comes from its own origin; nobody may frame it; types are not guessed.

    `script_hashes` are the CSP sources of the build's own inline scripts (`'sha256-...'`).
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, script_hashes: tuple[str, ...] = ()) -> None:
        self._headers = {
            "Content-Security-Policy": "; ".join(
                (
                    "default-src 'self'",
                    f"script-src {' '.join(("'self'", *script_hashes))}",
                    # React and uPlot set element styles; styles cannot send data anywhere but to our own origin.
                    "style-src 'self' 'unsafe-inline'",
                    "img-src 'self' data: blob:",
                    "font-src 'self' data:",
                    "connect-src 'self' ws: wss:",
                    "object-src 'none'",
                    "base-uri 'none'",
                    "form-action 'self'",
                    "frame-ancestors 'none'",
                )
            ),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), screen-wake-lock=(self)",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await next_app(scope, receive, send_with_headers)
