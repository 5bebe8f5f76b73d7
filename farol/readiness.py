"""Waiting for the first good answer of `/health/ready`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx

from farol.embedded.postgres import last_words
from farol.program import Program
from farol.refusal import Refusal
from farol.supervisor import in_words

PATIENCE_S = 90.0
POLL_S = 0.05


async def wait_until_ready(url: str, serving: Sequence[Program]) -> None:
    """Returns when the server is ready. Raises Refusal when one of the processes ends before, or time is up."""
    asking = asyncio.create_task(_ask(url))
    endings = {asyncio.create_task(child.wait()): child for child in serving}
    try:
        done, _ = await asyncio.wait({asking, *endings}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        for ended, child in ((ended, child) for ended, child in endings.items() if ended in done):
            raise Refusal(
                f"{child.name} {in_words(ended.result())} while it started. "
                f"Its log ({child.log}) ends: {last_words(child.log, child.log_began)}"
            )
        if not done:
            raise Refusal(f"The server does not get ready: {await _complaint(url)}. Its log is {serving[0].log}.")
        asking.result()
    finally:
        for task in (asking, *endings):
            task.cancel()
        await asyncio.gather(asking, *endings, return_exceptions=True)


async def _ask(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=5) as client:
        while True:
            try:
                if (await client.get("/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass  # it does not listen yet
            await asyncio.sleep(POLL_S)


async def _complaint(url: str) -> str:
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=5) as client:
            parts: dict[str, str] = (await client.get("/health/ready")).json()["parts"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        return f"no answer after {PATIENCE_S:.0f} s ({type(error).__name__})"
    return ", ".join(f"{name} {state}" for name, state in parts.items() if state != "ok")
