"""Agents of the demo on free loopback ports, and net-snmp's own tools to ask them with."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from demo.agent import Agent, serving
from demo.plant import COMMUNITY, DEVICES, Device
from demo.replay import Replay
from demo.traffic import EPOCH_S

NOON_S = EPOCH_S + 200 * 86_400 + 12 * 3600
"""Epoch seconds: an instant at which every device answers."""


class Clock:
    """Epoch seconds, moved by the test."""

    def __init__(self, now: float = NOON_S) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def device_of(family: str) -> Device:
    return next(device for device in DEVICES if device.family == family)


@asynccontextmanager
async def listening(*devices: Device, clock: Clock) -> AsyncIterator[list[Agent]]:
    async with serving([(Replay(device), "127.0.0.1", 0) for device in devices], clock=clock) as agents:
        yield agents


async def ask(
    tool: str, port: int, *arguments: str, community: str = COMMUNITY, wait_s: float = 2.0
) -> tuple[int, str]:
    """Exit status and output of snmpget, snmpgetnext, snmpbulkwalk..."""
    process = await asyncio.create_subprocess_exec(
        tool, "-v2c", f"-c{community}", "-On", f"-t{wait_s}", "-r0", f"127.0.0.1:{port}", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env={**os.environ, "MIBS": ""},
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()
