"""`farol watch TOPIC`: a live topic in the terminal, or as lines of JSON for a pipe."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import aclosing, nullcontext
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from farol.commands.settings import settings

REFRESH_PER_S = 4


def watch(
    topic: Annotated[str, typer.Argument(help="Such as receivables.day or 'traffic.port?port=12'.")],
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON per change, for a pipe.")] = False,
    url: Annotated[str, typer.Option(help="Where Farol serves.", show_default="the one of this machine")] = "",
    token: Annotated[str, typer.Option(envvar="FAROL_TOKEN", help="A bearer token: see farol token create.")] = "",
    login: Annotated[str, typer.Option(help="Sign in as this user; the password is asked.")] = "",
) -> None:
    """Show a live topic until Ctrl-C."""
    from farol.commands.live import signed_in

    where = (url or settings().url).rstrip("/")
    cookie = None
    if not token and login:
        cookie = signed_in(where, login, typer.prompt(f"Password of {login}", hide_input=True, err=True))
    shown = _lines(where, topic, token or None, cookie) if as_json else _screen(where, topic, token or None, cookie)
    try:
        asyncio.run(shown)
    except KeyboardInterrupt:  # how watching ends
        return
    except BrokenPipeError:  # whoever read along has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _screen(url: str, topic: str, token: str | None, cookie: str | None) -> None:
    from farol.commands.live import follow
    from farol.commands.rendering import render

    console = Console()
    live = Live(console=console, refresh_per_second=REFRESH_PER_S, vertical_overflow="ellipsis")
    with live if console.is_terminal else nullcontext():
        async with aclosing(follow(url, topic, token=token, cookie=cookie)) as changes:
            async for client, problem in changes:
                picture = render(topic, client.held.get(topic), datetime.now(UTC), problem)
                if console.is_terminal:
                    live.update(picture)
                else:
                    with console.capture() as captured:
                        console.print(picture)
                    print(captured.get(), flush=True)


async def _lines(url: str, topic: str, token: str | None, cookie: str | None) -> None:
    """A line when the topic moved: `{"t","o","as_of","data"}`. What is wrong goes to standard error."""
    import msgspec

    from farol.commands.live import follow

    written = None
    async with aclosing(follow(url, topic, token=token, cookie=cookie)) as changes:
        async for client, problem in changes:
            if problem:
                print(problem, file=sys.stderr, flush=True)
            held = client.held.get(topic)
            if held is None or (held.snap.e, held.offset) == written:
                continue
            written = (held.snap.e, held.offset)
            line = {"t": topic, "o": held.offset, "as_of": held.as_of, "data": held.data}
            print(msgspec.json.encode(line).decode(), flush=True)
