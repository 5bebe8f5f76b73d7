"""The command `farol`. Errors that a person can do something about are a sentence; the others keep their trace."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.text import Text

from farol.commands import doctor, imports, processes, tokens, users, watch
from farol.refusal import Refusal

app = typer.Typer(
    help="Farol keeps an internet provider's operation on live screens.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
processes.register(app)
app.command("import")(imports.load)
app.command("watch")(watch.watch)
app.command("doctor")(doctor.doctor)
app.add_typer(users.app, name="user")
app.add_typer(tokens.app, name="token")


def main() -> int:
    """Answers the exit status: 0 done, 1 refused with a sentence, 2 not understood."""
    try:
        app()
    except Refusal as refusal:
        Console(stderr=True, highlight=False).print(Text(f"farol: {refusal}"), soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
