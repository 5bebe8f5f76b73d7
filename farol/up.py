"""`farol up`: the whole installation on one machine, from an empty folder to a page that answers, kept alive.

The order of need: sole owner of FAROL_HOME, what a killed farol left, the port; database and bus; migrations and demo
data, with the build of the pages beside them; the processes; `/health/ready`. Everything stops in reverse.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine, Sequence

from rich.panel import Panel
from rich.text import Text

from farol.database import anybody_there, prepare
from farol.embedded.fill import filled
from farol.embedded.postgres import EmbeddedPostgres
from farol.embedded.valkey import EmbeddedValkey
from farol.http_server import bound
from farol.owner import end_left_overs, sole_owner
from farol.pages import build_pages
from farol.program import programs
from farol.readiness import wait_until_ready
from farol.settings import Settings
from farol.supervisor import Part, Supervisor
from farol.telling import Telling

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(settings: Settings) -> None:
    """Runs until Ctrl-C, SIGTERM or the end of the terminal. Raises Refusal."""
    with sole_owner(settings.home):
        asyncio.run(_until_stopped(settings, Telling()))


async def _until_stopped(settings: Settings, telling: Telling) -> None:
    """The first signal stops everything in order, the second at once."""
    living = asyncio.create_task(_live(settings, telling), name="up")

    def stop(received: signal.Signals) -> None:
        if living.cancelling():
            telling.say("Stopping at once")
            os._exit(128 + received)  # Linux tells the children when we are gone; the next start ends what is left
        telling.say("Stopping")
        living.cancel()

    for each in STOPPING:
        asyncio.get_running_loop().add_signal_handler(each, stop, each)
    try:
        await living
    except asyncio.CancelledError:
        telling.say(f"Stopped. The data stays in {settings.home}")


async def _live(settings: Settings, telling: Telling) -> None:
    for name in await end_left_overs(settings.home):
        telling.say(f"Ended {name}, left over by a farol that was killed")
    with bound(settings):
        pass  # whoever has the port is found out before anything is begun
    servers = _embedded(settings)
    serving, others = programs(settings)
    async with Supervisor(tell=telling.say) as supervisor:
        with telling.working():
            with telling.stage("Database and bus"):
                await supervisor.start(*servers)
            whole = filled(settings)
            await _side_by_side(prepare(whole, telling), build_pages(whole, telling))
            with telling.stage("Server"):
                await supervisor.start(*serving)
                await wait_until_ready(settings.url, serving)
            await supervisor.start(*others)

        async def follow() -> None:
            await asyncio.gather(*(child.follow() for child in (*serving, *others)))

        for server in servers:
            supervisor.keep(server, restarted=follow)
        for child in (*serving, *others):
            supervisor.keep(child)
        telling.console.print(_welcome(settings, people=await anybody_there(whole)))
        await asyncio.get_running_loop().create_future()


async def _side_by_side(*work: Coroutine[None, None, None]) -> None:
    """Unlike a task group, raises the first error as it is: it is a sentence for a person."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _embedded(settings: Settings) -> Sequence[Part]:
    """The servers that no setting names."""
    return [
        *([] if settings.database_url else [EmbeddedPostgres(settings.home)]),
        *([] if settings.redis_url else [EmbeddedValkey(settings.home)]),
    ]


def _welcome(settings: Settings, *, people: bool) -> Panel:
    words = Text.assemble((settings.url, "bold"), "\n\n")
    if settings.demo:
        words.append("The data is made up. Sign in as demo, password demo.\n")
    elif not people:
        words.append("Nobody can sign in yet. In another terminal: farol user create LOGIN --admin\n")
    words.append(f"Logs are in {settings.home / 'log'}. Ctrl-C ends everything.")
    return Panel(words, title="Farol", expand=False, border_style="green", padding=(1, 2))
