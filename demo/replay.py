"""What a device of the demo would answer at an instant: its recording, with the figures that move filled in. Pure."""

from __future__ import annotations

from bisect import bisect_right

from demo.plant import Device, Port
from demo.snmprec import Oid, Tag, Variable
from demo.traffic import Instant

OCTETS_PER_PACKET = 900
_MODULUS: dict[Tag, int] = {65: 2**32, 70: 2**64}
_UP_DOWN = {"up": 1, "down": 2}

Value = int | bytes | Oid


class Replay:
    """`booted` is when the device started, in seconds of the curves: when the demo's plan says so, unless told."""

    def __init__(self, device: Device, *, booted: float | None = None) -> None:
        self.device = device
        self._booted = Instant(device.booted.total_seconds() if booted is None else booted)
        self._variables = device.recording.variables
        self._oids = [variable.oid for variable in self._variables]
        self._places = {oid: place for place, oid in enumerate(self._oids)}
        self._objects = {oid[:-1] for oid in self._oids}
        self._ports = {port.interface.index: port for port in device.ports}

    def get(self, oid: Oid) -> Variable | None:
        place = self._places.get(oid)
        return None if place is None else self._variables[place]

    def has_object(self, oid: Oid) -> bool:
        """Whether other instances of the same object are there (RFC 3416 4.2.1: noSuchInstance, not noSuchObject)."""
        return any(oid[:length] in self._objects for length in range(len(oid), 1, -1))

    def after(self, oid: Oid) -> Variable | None:
        """The first variable behind `oid`, None at the end."""
        place = bisect_right(self._oids, oid)
        return self._variables[place] if place < len(self._variables) else None

    def value(self, variable: Variable, now: Instant) -> Value:
        match variable.figure:
            case None:
                assert not isinstance(variable.value, str)
                return variable.value
            case "uptime":
                return int(max(0.0, now.at - self._booted.at) * 100) % 2**32
            case "name":
                return self.device.name.encode()
            case "place":
                return f"{self.device.city.name} (demo)".encode()
        port = self._ports[variable.oid[-1]]
        match variable.figure:
            case "alias":
                return port.use.alias.encode()
            case "mac":
                return port.mac
            case "admin":
                return _UP_DOWN[port.use.admin]
            case "oper":
                return _UP_DOWN[port.use.oper]
            case "octets":
                return self._octets(port, variable, now) % _MODULUS[variable.tag]
            case "packets":
                return self._octets(port, variable, now) // OCTETS_PER_PACKET % _MODULUS[variable.tag]

    def _octets(self, port: Port, variable: Variable, now: Instant) -> int:
        curve = port.curve_in if variable.value == "in" else port.curve_out
        if curve is None:
            return 0
        return max(0, int(curve.octets(now) - curve.octets(self._booted)))
