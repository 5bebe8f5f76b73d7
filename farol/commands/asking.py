"""What several commands ask in the same way: passwords, permissions, and where they hold."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from farol.refusal import Refusal
from realtime.scope import Permission, Reach

May = Annotated[
    list[str], typer.Option("--may", help="A permission, such as receivables:read or network:*. Repeatable.")
]
Company = Annotated[int, typer.Option(help="Only in this company (its number).", show_default="all")]
Unit = Annotated[int, typer.Option(help="Only in this business unit of the company.", show_default="all")]
City = Annotated[int, typer.Option(help="Only in this city.", show_default="all")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def password(*, from_stdin: bool) -> str:
    """Typed twice without an echo, or the first line of standard input. Never an argument: others could read it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


def permissions(texts: list[str]) -> tuple[Permission, ...]:
    """`module:action`, either of them `*`."""
    found = []
    for text in texts:
        module, colon, action = text.partition(":")
        if not (module and colon and action):
            raise Refusal(f"--may {text}: a permission is written module:action, such as receivables:read.")
        found.append(Permission(module, action))
    return tuple(found)


def reach(company: int, unit: int, city: int) -> Reach:
    """0 on an axis means all of it."""
    return Reach(company, unit, city)
