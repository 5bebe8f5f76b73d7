"""What the administrative commands work with: the parts of a serving process, without the server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from backend.errors import Problem
from backend.services import Services
from farol.commands.settings import settings
from farol.database import opened, reached
from farol.refusal import Refusal
from farol.serve import wire
from realtime.control import RightsChanged

FLUSH = timedelta(seconds=2)


def run[T](work: Callable[[Services], Awaitable[T]]) -> T:
    """Runs `work` with a database that answers and a bus that is heard. Raises Refusal."""

    try:
        return asyncio.run(_whole(work))
    except Problem as problem:
        raise Refusal(problem.detail) from problem


async def _whole[T](work: Callable[[Services], Awaitable[T]]) -> T:
    async with reached(settings()) as filled, opened(filled) as engine:
        services = wire(
            engine=engine,
            redis_url=filled.redis_url,
            secret=filled.secret,
            clock=lambda: datetime.now(UTC),
            build="",
            demo=False,
        ).services
        async with services.bus:
            # The bus is a task group, which would wrap an error: it leaves the block as a result.
            (result,) = await asyncio.gather(work(services), return_exceptions=True)
            await services.bus.flush(FLUSH)
        if isinstance(result, BaseException):
            raise result
        return result


async def rights_changed(services: Services, user_id: int) -> None:
    """Sockets of this user are asked again who they are. The next check, a minute later, would do it too."""
    await services.bus.control(RightsChanged(user_id=user_id))
