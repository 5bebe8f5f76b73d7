"""Waiting for a condition, never for a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any


async def until[T](ask: Callable[[], Awaitable[T]], *, within_s: float = 60.0, what: str = "it") -> T:
    """Asks again until the answer is truthy. The deadline is for a machine that is busy; nothing waits for it."""
    deadline = asyncio.get_running_loop().time() + within_s
    while not (answer := await ask()):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"{what} did not happen within {within_s:g} s: {answer!r}")
        await asyncio.sleep(0.02)
    return answer


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work that goes on beside the block, and ends with it. If it fails, so does the block, at its end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
