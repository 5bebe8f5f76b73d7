"""snmpd's pass_persist program: serves the rows of a file (name, kind, value), read anew when it changed."""

from __future__ import annotations

import os
import sys
from bisect import bisect_right

Name = tuple[int, ...]


class Rows:
    def __init__(self, path: str) -> None:
        self._path = path
        self._stamp = (-1, -1)
        self._cells: dict[Name, tuple[str, str]] = {}
        self._names: list[Name] = []

    def load(self) -> None:
        found = os.stat(self._path)
        stamp = (found.st_ino, found.st_mtime_ns)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        self._cells = {}
        with open(self._path) as lines:
            for line in lines:
                name, kind, value = line.rstrip("\n").split("\t")
                self._cells[parse(name)] = (kind, value)
        self._names = sorted(self._cells)

    def get(self, name: Name) -> tuple[Name, str, str] | None:
        cell = self._cells.get(name)
        return (name, *cell) if cell else None

    def after(self, name: Name) -> tuple[Name, str, str] | None:
        at = bisect_right(self._names, name)
        return (self._names[at], *self._cells[self._names[at]]) if at < len(self._names) else None


def parse(text: str) -> Name:
    return tuple(int(part) for part in text.strip(".").split("."))


def main() -> None:
    rows = Rows(sys.argv[1])
    while command := sys.stdin.readline().strip():
        if command == "PING":
            print("PONG", flush=True)
            continue
        name = parse(sys.stdin.readline())
        rows.load()
        found = rows.get(name) if command == "get" else rows.after(name)
        if found is None:
            print("NONE", flush=True)
        else:
            print("." + ".".join(map(str, found[0])), found[1], found[2], sep="\n", flush=True)


if __name__ == "__main__":
    main()
