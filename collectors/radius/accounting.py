"""RADIUS accounting in a collector: the listener, the commits, the replies, and the ends nobody sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.away import AWAY, REFUSED, is_away, reason, state
from collectors.metrics import Metrics
from collectors.radius.clients import Client, Clients
from collectors.radius.closing import Closing
from collectors.radius.ledger import Heard, Ledger
from collectors.radius.listener import Listener, Waiting, bound
from collectors.radius.rows import Moves
from collectors.store import Announce
from db.models import Nas
from db.uow import Ring
from db.vault import Vault, VaultError
from realtime.readings import Reading, SessionsMoved
from realtime.scope import Place

log = structlog.get_logger(__name__)

WINDOW_S = 0.01
"""How long the first packet after a pause waits for others to share its commit: a batch costs some 3 ms of CPU however
small it is, and a NAS waits for seconds. In a storm the commit under way is the window."""

LARGEST_BATCH = 1_000
COMMIT_DEADLINE_S = 10.0
RETRY_S = 0.5
ANNOUNCE_EVERY_S = 0.25
LOOK_EVERY_S = 2.0
JUDGE_EVERY_S = 60.0
BIND_EVERY_S = 2.0


class Accounting:
    """`run` until it is cancelled. `listening` is set while the port is ours."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        vault: Vault,
        port: int,
        announce: Announce,
        ring: Ring,
        clock: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._port = port
        self._announce = announce
        self._clock = clock
        self._metrics = metrics
        self._ledger = Ledger(engine, ring=ring, clock=clock)
        self._closing = Closing(engine, ring=ring, clock=clock)
        self._listener = Listener(metrics=metrics, clock=lambda: clock().timestamp())
        self._moves: list[Moves] = []
        self._moved = asyncio.Event()
        self._reloaded = asyncio.Event()
        self._listening_since: datetime | None = None
        self._known = asyncio.Event()
        self.listening = asyncio.Event()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_clients(), name="nas")
            tasks.create_task(self._listen(), name="listener")
            tasks.create_task(self._commit(), name="commits")
            tasks.create_task(self._close(), name="closing")
            tasks.create_task(self._tell(), name="sessions moved")

    async def _listen(self) -> None:
        """Another process may have the port, a FreeRADIUS or a collector: it is tried again until it is free."""
        loop = asyncio.get_running_loop()
        await self._known.wait()  # else the first packets would be a stranger's
        told = False
        while True:
            try:
                sock = bound(self._port)
                break
            except OSError as error:
                if not told:
                    log.warning(
                        "radius_port_not_ours",
                        port=self._port,
                        reason=str(error),
                        hint="Sessions are not recorded here until it is free; devices are polled as ever. "
                        "FAROL_RADIUS_ACCT_PORT chooses another.",
                    )
                    told = True
                await asyncio.sleep(BIND_EVERY_S)
        transport, _ = await loop.create_datagram_endpoint(lambda: self._listener, sock=sock)
        log.info("radius_listening", port=self._port)
        self._listening_since = self._clock()
        self.listening.set()
        try:
            await asyncio.Event().wait()
        finally:
            transport.close()

    async def _follow_clients(self) -> None:
        """NAS that were added or changed are known within two seconds."""
        known: list[tuple[object, ...]] | None = None
        while True:
            try:
                rows = await self._nas()
                if rows != known:
                    self._listener.clients = Clients(self._opened(rows))
                    known = rows
                    self._metrics.radius_nas.set(len(rows))
                    self._known.set()
            except AWAY as error:
                if not is_away(error):
                    raise
                log.debug("nas_not_read", reason=reason(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _nas(self) -> list[tuple[object, ...]]:
        columns = (Nas.id, Nas.network, Nas.secret, Nas.company_id, Nas.business_unit_id, Nas.city_id)
        async with self._engine.connect() as db:
            return [tuple(row) for row in await db.execute(select(*columns).where(Nas.enabled).order_by(Nas.id))]

    def _opened(self, rows: Sequence[tuple[object, ...]]) -> list[Client]:
        clients = []
        for number, network, sealed, *place in rows:
            try:
                secret = self._vault.open(sealed, purpose="radius", record=f"nas:{number}")  # type: ignore[arg-type]
            except VaultError as error:
                log.error("nas_secret_unreadable", nas=number, reason=str(error))
                continue
            clients.append(Client(number, network, secret, Place(*place)))  # type: ignore[arg-type]
        return clients

    async def _commit(self) -> None:
        """One batch at a time, in the order of arrival. Postgres' absence is logged at its beginning and its end."""
        failures = 0
        while True:
            await self._listener.filled.wait()
            if self._listener.waiting < LARGEST_BATCH:
                await asyncio.sleep(WINDOW_S)
            taken = self._listener.take(LARGEST_BATCH)
            try:
                await self._store(taken)
            except AWAY as error:
                self._listener.give_up(taken)
                if not is_away(error):
                    raise
                failures += 1
                self._metrics.radius_commit_failures.inc()
                if failures == 1:
                    log.warning("postgres_away", packets=len(taken), reason=reason(error))
                await asyncio.sleep(RETRY_S)
                continue
            except BaseException:
                self._listener.give_up(taken)
                raise
            if failures:
                log.info("postgres_back", failures=failures)
                failures = 0

    async def _store(self, taken: list[Waiting]) -> None:
        """Store and reply. What Postgres refuses is found by halves, so that it does not hold up the rest."""
        try:
            async with asyncio.timeout(COMMIT_DEADLINE_S):
                moves = await self._ledger.store([Heard(each.client, each.notice) for each in taken])
        except AWAY as error:
            if not state(error).startswith(REFUSED):
                raise
            if len(taken) > 1:
                half = len(taken) // 2
                await self._store(taken[:half])
                await self._store(taken[half:])
                return
            log.error("notice_refused", nas=taken[0].client.id, reason=reason(error))
            self._metrics.radius_dropped.labels("refused").inc()
            self._listener.give_up(taken)
            return
        self._listener.acknowledge(taken)
        self._metrics.radius_batch.observe(len(taken))
        self._metrics.radius_ignored.inc(moves.ignored)
        self._note(moves)
        if moves.reloaded:
            self._reloaded.set()

    def _note(self, moves: Moves) -> None:
        if moves.sessions:
            self._moves.append(moves)
            self._moved.set()

    async def _close(self) -> None:
        """At once after a reload; and once a minute what a collector that died left undone, and what fell silent."""
        while True:
            try:
                for nas_id in await self._closing.reloaded():
                    while (moves := await self._closing.close_reloaded(nas_id)).sessions:
                        self._ended("reload", moves)
                if self._listening_since is not None:
                    for moves in await self._closing.judge_silence(self._listening_since):
                        self._ended("lost", moves)
            except AWAY as error:
                if not is_away(error):
                    raise
                log.warning("closing_failed", reason=reason(error))
            try:
                async with asyncio.timeout(JUDGE_EVERY_S):
                    await self._reloaded.wait()
            except TimeoutError:
                continue
            self._reloaded.clear()

    def _ended(self, how: str, moves: Moves) -> None:
        self._metrics.radius_closed.labels(how).inc(sum(move.ended for move in moves.sessions.values()))
        self._note(moves)

    async def _tell(self) -> None:
        """Batches are announced together, four times a second at most; one that is lost is found by the next look."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            some, self._moves = self._moves, []
            readings = _readings(some, self._clock())
            try:
                async with asyncio.timeout(2):
                    await self._announce(readings)
                self._metrics.announced.inc(len(readings))
            except (OSError, TimeoutError) as error:
                log.debug("sessions_not_announced", reason=reason(error))
            await asyncio.sleep(ANNOUNCE_EVERY_S)


def _readings(some: Sequence[Moves], now: datetime) -> list[Reading]:
    together = Moves()
    for moves in some:
        for (place, nas_id), move in moves.sessions.items():
            together.add(place, nas_id, None, started=move.started, ended=move.ended)
            together.sessions[place, nas_id].subscribers |= move.subscribers
    return [
        SessionsMoved(
            place=place,
            at=now.astimezone(UTC).timestamp(),
            nas_id=nas_id,
            started=move.started,
            ended=move.ended,
            subscribers=sorted(move.subscribers),
        )
        for (place, nas_id), move in together.sessions.items()
    ]
