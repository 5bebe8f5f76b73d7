"""CPU per variable polled, turned into a rate, stored in PostgreSQL and announced through Valkey.

A collector as `farol collect` starts it asks Debian's snmpd, a thousand devices of 22 ports each on 127.0.0.0/8, every
10 s. Counted is the CPU time of the collecting process alone, leases, batches and clock included, over the variables
whose rates were heard on the bus. Beside it gufo-snmp and pysnmp ask the same agents the same variables, and do nothing
with the answers. `python -m bench.polling` prints the figures.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bench.agents import address, snmpd
from bench.figures import Figure
from bench.installation import Installation, end, installation
from bench.machine import cpu_seconds, describe, resident_bytes
from collectors.packing import CEILING, Counted, pack
from collectors.question import request_id
from collectors.snmp_header import read_header
from db.engine import create_engine
from db.models import BusinessUnit, City, Company, Device
from db.vault import Vault
from realtime.bus import Bus
from realtime.readings import DevicePolled, Reading, TrafficSampled

DEVICES = 1_000
PORTS = 22
INTERVAL_S = 10
WINDOW_S = 10.0
WINDOWS = 5
"""The figure is the median of the windows, each one interval long: what else the machine does comes and goes."""

LONGEST_START_S = 180.0
SECRET = b"what the measured collector seals with"
TARGET_US = 11.0
RESULTS = Path(__file__).with_name("results")
AGENTS = 2


@dataclass
class Heard:
    """What came over the bus since the start."""

    rows: int = 0
    rates: int = 0
    polls: int = 0
    missed: int = 0
    devices: set[int] = field(default_factory=set)

    def hear(self, readings: list[Reading]) -> None:
        for reading in readings:
            if isinstance(reading, TrafficSampled):
                self.rows += len(reading.rows)
                self.rates += sum(1 for _, in_bps, _ in reading.rows if in_bps is not None)
                self.devices.add(reading.device_id)
            elif isinstance(reading, DevicePolled):
                self.polls += 1
                self.missed += reading.round_trip_ms is None

    @property
    def variables(self) -> int:
        """In and out of each port, and each poll's sysUpTime."""
        return 2 * self.rows + self.polls - self.missed


async def _devices(home: Installation, ports: list[int]) -> None:
    vault = Vault(SECRET)
    engine = create_engine(home.database_url)
    async with AsyncSession(engine) as session, session.begin():
        company = Company(name="Bench", legal_name="Bench", cnpj="11222333000181", time_zone="America/Sao_Paulo")
        city = City(name="Bench", state="MG", ibge_code="3106200", latitude=-19.9, longitude=-43.9)
        session.add_all([company, city])
        await session.flush()
        unit = BusinessUnit(company_id=company.id, name="Bench")
        session.add(unit)
        await session.flush()
        devices = [
            Device(
                company_id=company.id,
                business_unit_id=unit.id,
                city_id=city.id,
                name=f"Agent {number}",
                address=address(number),
                port=ports[number % len(ports)],
                kind="router",
                snmp_version="2c",
                snmp_credentials=b"",
                poll_interval_s=INTERVAL_S,
                enabled=True,
                created_at=datetime.now(UTC),
            )
            for number in range(DEVICES)
        ]
        session.add_all(devices)
        await session.flush()
        for device in devices:
            device.snmp_credentials = vault.seal(
                b'{"community":"public"}', purpose="snmp", record=f"device:{device.id}"
            )
    await engine.dispose()


