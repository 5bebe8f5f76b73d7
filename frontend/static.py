"""The files of a build as an ASGI application: read once, kept in memory (some 4 MB), never looked up by path.

Since nothing is opened while serving, no address can reach outside the build, and a build that is replaced on disk does
not take anything away from a process that still serves the one before.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HASHED = "/assets/"
"""Vite writes the content's hash into every name below this, so such an address never means anything else."""

MISSING = "/404"
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_SERVED = frozenset({".html", ".css", ".js", ".mjs", ".svg", ".png", ".ico", ".json", ".txt", ".webmanifest", ".woff2"})
_WORDS = frozenset({".html", ".css", ".js", ".mjs", ".svg", ".json", ".txt", ".webmanifest"})


@dataclass(frozen=True, kw_only=True)
class File:
    """What an address answers with. `packed` is the same in gzip, where that is worth it."""

    body: bytes
    packed: bytes | None
    headers: tuple[tuple[bytes, bytes], ...]
    etag: bytes


def _content_type(path: Path) -> str:
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if path.suffix in _WORDS else kind


def _read(path: Path, address: str) -> File:
    body = path.read_bytes()
    beside = path.with_name(f"{path.name}.gz")
    keep = "public, max-age=31536000, immutable" if address.startswith(HASHED) else "no-cache"
    headers = [(b"content-type", _content_type(path).encode()), (b"cache-control", keep.encode())]
    packed = beside.read_bytes() if beside.exists() else None
    if packed is not None:
        headers.append((b"vary", b"accept-encoding"))
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'.encode()
    return File(body=body, packed=packed, headers=(*headers, (b"etag", etag)), etag=etag)


def _found(build: Path) -> Iterator[tuple[str, Path]]:
    """Addresses and their files: `wall.html` answers `/wall`, `index.html` answers `/`."""
    for path in sorted(build.rglob("*")):
        if path.suffix not in _SERVED or not path.is_file():
            continue
        address = f"/{path.relative_to(build).as_posix()}"
        if path.suffix == ".html":
            if path.name == "index.html" and path.parent != build:
                continue  # the same page as the file named after its folder
            address = "/" if path.parent == build and path.name == "index.html" else address.removesuffix(".html")
        yield address, path


class StaticFiles:
    """Answers GET and HEAD for the files of one build; anything else in the page for addresses that lead nowhere.

    Raises KeyError when the build has no such page.
    """

    def __init__(self, build: Path) -> None:
        self.files = {address: _read(path, address) for address, path in _found(build)}
        self._missing = self.files[MISSING]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4004, "reason": "no socket here"})
            return
        if scope["type"] != "http":
            return
        asked = {name: value for name, value in scope["headers"] if name in (b"if-none-match", b"accept-encoding")}
        status, headers, body = self._answer(scope["method"], unquote(scope["path"]), asked)
        headers = (*headers, (b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _answer(
        self, method: str, path: str, asked: dict[bytes, bytes]
    ) -> tuple[int, tuple[tuple[bytes, bytes], ...], bytes]:
        """Status, headers and body; pure."""
        if method not in ("GET", "HEAD"):
            return 405, ((b"allow", b"GET, HEAD"),), b""
        file = self.files.get(path.rstrip("/") or "/")
        status = 200
        if file is None or file is self._missing:
            file, status = self._missing, 404
        elif file.etag in asked.get(b"if-none-match", b""):
            return 304, file.headers, b""
        if file.packed is not None and b"gzip" in asked.get(b"accept-encoding", b""):
            return status, (*file.headers, (b"content-encoding", b"gzip")), file.packed
        return status, file.headers, file.body
