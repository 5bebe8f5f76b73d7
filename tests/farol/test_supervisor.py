"""The supervisor with parts that live and die on command."""

from __future__ import annotations

import asyncio

import pytest

from farol.refusal import Refusal
from farol.supervisor import FIRST_WAIT_S, LONGEST_WAIT_S, SETTLED_S, Patience, Supervisor, in_words
from tests.waiting import until


class Lamp:
    """A part that burns until somebody breaks it. `broken_starts` fail before one works."""

    def __init__(self, name: str, order: list[str], broken_starts: int = 0) -> None:
        self.name = name
        self.starts = 0
        self._order = order
        self._broken_starts = broken_starts
        self._out = asyncio.Event()

    async def start(self) -> None:
        if self._broken_starts:
            self._broken_starts -= 1
            raise Refusal("no bulb left")
        self.starts += 1
        self._out.clear()
        self._order.append(f"+{self.name}")

    async def wait(self) -> int:
        await self._out.wait()
        return -9

    async def stop(self) -> None:
        self._order.append(f"-{self.name}")

    def break_it(self, broken_starts: int = 0) -> None:
        self._broken_starts = broken_starts
        self._out.set()


def test_what_keeps_dying_young_is_waited_for_twice_as_long_each_time() -> None:
    patience = Patience()
    waits = [patience.after(lived_s=1) for _ in range(12)]
    assert waits[:3] == [FIRST_WAIT_S, FIRST_WAIT_S * 2, FIRST_WAIT_S * 4]
    assert waits[-1] == LONGEST_WAIT_S
    assert patience.after(lived_s=SETTLED_S) == FIRST_WAIT_S


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "ended with status 0"),
        (3, "ended with status 3"),
        (-9, "was ended by SIGKILL"),
        (-99, "was ended by signal 99"),
    ],
)
def test_an_exit_status_is_said_in_words(status: int, words: str) -> None:
    assert in_words(status) == words


async def test_parts_stop_in_the_reverse_order_of_their_start() -> None:
    order: list[str] = []
    async with Supervisor(tell=lambda words: None) as supervisor:
        await supervisor.start(Lamp("base", order))
        await supervisor.start(Lamp("upper", order))
    assert order == ["+base", "+upper", "-upper", "-base"]


async def test_a_part_that_ended_is_started_again_until_it_works_and_each_step_is_said() -> None:
    said: list[str] = []
    followed = asyncio.Event()

    async def follow() -> None:
        followed.set()

    lamp = Lamp("lamp", [])
    async with Supervisor(tell=said.append) as supervisor:
        await supervisor.start(lamp)
        supervisor.keep(lamp, restarted=follow)
        lamp.break_it(broken_starts=1)
        async with asyncio.timeout(10):
            await followed.wait()
    assert lamp.starts == 2
    assert said == [
        "lamp was ended by SIGKILL: starting it again",
        "lamp did not start (no bulb left): starting it again",
        "lamp runs again",
    ]


async def test_an_error_in_the_block_leaves_it_as_it_is_after_everything_was_stopped() -> None:
    order: list[str] = []

    async def fail() -> None:
        async with Supervisor(tell=lambda words: None) as supervisor:
            lamp = Lamp("lamp", order)
            await supervisor.start(lamp)
            supervisor.keep(lamp)
            raise Refusal("enough")

    with pytest.raises(Refusal, match="enough"):
        await fail()
    assert order == ["+lamp", "-lamp"]


async def test_a_part_that_cannot_start_at_first_is_refused_and_the_others_are_stopped() -> None:
    order: list[str] = []
    with pytest.raises(Refusal, match="no bulb left"):
        async with Supervisor(tell=lambda words: None) as supervisor:
            await supervisor.start(Lamp("good", order), Lamp("bad", order, broken_starts=1))
    assert order == ["+good", "-good", "-bad"]


async def test_stopping_does_not_wait_for_a_part_that_is_about_to_be_started_again() -> None:
    lamp = Lamp("lamp", [])
    said: list[str] = []

    async def dying() -> bool:
        return len(said) > 3

    async with asyncio.timeout(10):
        async with Supervisor(tell=said.append) as supervisor:
            await supervisor.start(lamp)
            supervisor.keep(lamp)
            lamp.break_it(broken_starts=1000)
            await until(dying, what="the fourth try")
    assert lamp.starts == 1
