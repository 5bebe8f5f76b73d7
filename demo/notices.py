"""What a simulated BNG says of a session: attributes of RADIUS accounting (RFC 2866, 2869), by their numbers. Pure."""

from __future__ import annotations

import math
import struct
from enum import IntEnum
from ipaddress import ip_address

from demo.bng import Bng
from demo.lines import Line, Stay, share

Attributes = dict[int, list[bytes]]


class Status(IntEnum):
    """Acct-Status-Type."""

    START = 1
    STOP = 2
    INTERIM = 3
    ON = 7
    OFF = 8


def of_session(status: Status, line: Line, stay: Stay, at: float) -> Attributes:
    """`at` is when it happens: the beginning for a Start, the end for a Stop."""
    bng, number = line.bng, line.number
    seconds = max(0, int(at) - int(stay.began))
    said: Attributes = {
        **_common(status, bng, at),
        44: [f"{bng.id:02x}{int(stay.began):08x}{number:06x}".encode()],
        1: [line.login.encode()],
        87: [_port(line).encode()],
        31: [spelt(bng.vendor, mac_of(number)).encode()],
        8: [_address(line, stay)],
        46: [_number(seconds)],
    }
    if number % 3:
        # Two in three have IPv6: a reserved octet, the length, and what it needs of the prefix (RFC 3162, 2.3).
        said[123] = [bytes((0, 56)) + bytes.fromhex("20010db8") + number.to_bytes(3)]
    if status is not Status.START:
        down = int(rate_of(number) / 8 * seconds)
        said |= _octets(43, 53, down) | _octets(42, 52, int(down * (0.05 + 0.15 * share(number, "up"))))
    if status is Status.STOP and stay.cause is not None:
        said[49] = [_number(stay.cause)]
    return said


def of_nas(status: Status, bng: Bng, at: float) -> Attributes:
    """Accounting-On and -Off."""
    return {**_common(status, bng, at), 44: [f"{bng.id:02x}{int(at):08x}".encode()]}


def _common(status: Status, bng: Bng, at: float) -> Attributes:
    return {
        40: [_number(status)],
        32: [bng.name.encode()],
        4: [ip_address(bng.address).packed],
        55: [_number(int(at))],
    }


def _number(value: int) -> bytes:
    return struct.pack(">I", value)


def _octets(low: int, high: int, octets: int) -> Attributes:
    return {low: [_number(octets & 0xFFFFFFFF)], high: [_number(octets >> 32)]}


def rate_of(number: int) -> float:
    """Mean bit/s to a subscriber: a few use most of it."""
    return 60_000.0 * math.exp(5.0 * share(number, "rate") ** 2)


def mac_of(number: int) -> str:
    """Twelve hexadecimal digits; locally administered, so nobody's."""
    return f"02fa20{number:06x}"


def spelt(vendor: str, digits: str) -> str:
    """As the vendor writes MAC addresses."""
    if vendor == "mikrotik":
        return ":".join(digits[at : at + 2] for at in range(0, 12, 2)).upper()
    return ("-" if vendor == "huawei" else ".").join(digits[at : at + 4] for at in range(0, 12, 4))


def _port(line: Line) -> str:
    pon, onu = 1 + int(share(line.number, "pon") * 10), 1 + int(share(line.number, "onu") * 64)
    return f"{line.node} 0/{pon}:{onu}"


def _address(line: Line, stay: Stay) -> bytes:
    """From the shared space behind CGNAT (RFC 6598): one of sixteen that are this subscriber's, so none has two."""
    return (0x64400000 + line.number * 16 + int(16 * share(line.number, stay.began, "address"))).to_bytes(4)
