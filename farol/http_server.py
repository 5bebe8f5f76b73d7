"""The process of `farol serve`: uvicorn around the application, on a socket that was bound before anything else."""

from __future__ import annotations

import errno
import socket
from typing import Any

import uvicorn

from backend.live.protocol import LiveWebSocket
from farol.refusal import Refusal
from farol.settings import Settings

LARGEST_FRAME = 32 * 1024 + 512
"""Bytes from a viewer. The protocol allows 32 KiB and answers what is larger itself, so this is a little more."""
GRACE_S = 8
BACKLOG = 2048
"""Connections waiting to be accepted: after a restart every screen of the house comes back within seconds."""


def bound(settings: Settings) -> socket.socket:
    """The listening socket. Several serving processes share a port (SO_REUSEPORT). Raises Refusal."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server(
            (settings.host, settings.port), family=family, backlog=BACKLOG, reuse_port=settings.workers > 1
        )
    except OSError as error:
        raise Refusal(_why_not_bound(settings, error)) from error


def _why_not_bound(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {settings.port} is in use: perhaps Farol runs already, perhaps it is another program's. "
            f"End that one, or choose another port: PORT={_another(settings.port)}."
        )
    if error.errno == errno.EACCES:
        return f"Port {settings.port} needs rights that this user lacks: choose one above 1023, such as PORT=8000."
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"HOST={settings.host} is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them."
    return f"Cannot listen on {settings.host} port {settings.port}: {error.strerror or error}."


def _another(port: int) -> int:
    return port + 1 if port < 65535 else 8001


def options(settings: Settings) -> dict[str, Any]:
    """What uvicorn is told. Deflate is off: deltas are smaller, and it costs 50 KiB of memory per viewer."""
    return {
        "loop": "uvloop",
        "ws": LiveWebSocket,
        "ws_max_size": LARGEST_FRAME,
        "ws_per_message_deflate": False,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": settings.trusted_proxies,
        "timeout_graceful_shutdown": GRACE_S,
        "access_log": False,
        "log_config": None,
        "server_header": False,
    }


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT. `settings` are filled: they name a database, a bus and a secret."""
    from farol.serve import create_app

    with bound(settings) as listening:
        config = uvicorn.Config(create_app(settings), **options(settings))
        uvicorn.Server(config).run(sockets=[listening])
