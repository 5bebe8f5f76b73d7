"""Other SNMP clients asking what a poll asks: `python -m bench.peers gufo|pysnmp UDP_PORTS DEVICES ROUNDS INTERFACES`.

Prints microseconds of CPU per variable, start-up excluded. The answers are thrown away.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import uvloop

from bench.agents import address
from collectors.packing import CEILING, Counted, pack

Ask = Callable[[], Awaitable[int]]
"""One request; how many variables came back."""


def oids(interfaces: int) -> list[str]:
    return pack([Counted(index, index, 64, None) for index in range(1, interfaces + 1)], CEILING)[0].question.oids


def gufo(number: int, port: int, asked: list[str]) -> Ask:
    from gufo.snmp import SnmpVersion
    from gufo.snmp.aio import SnmpSession

    session = SnmpSession(address(number), port=port, community="public", version=SnmpVersion.v2c, timeout=30.0)

    async def ask() -> int:
        return len(await session.get_many(asked))

    return ask


def pysnmp(number: int, port: int, asked: list[str]) -> Ask:
    from pysnmp.hlapi.v1arch.asyncio import (
        CommunityData,
        ObjectIdentity,
        ObjectType,
        SnmpDispatcher,
        UdpTransportTarget,
        get_cmd,
    )

    dispatcher = SnmpDispatcher()

    async def ask() -> int:
        target = await UdpTransportTarget.create((address(number), port), timeout=30, retries=0)
        names = [ObjectType(ObjectIdentity(oid)) for oid in asked]
        error, _, _, values = await get_cmd(dispatcher, CommunityData("public", mpModel=1), target, *names)
        assert not error, error
        return len(values)

    return ask


async def main() -> None:
    program, ports, devices, rounds, interfaces = sys.argv[1:]
    make: Callable[[int, int, list[str]], Ask] = {"gufo": gufo, "pysnmp": pysnmp}[program]
    udp_ports, asked = [int(port) for port in ports.split(",")], oids(int(interfaces))
    asks = [make(number, udp_ports[number % len(udp_ports)], asked) for number in range(int(devices))]

    async def repeated(ask: Ask, times: int) -> int:
        return sum([await ask() for _ in range(times)])

    def every(times: int) -> Coroutine[Any, Any, list[int]]:
        return asyncio.wait_for(asyncio.gather(*(repeated(ask, times) for ask in asks)), 300)

    await every(1)
    began = time.process_time()
    variables = sum(await every(int(rounds)))
    print((time.process_time() - began) * 1e6 / variables)


if __name__ == "__main__":
    uvloop.run(main())
