"""The traffic of the past, sampled from the curves that the agents count: as if a collector had been there. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from db.samples import TrafficRow
from demo.network import port_ids
from demo.plant import DEVICES, POLL_INTERVAL_S, Device
from demo.traffic import Instant, Span, on_curve

NO_ANSWER = 10 << 8
"""The flag with which a collector ends a line on a graph, see `collectors.rates.Reason`."""

POLLS_AT_ONCE = 90


def polls(span: timedelta) -> int:
    return int(span.total_seconds() // POLL_INTERVAL_S)


def samples(now: datetime, span: timedelta) -> Iterator[list[TrafficRow]]:
    """Every sample of the `span` before `now`, oldest first, in parts. The last one is at `now`."""
    count, ids = polls(span), port_ids()
    end_s = round(now.timestamp(), 3)
    devices = [_Polled(device, ids[device.id]) for device in DEVICES]
    before = _instant(end_s, count)
    for device in devices:
        device.start(before)
    for start in range(count - 1, -1, -POLLS_AT_ONCE):
        rows: list[TrafficRow] = []
        for back in range(start, max(start - POLLS_AT_ONCE, -1), -1):
            instant = _instant(end_s, back)
            stamp = datetime.fromtimestamp(round(end_s - back * POLL_INTERVAL_S, 3), UTC)
            span_of_all = Span(before, instant)
            for device in devices:
                rows += device.poll(stamp, instant, span_of_all)
            before = instant
        yield rows


def _instant(end_s: float, polls_back: int) -> Instant:
    return Instant(on_curve(end_s - polls_back * POLL_INTERVAL_S))


class _Polled:
    """One device as it is asked again and again. Remembers its last answer."""

    def __init__(self, device: Device, ids: tuple[int, ...]) -> None:
        self._device = device
        self._ports = [
            (port_id, port.curve_in, port.curve_out) for port_id, port in zip(ids, device.ports, strict=True)
        ]
        self._answered: Instant | None = None
        self._broken = False

    def start(self, at: Instant) -> None:
        self._answered = None if self._device.is_silent(at.at) else at

    def poll(self, stamp: datetime, now: Instant, span: Span) -> list[TrafficRow]:
        """`span` is what passed since the poll before: this device's own when it was silent meanwhile."""
        if self._device.is_silent(now.at):
            broken, self._broken = self._broken, True
            return [] if broken else [(stamp, port_id, None, None, 0.0, NO_ANSWER) for port_id, _, _ in self._ports]
        answered, self._answered = self._answered, now
        if answered is None:
            return []
        if self._broken:
            self._broken = False
            span = Span(answered, now)
        seconds = span.seconds
        return [
            (
                stamp,
                port_id,
                curve_in.mean_over(span) if curve_in else 0.0,
                curve_out.mean_over(span) if curve_out else 0.0,
                seconds,
                0,
            )
            for port_id, curve_in, curve_out in self._ports
        ]
