"""The build of the pages, as a process of its own: it takes half a minute of a core, and can be ended at any time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys

from farol.child import launched
from farol.refusal import Refusal
from farol.settings import Settings, as_environment
from farol.telling import Telling

GRACE_S = 5.0


async def build_pages(settings: Settings, telling: Telling) -> None:
    """Returns when the pages of these sources are there. Raises Refusal with the builder's own sentence."""
    with telling.stage("Pages") as stage:
        building = await asyncio.create_subprocess_exec(
            *launched([sys.executable, "-m", "farol", "build"], on_parent_death=signal.SIGTERM),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **as_environment(settings)},
            start_new_session=True,
        )
        assert building.stdout is not None
        line = ""
        try:
            async for printed in building.stdout:
                line = printed.decode(errors="replace").strip() or line
                stage.now(line)
            status = await building.wait()
        except asyncio.CancelledError:
            await _end(building)
            raise
    if status != 0:
        raise Refusal(line or f"The build of the pages ended with status {status}.")


async def _end(building: asyncio.subprocess.Process) -> None:
    """Also the programs it started (node), which are in its process group."""
    for ending in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(building.pid, ending)
        try:
            async with asyncio.timeout(GRACE_S):
                await building.wait()
                return
        except TimeoutError:
            continue
