"""What an embedded server keeps in `FAROL_HOME` between runs: its port and its password."""

from __future__ import annotations

import errno
import os
import secrets
import socket
from pathlib import Path

from farol.refusal import Refusal

LOOPBACK = "127.0.0.1"


class EmbeddedServerError(Refusal):
    """An embedded server cannot start."""


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


class Place:
    """A folder with `port` and `password` (mode 0600), made when first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def port(self) -> int | None:
        try:
            return int((self.folder / "port").read_text())
        except (OSError, ValueError):
            return None

    def choose_port(self) -> int:
        """The port of last time, or another one when somebody else has it now."""
        port = self.port
        if port is None or not port_is_free(port):
            port = free_port()
            (self.folder / "port").write_text(f"{port}\n")
        return port

    @property
    def password(self) -> str:
        return keep_secret(self.folder / "password")


def keep_secret(file: Path) -> str:
    """The secret kept in `file`, made of 256 random bits on the first call. Only its owner may read it."""
    try:
        kept = file.read_text().strip()
    except FileNotFoundError:
        kept = ""
    if kept:
        return kept
    file.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(32)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(secret + "\n")
    beside.replace(file)
    return secret
