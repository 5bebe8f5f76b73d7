"""Which known port is which interface now. Pure.

A device may renumber its interfaces at any boot, so ifIndex says nothing. The name decides; where a name is gone and
another is new, the alias, the description and then the MAC address decide, each only when it is unique on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import msgspec

from collectors.interfaces import Found


class Known(msgspec.Struct, frozen=True):
    """A port as it is stored. `if_index` is None, and `missing` set, when the last walk did not show it."""

    port_id: int
    if_index: int | None
    name: str
    alias: str = ""
    descr: str = ""
    mac: str | None = None
    missing: bool = False


class Matching(msgspec.Struct, frozen=True):
    """`same` pairs every recognised port with its interface; `gone` are ports that no interface claims."""

    same: list[tuple[Known, Found]]
    added: list[Found]
    gone: list[Known]


_Key = Callable[[Known | Found], Hashable | None]

_KEYS: tuple[_Key, ...] = (
    # A name that occurs twice on one device is told apart by its place, while that lasts.
    lambda port: (port.name, port.if_index) if port.name else None,
    lambda port: port.name or None,
    lambda port: port.alias or None,
    lambda port: port.descr or None,
    lambda port: port.mac,
)


def match(known: Sequence[Known], found: Sequence[Found]) -> Matching:
    """Each port and each interface appears exactly once in the answer."""
    left, new = list(known), list(found)
    same: list[tuple[Known, Found]] = []
    for key in _KEYS:
        here = _unique(new, key)
        # A port that is there goes before one that has been missing under the same name.
        for candidates in ([port for port in left if not port.missing], left):
            for value, port in _unique(candidates, key).items():
                if (interface := here.pop(value, None)) is not None:
                    same.append((port, interface))
        taken_ports = {port.port_id for port, _ in same}
        taken_indexes = {interface.if_index for _, interface in same}
        left = [port for port in left if port.port_id not in taken_ports]
        new = [interface for interface in new if interface.if_index not in taken_indexes]
    return Matching(same, new, left)


def _unique[P: (Known, Found)](ports: Sequence[P], key: _Key) -> dict[Hashable, P]:
    counted: dict[Hashable, list[P]] = {}
    for port in ports:
        if (value := key(port)) is not None:
            counted.setdefault(value, []).append(port)
    return {value: group[0] for value, group in counted.items() if len(group) == 1}
