"""Accounting packets as a NAS makes them, octet by octet: a second opinion beside the codec under test."""

from __future__ import annotations

import hashlib
import hmac
import struct
from ipaddress import ip_address
from typing import Any

SECRET = b"segredo do NAS"
STATUS = {"start": 1, "stop": 2, "interim": 3, "on": 7, "off": 8}


def attribute(code: int, value: bytes) -> bytes:
    return bytes([code, len(value) + 2]) + value


def number(code: int, value: int) -> bytes:
    return attribute(code, struct.pack(">I", value))


def signed(attributes: bytes, *, secret: bytes = SECRET, number: int = 1, code: int = 4) -> bytes:
    header = struct.pack(">BBH", code, number, 20 + len(attributes))
    return header + hashlib.md5(header + bytes(16) + attributes + secret, usedforsecurity=False).digest() + attributes


def request(status: str, session: str = "81a00001", *, secret: bytes = SECRET, number_: int = 1, **said: Any) -> bytes:
    """`said`: login, port, address, mac, at, delay, seconds, octets_in, octets_out, cause, extra (octets)."""
    return signed(attributes(status, session, **said), secret=secret, number=number_)


def attributes(status: str, session: str = "81a00001", **said: Any) -> bytes:
    made = number(40, STATUS[status]) + attribute(44, session.encode())
    for name, code in (("login", 1), ("mac", 31), ("port", 87)):
        if name in said:
            made += attribute(code, said[name].encode())
    if "address" in said:
        made += attribute(8, ip_address(said["address"]).packed)
    for name, code in (("delay", 41), ("seconds", 46), ("cause", 49), ("at", 55)):
        if name in said:
            made += number(code, said[name])
    for name, low, high in (("octets_in", 42, 52), ("octets_out", 43, 53)):
        if name in said:
            made += number(low, said[name] & 0xFFFFFFFF) + number(high, said[name] >> 32)
    return made + bytes(said.get("extra", b""))


def with_message_authenticator(attributes_: bytes, *, secret: bytes = SECRET) -> bytes:
    """RFC 2869, 5.14: an HMAC over the packet with zeros in its own place and in that of the authenticator."""
    whole = attributes_ + attribute(80, bytes(16))
    header = struct.pack(">BBH", 4, 1, 20 + len(whole))
    proof = hmac.new(secret, header + bytes(16) + whole, "md5").digest()
    return signed(attributes_ + attribute(80, proof), secret=secret)


def is_reply_to(reply: bytes, asked: bytes, *, secret: bytes = SECRET) -> bool:
    """Whether a NAS would believe it (RFC 2866, section 3)."""
    proof = hashlib.md5(reply[:4] + asked[4:20] + reply[20:] + secret, usedforsecurity=False).digest()
    return reply[0] == 5 and reply[1] == asked[1] and reply[4:20] == proof
