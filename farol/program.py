"""The processes of Farol's own that `farol up` starts: `python -m farol serve`, `collect` and `demo`."""

from __future__ import annotations

import os
import sys

from farol.child import Child
from farol.embedded.fill import filled
from farol.settings import Settings, as_environment

GRACE_S = {"serve": 20.0, "collect": 15.0, "demo": 5.0}
"""Seconds to end in: `serve` lets viewers go (5) and requests finish (8), `collect` stores what it holds."""


class Program:
    """A part for the supervisor. Reads where the embedded servers are at each start."""

    def __init__(self, name: str, command: str, settings: Settings) -> None:
        self.name = name
        self.log = settings.home / "log" / f"{name}.log"
        self.log_began = 0
        self._settings = settings
        self._given: Settings | None = None
        self._child = Child(
            name,
            [sys.executable, "-m", "farol", command],
            pid_file=settings.home / "run" / f"{name}.pid",
            log=self.log,
            grace=GRACE_S[command],
        )

    async def start(self) -> None:
        self._given = filled(self._settings)
        self._child.env = {**os.environ, **as_environment(self._given)}
        self.log_began = self.log.stat().st_size if self.log.exists() else 0
        await self._child.start()

    async def wait(self) -> int:
        return await self._child.wait()

    async def stop(self) -> None:
        await self._child.stop()

    async def follow(self) -> None:
        """Ends the process, for its keeper to start it again, when a server it was told of has moved.

        An embedded server keeps its port unless another program took it while the server was down.
        """
        if self._child.running and filled(self._settings) != self._given:
            await self._child.stop()


def programs(settings: Settings) -> tuple[list[Program], list[Program]]:
    """What runs beside the embedded servers: the serving processes, which share one port, and the others."""
    names = ["serve"] if settings.workers == 1 else [f"serve-{number}" for number in range(1, settings.workers + 1)]
    # The demo first: its agents are what `collect` asks at once.
    others = ["demo", "collect"] if settings.demo else ["collect"]
    return [Program(name, "serve", settings) for name in names], [Program(name, name, settings) for name in others]
