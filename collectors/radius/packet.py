"""RADIUS accounting on the wire (RFC 2866, 2869, 3162): a datagram in, a notice and its reply out. Pure.

pyrad decodes and signs. What it leaves open is closed here: the authenticator is verified, a packet whose attributes
do not fill it exactly is malformed, and what Postgres cannot hold is taken out.
"""

from __future__ import annotations

import re
from enum import IntEnum
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Any

import msgspec
from pyrad.packet import AccountingRequest, AcctPacket, PacketError

LARGEST = 4096
"""Octets of a RADIUS packet (RFC 2865, section 3)."""

HEADER = 20
LARGEST_COUNTER = 2**63 - 1
"""What a bigint holds, half of what Gigawords could say: 8 EiB in one session is no traffic."""

AHEAD_S = 300.0
BEHIND_S = 86_400.0
"""How far from ours a NAS' clock may be. Beyond it (no battery: 1970; a year ahead) its arrival is the better guess."""

_MAC = re.compile(r"[0-9a-f]{12}")


class Kind(IntEnum):
    """Acct-Status-Type, as far as it is recorded."""

    START = 1
    STOP = 2
    INTERIM = 3
    ON = 7
    OFF = 8


class Rejected(Exception):
    """A datagram that is dropped without a reply. `reason` is a label of the counter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Notice(msgspec.Struct, frozen=True, gc=False):
    """What a NAS said. `at` is when it happened and `heard_at` when it came, in epoch seconds.

    `kind` is None for a status that is acknowledged and not recorded (tunnels, vendors' own). `session_s`, counters
    (octets, from and to the subscriber) and addresses are None where the NAS did not say.
    """

    kind: Kind | None
    at: float
    heard_at: float
    session_id: str
    login: str
    port: str
    mac: str | None
    address: IPv4Address | IPv6Address | None
    delegated_prefix: IPv6Network | None
    session_s: int | None
    in_octets: int | None
    out_octets: int | None
    cause: int | None
    clock_off: bool

    @property
    def began(self) -> float | None:
        """When its session began, as far as this notice tells."""
        if self.kind is Kind.START:
            return self.at
        return None if self.session_s is None else self.at - self.session_s


class Request(msgspec.Struct, frozen=True, gc=False):
    """A verified packet: what it says, and the reply that acknowledges it."""

    notice: Notice
    reply: bytes


def check_header(data: bytes) -> None:
    """What can be said without knowing the sender. Raises Rejected."""
    if not HEADER <= len(data) <= LARGEST:
        raise Rejected("malformed")
    if data[0] != AccountingRequest:
        raise Rejected("not_accounting")
    length = int.from_bytes(data[2:4])
    if not HEADER <= length <= len(data):
        raise Rejected("malformed")
    at = HEADER
    while at < length:
        size = data[at + 1] if at + 1 < length else 0
        if size < 2 or at + size > length:
            raise Rejected("malformed")
        at += size


def read(data: bytes, secret: bytes, heard_at: float) -> Request:
    """A datagram that passed `check_header`. Raises Rejected when it is not signed with `secret`, or makes no sense."""
    try:
        packet = AcctPacket(secret=secret, packet=data)
        genuine = packet.VerifyAcctRequest()
        if genuine and packet.message_authenticator:
            genuine = len(dict.__getitem__(packet, 80)[0]) == 16 and packet.verify_message_authenticator()
    except (PacketError, ValueError, IndexError, KeyError, TypeError) as error:
        raise Rejected("malformed") from error
    if not genuine:
        raise Rejected("bad_authenticator")
    return Request(_notice(packet, heard_at), packet.CreateReply().ReplyPacket())


def _notice(packet: Any, heard_at: float) -> Notice:
    attributes: dict[Any, list[bytes]] = dict(dict.items(packet))  # pyrad's own view would look names up
    status = _number(attributes, 40)
    if status is None:
        raise Rejected("malformed")
    kind = Kind(status) if status in _KINDS else None
    session_id = _text(attributes, 44)
    if kind in _OF_SESSIONS and not session_id:
        raise Rejected("malformed")
    at, clock_off = _instant(_number(attributes, 55), _number(attributes, 41), heard_at)
    return Notice(
        kind=kind,
        at=at,
        heard_at=heard_at,
        session_id=session_id,
        login=_text(attributes, 1).strip(),
        port=_text(attributes, 87) or str(_number(attributes, 5) or ""),
        mac=_mac(_text(attributes, 31)),
        address=_address(attributes),
        delegated_prefix=_prefix(attributes.get(123)),
        session_s=_number(attributes, 46),
        in_octets=_counter(attributes, 42, 52),
        out_octets=_counter(attributes, 43, 53),
        cause=_number(attributes, 49),
        clock_off=clock_off,
    )


_KINDS = frozenset(Kind)
_OF_SESSIONS = (Kind.START, Kind.STOP, Kind.INTERIM)


def _instant(said: int | None, delay: int | None, heard_at: float) -> tuple[float, bool]:
    """Event-Timestamp, else the arrival less Acct-Delay-Time; and whether the NAS' clock was not believed."""
    if said is not None and heard_at - BEHIND_S <= said <= heard_at + AHEAD_S:
        return float(said), False
    late = float(delay) if delay is not None and delay <= BEHIND_S else 0.0
    return heard_at - late, said is not None


def _number(attributes: dict[Any, list[bytes]], code: int) -> int | None:
    values = attributes.get(code)
    if values is None:
        return None
    if len(values[0]) != 4:
        raise Rejected("malformed")
    return int.from_bytes(values[0])


def _counter(attributes: dict[Any, list[bytes]], low: int, high: int) -> int | None:
    octets = _number(attributes, low)
    if octets is None:
        return None
    return min((_number(attributes, high) or 0) << 32 | octets, LARGEST_COUNTER)


def _text(attributes: dict[Any, list[bytes]], code: int) -> str:
    """UTF-8, or Latin-1 as old gear sends it; without NUL, which ends a text in some of them and which no text of
    Postgres can hold."""
    values = attributes.get(code)
    if values is None:
        return ""
    try:
        text = values[0].decode()
    except UnicodeDecodeError:
        text = values[0].decode("latin-1")
    return text.replace("\0", "")


def _mac(text: str) -> str | None:
    """Twelve lower hexadecimal digits, whatever the vendor puts between them; other texts as they came."""
    digits = text.lower().replace(":", "").replace("-", "").replace(".", "")
    return digits if _MAC.fullmatch(digits) else text or None


def _address(attributes: dict[Any, list[bytes]]) -> IPv4Address | IPv6Address | None:
    values = attributes.get(8) or attributes.get(168)
    if values is None:
        return None
    if len(values[0]) == 4:
        return IPv4Address(values[0])
    if len(values[0]) == 16:
        return IPv6Address(values[0])
    raise Rejected("malformed")


def _prefix(values: list[bytes] | None) -> IPv6Network | None:
    """RFC 3162, section 2.3: a reserved octet, the length in bits, and as many octets of the prefix as that needs."""
    if values is None:
        return None
    value = values[0]
    if not 2 <= len(value) <= 18 or value[1] > 128:
        raise Rejected("malformed")
    return IPv6Network((value[2:].ljust(16, b"\0"), value[1]), strict=False)


def key_of(nas_id: int, notice: Notice) -> bytes:
    """What tells sessions apart, together with when they began: 16 octets."""
    spelt = "\0".join((str(nas_id), notice.session_id, notice.login, notice.port))
    return blake2b(spelt.encode("utf-8", "surrogatepass"), digest_size=16).digest()
