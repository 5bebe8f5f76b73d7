"""From an SNMP v2c request to its response, as bytes (RFC 3416). No socket, no clock: the instant is passed in.

Who asks with the wrong community, or with what is no v2c request, gets no answer, as from any agent.
"""

from __future__ import annotations

from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pyasn1.error import PyAsn1Error
from pysnmp.proto import api

from demo.replay import Replay
from demo.snmprec import Oid, Variable
from demo.traffic import Instant

_V2C = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
_VERSION = 1

_TYPES: dict[int, Any] = {
    2: _V2C.Integer32,
    4: _V2C.OctetString,
    6: _V2C.ObjectIdentifier,
    65: _V2C.Counter32,
    66: _V2C.Gauge32,
    67: _V2C.TimeTicks,
    70: _V2C.Counter64,
}
_NO_SUCH_OBJECT = _V2C.NoSuchObject("")
_NO_SUCH_INSTANCE = _V2C.NoSuchInstance("")
_END_OF_MIB_VIEW = _V2C.EndOfMibView("")

_TOO_BIG, _NO_ACCESS = 1, 6

MOST_VARIABLES = 128
LARGEST_RESPONSE = 1400
"""Octets of a GETBULK response: what passes an Ethernet in one piece. A walk asks again for the rest."""

Binding = tuple[Oid, Any]


class Dropped(Exception):
    """The datagram gets no answer. `reason` is one of `garbage`, `version`, `community`, `not a request`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def answer(replay: Replay, request: bytes, *, community: str, at: float) -> bytes:
    """The response. Raises Dropped. `at` in seconds of the curves."""
    message, pdu = _read(request, community)
    response = _V2C.apiMessage.get_response(message)
    reply = _V2C.apiMessage.get_pdu(response)
    asked: list[Oid] = [tuple(name) for name, _ in _V2C.apiPDU.get_varbinds(pdu)]
    if len(asked) > MOST_VARIABLES:
        _V2C.apiPDU.set_error_status(reply, _TOO_BIG)
        _V2C.apiPDU.set_varbinds(reply, [])
    elif pdu.isSameTypeWith(_V2C.SetRequestPDU()):
        _V2C.apiPDU.set_error_status(reply, _NO_ACCESS)
        _V2C.apiPDU.set_error_index(reply, min(1, len(asked)))
        _V2C.apiPDU.set_varbinds(reply, _V2C.apiPDU.get_varbinds(pdu))
    else:
        _V2C.apiPDU.set_varbinds(reply, _bindings(replay, pdu, asked, Instant(at)))
    encoded: bytes = encoder.encode(response)
    return encoded


def _read(request: bytes, community: str) -> tuple[Any, Any]:
    try:
        message, rest = decoder.decode(request, asn1Spec=_V2C.Message())
        if rest:
            raise Dropped("garbage")
        if int(_V2C.apiMessage.get_version(message)) != _VERSION:
            raise Dropped("version")
        if bytes(_V2C.apiMessage.get_community(message)) != community.encode():
            raise Dropped("community")
        pdu = _V2C.apiMessage.get_pdu(message)
    except PyAsn1Error as error:
        raise Dropped("garbage") from error
    wanted = (_V2C.GetRequestPDU, _V2C.GetNextRequestPDU, _V2C.GetBulkRequestPDU, _V2C.SetRequestPDU)
    if not any(pdu.isSameTypeWith(kind()) for kind in wanted):
        raise Dropped("not a request")
    return message, pdu


def _bindings(replay: Replay, pdu: Any, asked: list[Oid], now: Instant) -> list[Binding]:
    if pdu.isSameTypeWith(_V2C.GetRequestPDU()):
        return [_exact(replay, oid, now) for oid in asked]
    if pdu.isSameTypeWith(_V2C.GetNextRequestPDU()):
        return [_next(replay, oid, now) for oid in asked]
    singles = max(0, int(_V2C.apiBulkPDU.get_non_repeaters(pdu)))
    rows = max(0, int(_V2C.apiBulkPDU.get_max_repetitions(pdu)))
    return [_next(replay, oid, now) for oid in asked[:singles]] + _bulk(replay, asked[singles:], rows, now)


def _bulk(replay: Replay, asked: list[Oid], rows: int, now: Instant) -> list[Binding]:
    """Row after row, until the end of the view or of what fits. The first row is always there."""
    bindings: list[Binding] = []
    size = 0
    for _ in range(rows if asked else 0):
        row = [_next(replay, oid, now) for oid in asked]
        size += sum(
            len(encoder.encode(_V2C.ObjectIdentifier(oid))) + len(encoder.encode(value)) + 4 for oid, value in row
        )
        if bindings and size > LARGEST_RESPONSE:
            break
        bindings += row
        asked = [oid for oid, _ in row]
        if all(value is _END_OF_MIB_VIEW for _, value in row):
            break
    return bindings


def _exact(replay: Replay, oid: Oid, now: Instant) -> Binding:
    variable = replay.get(oid)
    if variable is None:
        return oid, _NO_SUCH_INSTANCE if replay.has_object(oid) else _NO_SUCH_OBJECT
    return oid, _typed(replay, variable, now)


def _next(replay: Replay, oid: Oid, now: Instant) -> Binding:
    variable = replay.after(oid)
    return (oid, _END_OF_MIB_VIEW) if variable is None else (variable.oid, _typed(replay, variable, now))


def _typed(replay: Replay, variable: Variable, now: Instant) -> Any:
    return _TYPES[variable.tag](replay.value(variable, now))
