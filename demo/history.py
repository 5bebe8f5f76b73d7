"""The traffic of the past, sampled from the curves that the agents count: as if a collector had always been there. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from db.samples import TrafficRow
from demo.network import last_poll, port_ids
from demo.plant import DEVICES, POLL_INTERVAL_S, Device
from demo.traffic import DAYS, Curve, DayName, on_curve

NO_ANSWER = 10 << 8
"""The flag with which a collector ends a line on a graph, see `collectors.rates.Reason`."""

POLLS_AT_ONCE = 180


class _Polled:
    """One device, asked again and again. Remembers what its counters were at its last answer."""

    def __init__(self, device: Device, ids: tuple[int, ...], first: datetime) -> None:
        self._device = device
        self._first = first
        self._ports = [
            (port_id, port.curve_in, port.curve_out) for port_id, port in zip(ids, device.ports, strict=True)
        ]
        curves = [curve for _, *both in self._ports for curve in both if curve]
        self._days = sorted({curve.day for curve in curves})
        self._answered: float | None = None
        self._octets: list[tuple[float, float]] = []
        self._broken = False

    def poll(self, number: int) -> list[TrafficRow]:
        """The samples of poll `number`, none for the first one (0) and while the device is silent."""
        moment = self._first + timedelta(seconds=number * POLL_INTERVAL_S)
        epoch_s = round(moment.timestamp(), 3)
        stamp, at = datetime.fromtimestamp(epoch_s, UTC), on_curve(epoch_s)
        if self._device.is_silent(at):
            broken, self._broken = self._broken, True
            return [] if broken else [(stamp, port_id, None, None, 0.0, NO_ANSWER) for port_id, _, _ in self._ports]
        self._broken = False
        whole = {day: DAYS[day].integral(at) for day in self._days}
        before, self._octets = (
            self._octets,
            [(_octets(curve_in, at, whole), _octets(curve_out, at, whole)) for _, curve_in, curve_out in self._ports],
        )
        answered, self._answered = self._answered, at
        if answered is None:
            return []
        elapsed = at - answered
        return [
            (stamp, port_id, (now_in - then_in) * 8 / elapsed, (now_out - then_out) * 8 / elapsed, elapsed, 0)
            for (port_id, _, _), (now_in, now_out), (then_in, then_out) in zip(
                self._ports, self._octets, before, strict=True
            )
        ]


def _octets(curve: Curve | None, at: float, whole: dict[DayName, float]) -> float:
    return curve.octets(at, day_integral=whole[curve.day]) if curve else 0.0


def polls(span: timedelta) -> int:
    return int(span.total_seconds() // POLL_INTERVAL_S)


def samples(now: datetime, span: timedelta) -> Iterator[list[TrafficRow]]:
    """Every sample of the `span` before `now`, oldest first, in parts."""
    count, ids = polls(span), port_ids()
    devices = [
        _Polled(device, ids[device.id], last_poll(device, now) - timedelta(seconds=count * POLL_INTERVAL_S))
        for device in DEVICES
    ]
    for start in range(0, count + 1, POLLS_AT_ONCE):
        numbers = range(start, min(start + POLLS_AT_ONCE, count + 1))
        rows: list[TrafficRow] = []
        for number in numbers:
            for device in devices:
                rows += device.poll(number)
        yield rows
