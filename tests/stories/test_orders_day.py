"""A day of 60 technicians through a real house: the panels equal the tables, and are no older than they say.

`python -m bench orders` plays a day of 600 orders at its own pace.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from bench.field_day import FieldDay, staff
from realtime.scope import Place
from tests.stories.house import House
from tests.stories.watcher import watching
from tests.waiting import running, until

ORDERS = 240
CHECKPOINTS = 12


async def test_a_day_of_sixty_technicians_is_on_the_panels_as_it_is_in_the_tables(home: House) -> None:
    work = await staff(home.engine, Place(home.world.north, home.world.unit, home.world.alto))
    async with home.signed_in("root") as root:
        day = FieldDay(root, work, orders=ORDERS, lasts=None)
        status, board = day.topics
        async with watching(home.url, root.cookies, status, board) as watcher, running(day.play()):

            def held(topic: str) -> tuple[Any, datetime]:
                found = watcher.client.held[topic]
                return found.data, found.as_of

            frames = 0

            def honest() -> bool:
                nonlocal frames
                frames += 1
                day.is_as_old_as_it_says(*held(board))
                return day.over

            asked = 4 * ORDERS
            listening = asyncio.create_task(watcher.shows(honest, within_s=240))
            for number in range(1, CHECKPOINTS + 1):
                reached = asked * number // CHECKPOINTS

                async def far_enough(reached: int = reached) -> bool:
                    assert not listening.done() or day.over, listening.exception()
                    return day.over or day.answered >= reached

                await until(far_enough, within_s=240)
                await day.checkpoint(home.engine, held, watcher.shows)
            await until(lambda: _over(day), within_s=240, what="the end of the day")
            await day.checkpoint(home.engine, held, watcher.shows)
            await listening
            ends = held(status)[0]["counts"]
    assert ends["done"] + ends["failed"] + ends["cancelled"] == ORDERS
    assert frames > CHECKPOINTS
    print(f"\n{day.answered} requests, the slowest {day.slowest_s:.2f} s, {frames} frames")


async def _over(day: FieldDay) -> bool:
    return day.over