@asynccontextmanager
async def _collector(home: Installation) -> AsyncIterator[asyncio.subprocess.Process]:
    with tempfile.TemporaryDirectory(prefix="farol-bench-collect-") as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "farol.collect",
            env={
                **os.environ,
                "DATABASE_URL": home.database_url,
                "REDIS_URL": home.redis_url,
                "FAROL_SECRET": SECRET.decode(),
                "FAROL_HOME": folder,
            },
        )
        try:
            yield process
        finally:
            await end(process)


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Of the collecting process, while `variables` were polled, stored and heard."""

    cpu_s: float
    variables: int
    missed: int
    resident_mb: float

    @property
    def us_per_variable(self) -> float:
        return self.cpu_s * 1e6 / self.variables


async def of_farol(home: Installation, ports: list[int]) -> list[Spent]:
    """The windows, cheapest first."""
    heard = Heard()
    await _devices(home, ports)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            Bus(
                home.redis_url,
                on_facts=lambda facts: None,
                on_readings=heard.hear,
                on_control=lambda message: None,
                on_gap=lambda: None,
            )
        )
        process = await stack.enter_async_context(_collector(home))
        async with asyncio.timeout(LONGEST_START_S):
            while len(heard.devices) < DEVICES:
                assert process.returncode is None, "the collector ended"
                await asyncio.sleep(0.5)
        await asyncio.sleep(2.5 * INTERVAL_S)  # every device has had its first rates, and grown its requests
        windows = [await _window(heard, process.pid) for _ in range(WINDOWS)]
        return sorted(windows, key=lambda spent: spent.us_per_variable)


async def _window(heard: Heard, pid: int) -> Spent:
    variables, missed, cpu_s = heard.variables, heard.missed, cpu_seconds(pid)
    await asyncio.sleep(WINDOW_S)
    return Spent(
        cpu_s=cpu_seconds(pid) - cpu_s,
        variables=heard.variables - variables,
        missed=heard.missed - missed,
        resident_mb=resident_bytes(pid) / 2**20,
    )


def of_parsing(port: int) -> tuple[float, float]:
    """us per variable to read an answer that an agent gave, and to make its request, with no socket."""
    counted = [Counted(index, index, 64, None) for index in range(1, PORTS + 1)]
    question = pack(counted, CEILING)[0].question
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(5)
        asking.sendto(question.datagram(b"public", request_id(7)), (address(0), port))
        answer = asking.recv(65_535)
    assert None not in question.read(answer, read_header(answer).start)

    def us(work: Callable[[], object], rounds: int = 5_000) -> float:
        began = time.process_time()
        for _ in range(rounds):
            work()
        return (time.process_time() - began) * 1e6 / rounds / len(question.oids)

    return (
        us(lambda: question.read(answer, read_header(answer).start)),
        us(lambda: question.datagram(b"public", request_id(7))),
    )


async def of_peer(program: str, ports: list[int], devices: int, rounds: int) -> float:
    """us of CPU per variable of `bench.peers <program>`, which asks and forgets."""
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "bench.peers",
            program,
            ",".join(map(str, ports)),
            str(devices),
            str(rounds),
            str(PORTS),
        ),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = await process.stdout.read()
    assert await process.wait() == 0, f"{program} failed"
    return float(said)


async def measure() -> list[Figure]:
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(installation())
        ports = [await stack.enter_async_context(snmpd(PORTS)) for _ in range(AGENTS)]
        windows = await of_farol(home, ports)
        gufo = await of_peer("gufo", ports, 20, 20)
        pysnmp = await of_peer("pysnmp", ports, 5, 3)
        read, make = await asyncio.to_thread(of_parsing, ports[0])
    best, spent, worst = windows[0], windows[WINDOWS // 2], windows[-1]
    what = f"{DEVICES} devices of {PORTS} ports every {INTERVAL_S} s"
    return [
        Figure(
            what=f"CPU per variable polled, stored and announced, {what}",
            value=spent.us_per_variable,
            unit="us",
            target=TARGET_US,
            peer=gufo,
            peer_name="gufo-snmp, asking only",
        ),
        Figure(
            what="the same beside pysnmp",
            value=spent.us_per_variable,
            unit="us",
            peer=pysnmp,
            peer_name="pysnmp, asking only",
        ),
        Figure(what="the same in the best window", value=best.us_per_variable, unit="us"),
        Figure(what="the same in the worst window", value=worst.us_per_variable, unit="us"),
        Figure(what="of which reading the answer", value=read, unit="us"),
        Figure(what="of which making the request", value=make, unit="us"),
        Figure(what="variables per second of wall time", value=spent.variables / WINDOW_S, unit="1/s"),
        Figure(what="polls without an answer", value=sum(window.missed for window in windows), unit=""),
        Figure(what="resident memory of the collector", value=spent.resident_mb, unit="MB"),
    ]


def main() -> None:
    machine = describe()
    figures = asyncio.run(measure())
    text = msgspec.json.format(msgspec.json.encode({"machine": machine, "figures": figures})).decode()
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "polling.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
