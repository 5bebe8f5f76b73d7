"""`python -m bench` runs every measurement, `python -m bench fanout` one: a table, and JSON in bench/results."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import msgspec
from rich.console import Console
from rich.table import Table

import bench
from bench.figures import Figure, Unmeasured
from bench.machine import Machine, describe

RESULTS = Path(__file__).parent / "results"


class Run(msgspec.Struct, frozen=True):
    """What one `python -m bench` gave: measurement -> figures, or why there are none."""

    at: datetime
    machine: Machine
    figures: dict[str, list[Figure]]
    unmeasured: dict[str, str]


def measurements() -> list[str]:
    """The modules here that have `measure`."""
    names = [found.name for found in iter_modules(bench.__path__) if found.name != "__main__"]
    return [name for name in names if hasattr(import_module(f"bench.{name}"), "measure")]


def run(names: list[str], console: Console) -> Run:
    made = Run(datetime.now(UTC), describe(), {}, {})
    for name in names:
        with console.status(f"measuring {name} ..."):
            try:
                made.figures[name] = asyncio.run(import_module(f"bench.{name}").measure())
            except Unmeasured as reason:
                made.unmeasured[name] = str(reason)
    return made


def table(made: Run) -> Table:
    drawn = Table("figure", "value", "unit", "target", "peer", "value / peer", "peer is", title_justify="left")
    for column in (1, 3, 4, 5):
        drawn.columns[column].justify = "right"
    for name, figures in made.figures.items():
        drawn.add_section()
        for figure in figures:
            drawn.add_row(
                f"{name}: {figure.what}",
                _number(figure.value),
                figure.unit,
                _number(figure.target),
                _number(figure.peer),
                _number(figure.value / figure.peer if figure.peer else None),
                figure.peer_name,
            )
    for name, reason in made.unmeasured.items():
        drawn.add_row(f"{name}: not measured, {reason}")
    return drawn


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def main() -> None:
    console = Console()
    known = measurements()
    wanted = sys.argv[1:] or known
    if unknown := sorted(set(wanted) - set(known)):
        console.print(f"There is no measurement {', '.join(unknown)}. There are: {', '.join(known)}.")
        raise SystemExit(2)
    made = run(wanted, console)
    machine = made.machine
    console.print(f"{machine.processor}, {machine.cores} cores, Linux {machine.kernel}, Python {machine.python}")
    console.print(", ".join(f"{name} {version}" for name, version in machine.packages.items()))
    console.print(f"load average of the minute before: {machine.load:.2f}")
    console.print(table(made))
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{made.at:%Y%m%dT%H%M%SZ}.json"
    file.write_bytes(msgspec.json.format(msgspec.json.encode(made)))
    console.print(f"kept in {file}")


if __name__ == "__main__":
    main()
