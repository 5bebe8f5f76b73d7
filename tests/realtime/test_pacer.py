"""Viewers are woken at once when they were quiet, and at a steady pace when there is always something."""

from __future__ import annotations

import asyncio

from realtime.pacer import BURST, Pacer
from tests.realtime.virtual_time import run


class Sleeper:
    def __init__(self) -> None:
        self.ready_at = 0.0
        self.woken: list[float] = []

    def wake(self) -> None:
        self.woken.append(asyncio.get_running_loop().time())


def test_a_quiet_viewer_is_woken_at_once_for_the_first_few_and_then_once_per_interval() -> None:
    async def main() -> None:
        pacer, viewer = Pacer[Sleeper](0.1), Sleeper()
        await asyncio.sleep(5)
        for _ in range(400):
            pacer.moved([viewer])
            await asyncio.sleep(0.01)
        first = [round(at - 5, 2) for at in viewer.woken[:BURST]]
        assert first == [0.0, 0.01, 0.02]
        gaps = [later - at for at, later in zip(viewer.woken[BURST:], viewer.woken[BURST + 1 :], strict=False)]
        assert min(gaps) > 0.08
        assert len(viewer.woken) <= 4 / 0.1 + BURST

    run(main())


def test_what_moves_in_one_turn_wakes_once_and_the_last_change_is_never_left_waiting() -> None:
    async def main() -> None:
        pacer, viewers = Pacer[Sleeper](0.1), [Sleeper() for _ in range(3)]
        await asyncio.sleep(1)
        for _ in range(20):
            pacer.moved(viewers)
        await asyncio.sleep(0)
        assert [len(viewer.woken) for viewer in viewers] == [1, 1, 1]
        for _ in range(10):
            pacer.moved(viewers)
            await asyncio.sleep(0.001)
        last = asyncio.get_running_loop().time()
        await asyncio.sleep(1)
        for viewer in viewers:
            assert last <= viewer.woken[-1] <= last + 0.3

    run(main())


def test_a_viewer_that_left_is_not_woken() -> None:
    async def main() -> None:
        pacer, viewer = Pacer[Sleeper](0.1), Sleeper()
        pacer.moved([viewer])
        pacer.forget(viewer)
        await asyncio.sleep(1)
        assert viewer.woken == []

    run(main())
