"""`farol doctor`: what is wrong, in words. Its status is 1 when something is."""

from __future__ import annotations

import asyncio

import typer
from rich.console import Console
from rich.text import Text

from farol.commands.settings import settings

MARKS = {"fine": ("ok   ", "green"), "note": ("note ", "yellow"), "wrong": ("wrong", "bold red")}


def doctor() -> None:
    """Say in words what is wrong with this installation."""
    from farol.diagnosis import examine

    chosen = settings()
    console = Console(highlight=False)

    async def work() -> bool:
        well = True
        async for finding in examine(chosen):
            well = well and finding.level != "wrong"
            line = Text.assemble(MARKS[finding.level], f"  {finding.about:<10}", finding.words)
            console.print(line, soft_wrap=True)
        return well

    if not asyncio.run(work()):
        raise typer.Exit(1)
