"""Agents to poll: Debian's snmpd with counters a test can set, and liars on raw UDP."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

Answer = Callable[[bytes], list[bytes]]
"""What a liar sends back for a request: any number of datagrams."""


class Liar(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport) or hasattr(transport, "sendto")
        self._transport = transport  # type: ignore[assignment]  # uvloop's transport is not asyncio's class

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.requests.append(data)
        for datagram in self._answer(data):
            assert self._transport is not None
            self._transport.sendto(datagram, addr)


@asynccontextmanager
async def liar(answer: Answer) -> AsyncIterator[tuple[Liar, int]]:
    """The agent and its port on 127.0.0.1."""
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Liar(answer), local_addr=("127.0.0.1", 0)
    )
    try:
        yield protocol, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Snmpd:
    """Debian's snmpd on a free loopback port: a context manager.

    With `interfaces` its own interface tables are switched off and served from `set_interface`, through snmpd's
    pass_persist; without it they are the machine's.
    """

    def __init__(self, *, interfaces: bool = True, extra: str = "") -> None:
        self.port = free_udp_port()
        self._home = Path(tempfile.mkdtemp(prefix="farol-snmpd-"))
        self._rows = self._home / "rows"
        self._interfaces = interfaces
        self._extra = extra
        self._process: subprocess.Popen[bytes] | None = None
        self._values: dict[str, tuple[str, str]] = {}
        self._arguments: list[str] = []

    def __enter__(self) -> Self:
        self._write()
        script = Path(__file__).with_name("pass_rows.py")
        config = [
            f"agentaddress udp:127.0.0.1:{self.port}",
            "rocommunity public 127.0.0.1",
            "sysName agent-under-test",
            self._extra,
        ]
        arguments = ["snmpd", "-f", "-Lf", str(self._home / "log"), "-C", "-c", str(self._home / "conf")]
        if self._interfaces:
            command = f"{sys.executable} -S {script} {self._rows}"
            config += [f"pass_persist {base} {command}" for base in (".1.3.6.1.2.1.2", ".1.3.6.1.2.1.31")]
            arguments += ["-I", "-ifTable,ifXTable,ifNumber,interfaces"]
        (self._home / "conf").write_text("\n".join(config) + "\n")
        self._arguments = arguments[1:]
        self._start()
        return self

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [shutil.which("snmpd") or "/usr/sbin/snmpd", *self._arguments],
            env={**os.environ, "SNMP_PERSISTENT_DIR": str(self._home), "MIBS": ""},
            stdin=subprocess.DEVNULL,
        )
        self._wait()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    @contextmanager
    def rebooted(self) -> Iterator[None]:
        """Off inside the block, and on again after it with a sysUpTime that begins at zero, as a device does it."""
        self.stop()
        yield
        self._start()

    def set_interface(
        self,
        index: int,
        name: str,
        *,
        octets_in: int = 0,
        octets_out: int = 0,
        alias: str = "",
        mbps: int = 1000,
        hc: bool = True,
        mac: str = "02 00 00 00 00 01",
        oper: int = 1,
    ) -> None:
        """A row of ifTable and ifXTable, replacing what had that index. Seen by the next request."""
        table, extended = ".1.3.6.1.2.1.2.2.1", ".1.3.6.1.2.1.31.1.1.1"
        cells = {
            f"{table}.1": ("integer", str(index)),
            f"{table}.2": ("string", name),
            f"{table}.3": ("integer", "6"),
            f"{table}.5": ("gauge", str(min(mbps * 1_000_000, 2**32 - 1))),
            f"{table}.6": ("octet", mac),
            f"{table}.7": ("integer", "1"),
            f"{table}.8": ("integer", str(oper)),
            f"{table}.10": ("counter", str(octets_in % 2**32)),
            f"{table}.16": ("counter", str(octets_out % 2**32)),
            f"{extended}.1": ("string", name),
            f"{extended}.15": ("gauge", str(mbps)),
            f"{extended}.18": ("string", alias),
        }
        if hc:
            cells[f"{extended}.6"] = ("counter64", str(octets_in))
            cells[f"{extended}.10"] = ("counter64", str(octets_out))
        for column, cell in cells.items():
            self._values[f"{column}.{index}"] = cell
        self._write()

    def remove_interface(self, index: int) -> None:
        self._values = {name: cell for name, cell in self._values.items() if not name.endswith(f".{index}")}
        self._write()

    def _write(self) -> None:
        fresh = self._rows.with_suffix(".new")
        fresh.write_text("".join(f"{name}\t{kind}\t{value}\n" for name, (kind, value) in self._values.items()))
        fresh.replace(self._rows)

    def _wait(self) -> None:
        """Until snmpd answers an SNMP request of net-snmp's own client."""
        for _ in range(50):
            assert self._process is not None
            if self._process.poll() is not None:
                raise RuntimeError("snmpd ended: " + (self._home / "log").read_text())
            answer = subprocess.run(
                ["snmpget", "-v2c", "-cpublic", "-t0.2", "-r0", f"127.0.0.1:{self.port}", "1.3.6.1.2.1.1.3.0"],
                check=False,
                capture_output=True,
                env={**os.environ, "MIBS": ""},
            )
            if answer.returncode == 0:
                return
        raise RuntimeError("snmpd does not answer: " + (self._home / "log").read_text())
