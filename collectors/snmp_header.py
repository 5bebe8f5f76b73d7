"""The head of an SNMP answer, read before the decoder sees it.

gufo-snmp 0.13 hides the error-status of an answer (tooBig and noSuchName both look like an empty one) and panics on
some garbage, so each datagram is looked at first. Only the frame is checked here; variables are the decoder's work.
"""

from __future__ import annotations

import msgspec

V3 = 3
RESPONSE = 0xA2
REPORT = 0xA8

_INTEGER = 0x02
_OCTETS = 0x04
_SEQUENCE = 0x30


class Malformed(ValueError):
    """The datagram is not an SNMP message. The text says where it stopped making sense."""


class Header(msgspec.Struct, frozen=True):
    """`status` and `index` are RFC 3416's error-status and error-index.

    `variables` tells whether any came back, and `start` where in the datagram they begin.
    """

    version: int
    request_id: int
    status: int
    index: int
    variables: bool
    start: int


def read_header(datagram: bytes) -> Header:
    """Source: RFC 1157 4.1 and RFC 3416 3. Raises Malformed unless the datagram is exactly one response message.

    A version 3 message gives only its version: what is inside may be encrypted.
    """
    end = len(datagram)
    at, stop = _enter(datagram, 0, end, _SEQUENCE)
    if stop != end:
        raise Malformed(f"{end - stop} bytes after the message")
    version, at = _integer(datagram, at, end)
    if version == V3:
        return Header(version, 0, 0, 0, True, 0)
    _, at = _enter(datagram, at, end, _OCTETS, step_over=True)
    at, stop = _enter(datagram, at, end, RESPONSE)
    if stop != end:
        raise Malformed("the response does not fill its message")
    request_id, at = _integer(datagram, at, end)
    status, at = _integer(datagram, at, end)
    index, at = _integer(datagram, at, end)
    at, stop = _enter(datagram, at, end, _SEQUENCE)
    if stop != end:
        raise Malformed("the variables do not fill the response")
    return Header(version, request_id, status, index, at < stop, at)


def _enter(data: bytes, at: int, end: int, tag: int, *, step_over: bool = False) -> tuple[int, int]:
    """The start and stop of the content of the element at `at`; with `step_over`, its stop twice."""
    if at + 2 > end:
        raise Malformed("cut short")
    if data[at] != tag:
        raise Malformed(f"tag 0x{data[at]:02x} where 0x{tag:02x} belongs")
    length = data[at + 1]
    at += 2
    if length & 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= 4 or at + octets > end:
            raise Malformed("an impossible length")
        length = int.from_bytes(data[at : at + octets])
        at += octets
    stop = at + length
    if stop > end:
        raise Malformed("cut short")
    return (stop, stop) if step_over else (at, stop)


def _integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    start, stop = _enter(data, at, end, _INTEGER)
    if not 1 <= stop - start <= 5:
        raise Malformed("an integer of an impossible size")
    return int.from_bytes(data[start:stop], signed=True), stop
