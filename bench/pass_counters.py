"""snmpd's pass_persist program for measurements: interfaces whose counters move with the clock, each at its own rate.

    pass_counters.py BASE PORTS     BASE is .1.3.6.1.2.1.2 or .1.3.6.1.2.1.31

Nothing is stored: a counter is computed from the time, so any number of snmpd answer alike.
"""

from __future__ import annotations

import sys
import time

Name = tuple[int, ...]

IF_TABLE = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IF_X_TABLE = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
COLUMNS = {
    IF_TABLE: (1, 2, 3, 5, 6, 7, 8, 10, 16),
    IF_X_TABLE: (1, 6, 10, 15, 18),
}


def bytes_per_s(index: int) -> int:
    """1 to 80 Mb/s by port, so that every rate is known beforehand."""
    return 125_000 * (1 + index % 80)


def cell(table: Name, column: int, index: int) -> tuple[str, str]:
    octets = int(time.time() * bytes_per_s(index))
    if table == IF_TABLE:
        return {
            1: ("integer", str(index)),
            2: ("string", f"ge-0/0/{index}"),
            3: ("integer", "6"),
            5: ("gauge", "1000000000"),
            6: ("octet", f"02 00 00 00 {index // 256:02x} {index % 256:02x}"),
            7: ("integer", "1"),
            8: ("integer", "1"),
            10: ("counter", str(octets % 2**32)),
            16: ("counter", str(octets // 4 % 2**32)),
        }[column]
    return {
        1: ("string", f"ge-0/0/{index}"),
        6: ("counter64", str(octets)),
        10: ("counter64", str(octets // 4)),
        15: ("gauge", "1000"),
        18: ("string", f"porta {index}"),
    }[column]


def main() -> None:
    base = tuple(map(int, sys.argv[1].strip(".").split(".")))
    ports = int(sys.argv[2])
    table = next(table for table in COLUMNS if table[: len(base)] == base)
    names = [(*table, column, index) for column in COLUMNS[table] for index in range(1, ports + 1)]
    places = {name: place for place, name in enumerate(names)}
    while command := sys.stdin.readline().strip():
        if command == "PING":
            print("PONG", flush=True)
            continue
        name = tuple(map(int, sys.stdin.readline().strip().strip(".").split(".")))
        if command == "get":
            found = name if name in places else None
        elif name in places:
            found = names[places[name] + 1] if places[name] + 1 < len(names) else None
        else:
            found = next((each for each in names if each > name), None)
        if found is None:
            print("NONE", flush=True)
            continue
        kind, value = cell(table, found[-2], found[-1])
        print("." + ".".join(map(str, found)), kind, value, sep="\n", flush=True)


if __name__ == "__main__":
    main()
