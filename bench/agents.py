"""Debian's snmpd as many devices: listening on every address of 127.0.0.0/8, with counters that move by the clock."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Unmeasured
from collectors.packing import UPTIME
from collectors.question import Question, request_id

COUNTERS = Path(__file__).with_name("pass_counters.py")
TABLES = (".1.3.6.1.2.1.2", ".1.3.6.1.2.1.31")


def address(number: int) -> str:
    """The address of device `number`, from 0: 127.1.0.1 and on."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


@asynccontextmanager
async def snmpd(ports: int) -> AsyncIterator[int]:
    """The UDP port where it answers, on every loopback address, with `ports` interfaces."""
    program = shutil.which("snmpd") or shutil.which("snmpd", path="/usr/sbin")
    if program is None:
        raise Unmeasured("snmpd is not installed (Debian: apt-get install snmpd)")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    with TemporaryDirectory(prefix="farol-snmpd-") as folder:
        config = Path(folder) / "conf"
        config.write_text(
            f"agentaddress udp:0.0.0.0:{port}\nrocommunity public 127.0.0.0/8\n"
            + "".join(f"pass_persist {table} {sys.executable} -S {COUNTERS} {table} {ports}\n" for table in TABLES)
        )
        process = await asyncio.create_subprocess_exec(
            *(program, "-f", "-Lf", str(Path(folder) / "log"), "-C", "-c", str(config)),
            *("-I", "-ifTable,ifXTable,ifNumber,interfaces"),
            env={**os.environ, "SNMP_PERSISTENT_DIR": folder, "MIBS": ""},
            stdin=asyncio.subprocess.DEVNULL,
        )
        try:
            await asyncio.to_thread(_answering, port)
            yield port
        finally:
            process.terminate()
            await process.wait()


def _answering(port: int) -> None:
    """Returns when the agent answers for the first time."""
    question = Question([UPTIME])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.2)
        for _ in range(150):
            asking.sendto(question.datagram(b"public", request_id(1)), (address(0), port))
            with suppress(TimeoutError):
                asking.recv(65_535)
                return
    raise Unmeasured("snmpd was started and does not answer")
