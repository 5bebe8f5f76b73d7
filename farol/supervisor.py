"""Keeps processes alive: what ends is started again, with growing patience, and everybody is told."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import structlog

from farol.refusal import Refusal

log = structlog.get_logger(__name__)

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 30.0
SETTLED_S = 60.0
"""Who lived this long is healthy: the next death is answered at once again."""


class Part(Protocol):
    """A process with a life: an embedded server or a child."""

    @property
    def name(self) -> str: ...

    async def start(self) -> None:
        """Returns when it runs (a server: when it answers). Raises Refusal or OSError when it cannot."""

    async def wait(self) -> int:
        """Returns the status with which it ended; negative: the signal."""

    async def stop(self) -> None: ...


@dataclass
class Patience:
    """How long to wait before the next start."""

    waits_s: float = FIRST_WAIT_S

    def after(self, lived_s: float) -> float:
        """The wait in seconds for something that lived `lived_s`; it doubles for what keeps dying young."""
        if lived_s >= SETTLED_S:
            self.waits_s = FIRST_WAIT_S
        waits, self.waits_s = self.waits_s, min(LONGEST_WAIT_S, self.waits_s * 2)
        return waits


def in_words(status: int) -> str:
    """How a process ended, from its exit status."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


class Supervisor:
    """`async with Supervisor(tell=...) as supervisor`, then `keep` each part in the order of need.

    At the end of the block all parts are stopped: those started together at the same time, the last ones first.
    """

    def __init__(self, *, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._groups: list[list[Part]] = []
        self._tasks = asyncio.TaskGroup()
        self._keepers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for group in reversed(self._groups):
            await asyncio.gather(*(part.stop() for part in group))
        if isinstance(error, asyncio.CancelledError):
            await self._tasks.__aexit__(kind, error, trace)
        else:  # a task group would wrap the error of the block, which is a sentence for a person
            await self._tasks.__aexit__(None, None, None)

    async def start(self, *parts: Part) -> None:
        """Starts the parts side by side. They are stopped at the end also when one of them could not start."""
        self._groups.append(list(parts))
        results = await asyncio.gather(*(part.start() for part in parts), return_exceptions=True)
        for failed in (result for result in results if result is not None):
            raise failed

    def keep(self, part: Part, restarted: Callable[[], Awaitable[None]] | None = None) -> None:
        """From now on starts `part`, which runs, again whenever it ends; then awaits `restarted`."""
        self._keepers.append(self._tasks.create_task(self._keep(part, restarted), name=f"keep {part.name}"))

    async def _keep(self, part: Part, restarted: Callable[[], Awaitable[None]] | None) -> None:
        loop = asyncio.get_running_loop()
        patience = Patience()
        began = loop.time()
        while True:
            happened = in_words(await part.wait())
            while True:
                wait_s = patience.after(loop.time() - began)
                log.warning("part_ended", part=part.name, how=happened, starting_again_in_s=wait_s)
                self._tell(f"{part.name} {happened}: starting it again" + (f" in {wait_s:.0f} s" if wait_s > 1 else ""))
                await asyncio.sleep(wait_s)
                began = loop.time()
                try:
                    await part.start()
                except (Refusal, OSError, TimeoutError) as error:
                    happened = f"did not start ({str(error) or type(error).__name__})"
                else:
                    break
            log.info("part_restarted", part=part.name)
            self._tell(f"{part.name} runs again")
            if restarted is not None:
                await restarted()
