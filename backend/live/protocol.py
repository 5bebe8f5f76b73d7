"""uvicorn's WebSocket protocol with what ASGI has no words for: write now, the server stops, let go at last.

See `docs/decisions/live-frames-are-written-at-once.md` for the figures.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

EXTENSION = "farol.direct"
"""In the scope's `extensions`: a `realtime.connection.Direct`."""

LINGER_S = 12.0
"""After the handler ended. uvicorn waits 10 s for the answer to a close frame; then nothing is owed to anybody."""


def text_frame(text: str) -> bytes:
    """One unfragmented, unmasked text frame, as a server sends it (RFC 6455, 5.2)."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        return bytes((0x81, length)) + payload
    if length < 1 << 16:
        return b"\x81\x7e" + length.to_bytes(2) + payload
    return b"\x81\x7f" + length.to_bytes(8) + payload


class LiveWebSocket(WebSocketsSansIOProtocol):
    """Whoever paces thousands of viewers writes to their transports in one go, without a task and five awaits each.

    Extensions of the WebSocket protocol (compression) must be off: frames are made here as they go out.
    """

    _leave: Callable[[], None] | None = None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            cast(dict[str, object], self.scope["extensions"])[EXTENSION] = self

    @property
    def ready(self) -> bool:
        """Whether a frame written now leaves without waiting for this reader."""
        open_ = self.handshake_complete and not self.close_sent and not self.transport.is_closing()
        return open_ and self.writable.is_set()

    def write(self, text: str) -> None:
        """Only when `ready`."""
        self.transport.write(text_frame(text))

    def on_stop(self, leave: Callable[[], None]) -> None:
        self._leave = leave

    def shutdown(self) -> None:
        """uvicorn closes every socket before the application hears that it stops; viewers are told when to return."""
        if self._leave is None or self.close_sent:
            super().shutdown()
        else:
            self._leave()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """A reader that stopped reading would keep a closing socket, and what is buffered for it, for ever."""
        super().on_task_complete(task)
        self.loop.call_later(LINGER_S, self.transport.abort)
