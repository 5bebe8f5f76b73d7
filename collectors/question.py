"""A GET of known counters, made into bytes once and asked again at every poll; its answer read by position. Pure.

Encoding names and making an object of each variable is most of what polling costs, and both are the same at each poll.
Only SNMPv2c takes this way: version 1 names what it lacks instead of leaving it out, version 3 is the library's.
Source: X.690 (BER) and RFC 3416 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from collectors.snmp_header import Malformed

_SEQUENCE = 0x30
_GET = 0xA0
_COUNTER_64 = 0x46

_WIDEST = {0x41: 5, 0x42: 5, 0x43: 5, _COUNTER_64: 9}
"""Counter32, Gauge32, TimeTicks, Counter64: the octets of the largest value, with a zero in front for the sign."""

_UNASKED = (b"\x00", 1)
"""Stands for a name after the last one: no variable begins like this."""

_FIRST_ID = 1 << 30
"""Request ids from here to 2^31 always take four octets."""


class Question:
    """The names of one GET. `datagram` asks it, `read` gives its values in the same order."""

    __slots__ = ("_names", "_places", "_variables", "oids")

    def __init__(self, oids: Sequence[str]) -> None:
        self.oids = list(oids)
        names = [_name(oid) for oid in oids]
        self._names = [(name, len(name)) for name in names]
        self._places = {name: place for place, name in enumerate(names)}
        self._variables = _element(_SEQUENCE, b"".join(_element(_SEQUENCE, name + b"\x05\x00") for name in names))

    def datagram(self, community: bytes, request_id: int) -> bytes:
        """`request_id` is from 2^30 to 2^31 - 1."""
        pdu = b"\x02\x04" + request_id.to_bytes(4) + b"\x02\x01\x00\x02\x01\x00" + self._variables
        return _element(_SEQUENCE, b"\x02\x01\x01" + _element(0x04, community) + _element(_GET, pdu))

    def read(self, datagram: bytes, at: int) -> list[int | None]:
        """The numbers of an answer whose variables start at `at`; None for what the agent lacks or is no number.

        Agents that answer in another order, or leave something out, are understood; names nobody asked for are not
        looked at. Raises Malformed.
        """
        names, places, widest = self._names, self._places, _WIDEST
        values: list[int | None] = [None] * len(names)
        stop, count, position = len(datagram), len(names), 0
        try:
            while at < stop:
                size, start = datagram[at + 1], at + 2
                if datagram[at] != _SEQUENCE:
                    raise Malformed(f"tag 0x{datagram[at]:02x} where a variable belongs")
                if size & 0x80:
                    size, start = _long(datagram, at + 1)
                at = start + size
                if at > stop:
                    raise Malformed("a variable cut short")
                place = position
                name, length = names[position] if position < count else _UNASKED
                if not datagram.startswith(name, start):
                    length = 2 + datagram[start + 1]
                    place = places.get(datagram[start : start + length], -1)
                position += 1
                value = start + length + 2
                size = datagram[value - 1]
                if place >= 0 and value + size == at and 0 < size < widest.get(datagram[value - 2], 0):
                    values[place] = int.from_bytes(datagram[value:at])
                elif place >= 0:
                    values[place] = _number(datagram, value - 2, at)
        except IndexError:
            raise Malformed("a variable cut short") from None
        return values


def request_id(random_bits: int) -> int:
    """A request id from 30 random bits."""
    return _FIRST_ID | random_bits


def _number(datagram: bytes, at: int, stop: int) -> int | None:
    """The rare values: the largest numbers, exceptions (noSuchInstance), and what is no number at all."""
    tag, size, value = datagram[at], datagram[at + 1], at + 2
    if size & 0x80:
        size, value = _long(datagram, at + 1)
    if value + size != stop:
        raise Malformed("a value that does not fill its variable")
    if tag not in _WIDEST or not size:
        return None
    if size > _WIDEST[tag] or datagram[value]:
        raise Malformed("a number larger than its type")
    return int.from_bytes(datagram[value:stop])


def _long(datagram: bytes, at: int) -> tuple[int, int]:
    """A length in its long form at `at`: the length, and where the content starts."""
    octets = datagram[at] & 0x7F
    start = at + 1 + octets
    if not 1 <= octets <= 4:
        raise Malformed("an impossible length")
    return int.from_bytes(datagram[at + 1 : start]), start


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = (size.bit_length() + 7) // 8
    return bytes((tag, 0x80 | octets)) + size.to_bytes(octets) + content


def _name(oid: str) -> bytes:
    """The element of an object identifier. Names of one column differ in their last number only."""
    column, _, last = oid.rpartition(".")
    return _element(0x06, _column(column) + _number_of_oid(int(last)))


@lru_cache(maxsize=64)
def _column(oid: str) -> bytes:
    first, second, *rest = map(int, oid.split("."))
    return b"".join(map(_number_of_oid, (first * 40 + second, *rest)))


def _number_of_oid(part: int) -> bytes:
    if part < 0x80:
        return bytes((part,))
    groups = [part & 0x7F]
    while part := part >> 7:
        groups.append(0x80 | part & 0x7F)
    return bytes(reversed(groups))
