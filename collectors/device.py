"""One device and what is remembered of it between polls: its counters, how much fits a request, who it says it is.

It asks and computes; what becomes of the answers is the caller's matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from collectors.failures import Garbled, NoAnswer, Refused, SnmpFailure, TooBig, Unauthorised
from collectors.interfaces import IF_TABLE_LAST_CHANGE
from collectors.inventory import Target
from collectors.metrics import Metrics
from collectors.packing import FEWEST, Counted, Packing, Request, pack, remembered
from collectors.rates import Counters, Gap, Rate, Reason, Track, advance, same_boot
from collectors.snmp import Client, Patience

Row = tuple[datetime, int, float | None, float | None, float, int]
"""One sample as it is stored: at, port_id, in_bps, out_bps, interval_s, flags."""

_MISSING_MARK = int(Reason.MISSING) << 8
_NO_ANSWER_MARK = int(Reason.NO_ANSWER) << 8


class Excess(msgspec.Struct, frozen=True):
    """A port that claims more than it can carry."""

    port_id: int
    rate_bps: int
    capacity_bps: int


class Polled(msgspec.Struct, frozen=True):
    """One attempt to reach a device. `failure` is why nothing, or not everything, came back.

    `at` is epoch seconds with three decimals, so the stored instant and the announced one are the same number.
    `rebooted` and `table_moved` say that interfaces may have other numbers now: walk again.
    """

    at: float
    rows: list[Row]
    excesses: list[Excess]
    answered: bool
    round_trip_ms: float | None
    uptime_s: float | None
    failure: SnmpFailure | None
    rebooted: bool
    table_moved: bool


class DevicePoller:
    """Everything one lease knows about a device. Its memory is lost with the lease; nothing else is."""

    def __init__(
        self,
        target: Target,
        *,
        variables_per_pdu: int | None,
        patience: Patience,
        clock: Callable[[], float],
        metrics: Metrics,
    ) -> None:
        self.target = target
        self.packing = remembered(variables_per_pdu) if variables_per_pdu else Packing()
        self._patience = patience
        self._clock = clock
        self._metrics = metrics
        self._loop = asyncio.get_running_loop()
        self._client: Client | None = None
        self._requests: list[Request] = []
        self._tracks: dict[int, Track] = {}
        self._broken: set[int] = set()
        self._uptime: tuple[int, float] | None = None
        self._watch_table = False
        self._table_changed: int | None = None
        self._repack()

    def retarget(self, target: Target) -> None:
        """Take a changed configuration. Counters of ports that stay are kept."""
        if (target.address, target.port, target.credentials) != (
            self.target.address,
            self.target.port,
            self.target.credentials,
        ):
            self.close()
        if target.counted != self.target.counted:
            before = {port.port_id: port for port in self.target.counted}
            for port in target.counted:
                if port.port_id in before and before[port.port_id].if_index != port.if_index:
                    # Its last reading came from what is another interface now.
                    self._tracks.pop(port.port_id, None)
            for gone in before.keys() - {port.port_id for port in target.counted}:
                self._tracks.pop(gone, None)
                self._broken.discard(gone)
        self.target = target
        self._repack()

    def watch_table(self, changed_ticks: int | None) -> None:
        """After a walk: from now on ask whether the interface table changed, if the agent can tell."""
        self._watch_table = changed_ticks is not None
        self._table_changed = changed_ticks
        self._repack()

    def client(self) -> Client:
        """The open client. Raises NoAnswer when the configuration does not allow for one."""
        if self._client is None:
            if self.target.credentials is None:
                raise NoAnswer(self.target.misconfigured or "no credentials")
            try:
                self._client = Client(
                    self.target.address, self.target.port, self.target.credentials, patience=self._patience
                )
            except (ValueError, OSError) as error:
                raise NoAnswer(f"{self.target.address} cannot be asked: {error}") from error
        return self._client

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    async def poll(self, deadline_s: float) -> Polled:
        """Ask for every port once. Never raises SnmpFailure: what went wrong is in the answer."""
        rows: list[Row] = []
        excesses: list[Excess] = []
        failure: SnmpFailure | None = None
        at = 0.0
        round_trip_ms: float | None = None
        rebooted = moved = False
        pending = self._requests[::-1]
        try:
            async with asyncio.timeout(deadline_s):
                while pending:
                    values, request, asked_at = await self._ask(pending)
                    now = self._loop.time()
                    if round_trip_ms is None:
                        round_trip_ms = (now - asked_at) * 1_000
                        at = round(self._clock(), 3)
                        rebooted, moved = self._rebooted(values[0], now), self._table_moved(request, values)
                        stamp = datetime.fromtimestamp(at, UTC)
                    self._read(request, values, now, stamp, rows, excesses)
        except SnmpFailure as error:
            failure = error
        except TimeoutError:
            failure = NoAnswer(f"not done in {deadline_s:g} s")
        answered = round_trip_ms is not None
        if not answered:
            at = round(self._clock(), 3)
            self._break_lines(datetime.fromtimestamp(at, UTC), rows)
        return Polled(
            at=at,
            rows=rows,
            excesses=excesses,
            answered=answered,
            round_trip_ms=round_trip_ms,
            uptime_s=self._uptime[0] / 100 if answered and self._uptime else None,
            failure=failure,
            rebooted=rebooted,
            table_moved=moved,
        )

    async def _ask(self, pending: list[Request]) -> tuple[list[int | None], Request, float]:
        """Answers of the last of `pending`, which it takes off, and when it was asked.

        What does not fit is cut in halves. So is what was not answered, once, in case the size was at fault; and what
        was refused, until the one port that the agent chokes on stands alone.
        """
        client = self.client()
        silences, silent_size = 0, 0
        while True:
            request = pending.pop()
            size, ports = request.size, request.ports
            asked_at = self._loop.time()
            try:
                values = await client.numbers(request.question, attempts=1)
            except TooBig:
                if len(ports) <= 1:
                    raise
                self.packing = self.packing.after_too_big(size)
                pending.append(request)
                self._repack(pending)
            except Refused:
                if not ports:
                    raise
                if len(ports) == 1:
                    return [None] * size, request, asked_at
                pending += pack(ports, max(FEWEST, size // 2))[::-1]
            except (NoAnswer, Garbled, Unauthorised):
                silences += 1
                if silences >= self._patience.attempts:
                    raise
                silent_size = size
                pending += pack(ports, max(FEWEST, size // 2))[::-1]
            else:
                if size < silent_size:
                    self.packing = self.packing.after_silence(silent_size)
                    self._repack(pending)
                else:
                    learned = self.packing.after_answer(size)
                    if learned.variables != self.packing.variables:
                        self.packing = learned
                        self._repack()
                    self.packing = learned
                self._metrics.variables.inc(size - values.count(None))
                return values, request, asked_at

    def _repack(self, pending: list[Request] | None = None) -> None:
        """Cut the polls to come, and what is `pending` of this one, to the size learned."""
        if pending:
            left = [port for request in reversed(pending) for port in request.ports]
            pending[:] = pack(left, self.packing.variables)[::-1]
        also = (IF_TABLE_LAST_CHANGE,) if self._watch_table else ()
        self._requests = pack(self.target.counted, self.packing.variables, also=also)

    def _read(
        self,
        request: Request,
        values: list[int | None],
        now: float,
        stamp: datetime,
        rows: list[Row],
        excesses: list[Excess],
    ) -> None:
        """One pass over the ports of one answer. This is the hot path: a few microseconds per port."""
        ticks = values[0]
        tracks, broken = self._tracks, self._broken
        counters = iter(values[1:])
        for port, octets_in, octets_out in zip(request.ports, counters, counters, strict=False):
            port_id = port.port_id
            if octets_in is None or octets_out is None:
                self._break_line(port_id, stamp, rows, _MISSING_MARK)
                continue
            reading = Counters(octets_in, octets_out, port.width, ticks, now)
            tracks[port_id], outcome = advance(tracks.get(port_id), reading, port.capacity_bps)
            if type(outcome) is Rate:
                rows.append((stamp, port_id, outcome.in_bps, outcome.out_bps, outcome.interval_s, outcome.flags))
                if broken:
                    broken.discard(port_id)
            elif type(outcome) is Gap:
                self._gap(port, outcome, stamp, rows, excesses)

    def _gap(self, port: Counted, gap: Gap, stamp: datetime, rows: list[Row], excesses: list[Excess]) -> None:
        self._metrics.gaps.labels(gap.reason.name.lower()).inc()
        if gap.reason is Reason.NOT_REFRESHED:
            return
        rows.append((stamp, port.port_id, None, None, 0.0, gap.reason << 8))
        if gap.reason is Reason.OVER_CAPACITY and port.capacity_bps is not None:
            excesses.append(Excess(port.port_id, round(gap.rate_bps), port.capacity_bps))

    def _break_lines(self, stamp: datetime, rows: list[Row]) -> None:
        for port in self.target.counted:
            self._break_line(port.port_id, stamp, rows, _NO_ANSWER_MARK)

    def _break_line(self, port_id: int, stamp: datetime, rows: list[Row], mark: int) -> None:
        """One row without values ends a line on a graph; more of them would only be weight."""
        if port_id in self._broken:
            return
        self._broken.add(port_id)
        self._metrics.gaps.labels(Reason(mark >> 8).name.lower()).inc()
        rows.append((stamp, port_id, None, None, 0.0, mark))

    def _rebooted(self, uptime: int | None, now: float) -> bool:
        if uptime is None:
            return False
        before, self._uptime = self._uptime, (uptime, now)
        return before is not None and not same_boot(before[0], uptime, now - before[1])

    def _table_moved(self, request: Request, values: list[int | None]) -> bool:
        if not self._watch_table or request.question.oids[-1] != IF_TABLE_LAST_CHANGE or values[-1] is None:
            return False
        before, self._table_changed = self._table_changed, values[-1]
        return self._table_changed != before
