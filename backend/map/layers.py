"""What maps are drawn on: the provider's own GeoJSON files, in `FAROL_HOME/map/`."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

NAMES = ("cities", "neighbourhoods", "streets", "pops")
"""Layers in the order in which they are drawn; a file is named for its layer, `streets.geojson`."""

LARGEST = 32 * 1024 * 1024

EMPTY = b'{"type":"FeatureCollection","features":[]}'


class Layers:
    """`folder` holds the files, `otherwise` makes layers when there is none of them (the demo's). Files are read anew
    when they change, so that a provider who puts one there has to restart nothing."""

    def __init__(self, folder: Path | None, otherwise: Callable[[], dict[str, bytes]] | None = None) -> None:
        self._folder = folder
        self._otherwise = otherwise
        self._made: dict[str, bytes] | None = None
        self._held: dict[str, tuple[float, bytes, str]] = {}

    async def layer(self, name: str) -> tuple[bytes, str]:
        """The GeoJSON of a layer and its ETag; an empty one for a layer that nobody has. Raises KeyError."""
        if name not in NAMES:
            raise KeyError(name)
        return await asyncio.to_thread(self._layer, name)

    def _layer(self, name: str) -> tuple[bytes, str]:
        if self._folder is not None and any((self._folder / f"{each}.geojson").is_file() for each in NAMES):
            return self._read(self._folder / f"{name}.geojson", name)
        if self._otherwise is not None and self._made is None:
            self._made = self._otherwise()
        return _tagged((self._made or {}).get(name, EMPTY))

    def _read(self, file: Path, name: str) -> tuple[bytes, str]:
        try:
            found = file.stat()
            held = self._held.get(name)
            if held is None or held[0] != found.st_mtime:
                if found.st_size > LARGEST:
                    log.warning("map_layer_too_large", file=str(file), bytes=found.st_size, largest=LARGEST)
                    return _tagged(EMPTY)
                held = self._held[name] = (found.st_mtime, *_tagged(file.read_bytes()))
        except FileNotFoundError:
            return _tagged(EMPTY)
        return held[1], held[2]


def _tagged(body: bytes) -> tuple[bytes, str]:
    return body, f'"{hashlib.sha256(body).hexdigest()[:20]}"'
