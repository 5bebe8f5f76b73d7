"""Just enough BER to answer an SNMP request wrongly on purpose."""

from __future__ import annotations

COUNTER32 = 0x41
TIMETICKS = 0x43
COUNTER64 = 0x46
NO_SUCH_INSTANCE = 0x81
END_OF_MIB_VIEW = 0x82


def element(tag: int, content: bytes) -> bytes:
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    return bytes([tag, 0x82]) + len(content).to_bytes(2) + content


def integer(value: int, tag: int = 2) -> bytes:
    return element(tag, value.to_bytes((value.bit_length() + 8) // 8, signed=True))


def oid(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    out = bytearray([first * 40 + second])
    for part in rest:
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.append(0x80 | part & 0x7F)
        out += bytes(reversed(groups))
    return element(6, bytes(out))


def variable(name: str, value: bytes) -> bytes:
    return element(0x30, oid(name) + value)


def response(
    request: bytes, variables: list[bytes], *, status: int = 0, index: int = 0, id_offset: int = 0, tag: int = 0xA2
) -> bytes:
    version, community, request_id = read_request(request)
    pdu = integer(request_id + id_offset) + integer(status) + integer(index) + element(0x30, b"".join(variables))
    return element(0x30, integer(version) + element(4, community) + element(tag, pdu))


def read_request(request: bytes) -> tuple[int, bytes, int]:
    """Version, community and request id of a version 1 or 2c request."""
    at = _content(request, 0)
    version = request[at + 2]
    at += 3
    community = request[at + 2 : at + 2 + request[at + 1]]
    at = _content(request, at + 2 + request[at + 1])
    return version, community, int.from_bytes(request[at + 2 : at + 2 + request[at + 1]], signed=True)


def _content(data: bytes, at: int) -> int:
    return at + 2 + (data[at + 1] & 0x7F if data[at + 1] & 0x80 else 0)
