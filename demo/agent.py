"""SNMP agents on UDP, one socket a device, all in one event loop."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

from demo.answer import Dropped, answer
from demo.plant import COMMUNITY
from demo.replay import Replay
from demo.traffic import on_curve

Clock = Callable[[], float]
"""Epoch seconds."""


class Agent(asyncio.DatagramProtocol):
    """Answers for one device. `dropped` counts datagrams without an answer by reason, `answered` the others."""

    def __init__(self, replay: Replay, *, clock: Clock, community: str = COMMUNITY) -> None:
        self.replay = replay
        self.answered = 0
        self.dropped: Counter[str] = Counter()
        self.address: tuple[str, int] = ("", 0)
        self._clock = clock
        self._community = community
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not narrowed to DatagramTransport: uvloop's transport is not asyncio's class.
        self._transport = transport
        self.address = transport.get_extra_info("sockname")[:2]

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        at = on_curve(self._clock())
        if self.replay.device.is_silent(at):
            self.dropped["silent"] += 1
            return
        try:
            response = answer(self.replay, data, community=self._community, at=at)
        except Dropped as why:
            self.dropped[why.reason] += 1
            return
        self._transport.sendto(response, addr)
        self.answered += 1

    async def listen(self, address: str, port: int) -> Self:
        """Port 0 takes a free one, see `address`. Raises OSError when the port is taken."""
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=(address, port))
        return self

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


@asynccontextmanager
async def serving(places: Iterable[tuple[Replay, str, int]], *, clock: Clock) -> AsyncIterator[list[Agent]]:
    """Agents at (address, port), all or none; closed with the block."""
    async with AsyncExitStack() as stack:
        agents = []
        for replay, address, port in places:
            agent = Agent(replay, clock=clock)
            await agent.listen(address, port)
            stack.callback(agent.close)
            agents.append(agent)
        yield agents
