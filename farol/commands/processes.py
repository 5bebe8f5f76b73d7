"""`farol up`, `serve`, `collect`, `migrate`, `demo` and `build`: the parts, together and alone."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TextIO

import typer

from farol.commands.settings import settings
from farol.refusal import Refusal


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(serve)
    app.command()(collect)
    app.command()(migrate)
    app.command()(demo)
    app.command(hidden=True)(build)


def opened_log(file: Path) -> TextIO:
    """For appending, a line at a time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.open("a", buffering=1)
    except OSError as error:
        raise Refusal(
            f"{file} cannot be written: {error.strerror}. Set FAROL_HOME to a folder of yours on a disk with space."
        ) from error


def up() -> None:
    """Start everything on this machine and keep it running until Ctrl-C."""
    from farol.logging import configure
    from farol.up import run

    chosen = settings()
    with opened_log(chosen.home / "log" / "up.log") as log:
        configure("up", log)
        run(chosen)


def serve() -> None:
    """Serve pages, API and /live with one process."""
    from farol.embedded.fill import filled
    from farol.http_server import serve as run
    from farol.logging import configure
    from frontend.build import BuildFailed

    configure("serve")
    try:
        run(filled(settings()))
    except BuildFailed as error:
        raise Refusal(str(error)) from error


def collect() -> None:
    """Poll the devices of the network."""
    import uvloop

    from farol.collect import run
    from farol.embedded.fill import filled
    from farol.logging import configure

    configure("collect")
    uvloop.run(run(filled(settings())))


def migrate() -> None:
    """Bring the database to the schema of this version."""
    from farol.database import migrate as run
    from farol.database import reached

    async def work() -> list[str]:
        async with reached(settings()) as whole:
            return await run(whole)

    applied = asyncio.run(work())
    typer.echo(f"Applied: {', '.join(applied)}" if applied else "Nothing to do: the schema is current.")


def demo() -> None:
    """Move the demo: simulated agents and payments, through the public inputs."""
    import uvloop

    from demo.simulate import run
    from farol.logging import configure

    configure("demo")
    uvloop.run(run(settings()))


def build() -> None:
    """Build the pages, telling each step on a line. The last line is the folder, or what went wrong."""
    from frontend.build import BuildFailed, ensure_built

    try:
        typer.echo(ensure_built(settings().home, lambda line: print(line, flush=True)))
    except BuildFailed as error:
        typer.echo(str(error))
        sys.exit(1)
