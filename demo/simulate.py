"""`farol demo`: devices that answer SNMP, subscribers that pay and are online, through inputs open to everybody."""

from __future__ import annotations

import asyncio
import ipaddress
import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import msgspec
import structlog

from demo.agent import Agent
from demo.api import Api
from demo.backoff import Backoff
from demo.cashier import Cashier
from demo.dispatch import Dispatch
from demo.helpdesk import HelpDesk
from demo.logins import LOGIN, PASSWORD
from demo.online import Online
from demo.phones import Phones
from demo.plant import DEVICES
from demo.replay import Replay

log = structlog.get_logger(__name__)

MOST_DEVICES = 500


class Server(Protocol):
    """What is needed of the settings: where Farol is served, without a slash at the end, and where it hears RADIUS."""

    @property
    def url(self) -> str: ...

    @property
    def radius_acct_port(self) -> int: ...


class _Listed(msgspec.Struct, frozen=True):
    name: str
    address: str
    port: int


class _Devices(msgspec.Struct):
    items: list[_Listed]


async def run(settings: Server) -> None:
    """Until SIGTERM or SIGINT. A server that is away, or not yet there, is waited for."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, stop.set)
    try:
        async with asyncio.TaskGroup() as group:
            work = group.create_task(
                Simulation(settings.url, radius_port=settings.radius_acct_port, rng=random.Random()).run()
            )
            await stop.wait()
            work.cancel()
    finally:
        for wanted in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(wanted)
    log.info("simulators_stopped")


class Simulation:
    """Everything that is simulated against one server. `clock` gives epoch seconds, `haste` shortens the waits."""

    def __init__(
        self,
        url: str,
        *,
        radius_port: int,
        rng: random.Random,
        haste: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.api = Api(url, login=LOGIN, password=PASSWORD, rng=rng)
        self.cashier = Cashier(self.api, clock=lambda: datetime.fromtimestamp(clock(), UTC), rng=rng, haste=haste)
        self.dispatch = Dispatch(self.api, clock=lambda: datetime.fromtimestamp(clock(), UTC), rng=rng, haste=haste)
        self.online = Online(self.api, port=radius_port, clock=clock, rng=rng)
        self.phones = Phones(self.api, url, clock=clock, rng=rng, haste=haste)
        self.helpdesk = HelpDesk(url, clock=lambda: datetime.fromtimestamp(clock(), UTC), rng=rng, haste=haste)
        self.agents: list[Agent] = []
        self._clock = clock
        self._rng = rng

    async def run(self) -> None:
        """Until cancelled; once."""
        try:
            async with self.api, asyncio.TaskGroup() as group:
                group.create_task(self._answer_for_devices())
                group.create_task(self.cashier.work())
                group.create_task(self.dispatch.work())
                group.create_task(self.phones.work())
                group.create_task(self.online.work())
                group.create_task(self.helpdesk.work())
        finally:
            for agent in self.agents:
                agent.close()

    async def _answer_for_devices(self) -> None:
        """An agent for each device of the demo, where the server says it is polled. A taken port is tried again."""
        known = {device.name: device for device in DEVICES}
        listed = (await self.api.get("/devices", _Devices, limit=MOST_DEVICES)).items
        waiting = [place for place in listed if place.name in known and ipaddress.ip_address(place.address).is_loopback]
        backoff = Backoff(self._rng, first_s=5.0, longest_s=60.0)
        while True:
            for place in list(waiting):
                agent = Agent(Replay(known[place.name]), clock=self._clock)
                try:
                    await agent.listen(place.address, place.port)
                except OSError as error:
                    if not backoff.failures:
                        log.warning("agent_has_no_port", device=place.name, port=place.port, reason=str(error))
                else:
                    self.agents.append(agent)
                    waiting.remove(place)
            if not waiting:
                log.info("agents_listen", devices=len(self.agents))
                return
            await asyncio.sleep(backoff.next_s())
