"""`farol import`: files of another system, loaded into this one."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from farol.refusal import Refusal

if TYPE_CHECKING:
    from backend.imports.loading import File, Result
    from backend.imports.words import Language
    from backend.services import Services

MOST_SHOWN = 20
"""Refused lines that the terminal shows; the report has all of them."""
FORMULA = ("=", "+", "-", "@")
RESULTS = ("created", "changed", "unchanged", "refused")


def load(
    path: Annotated[
        Path | None, typer.Argument(help="A CSV file, or a folder with subscribers.csv, contracts.csv, ...")
    ] = None,
    kind: Annotated[str, typer.Option(help="What the file holds.", show_default="by its name")] = "",
    company: Annotated[
        str, typer.Option(help="Whose records they are, by name or CNPJ.", show_default="the only one")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and keep nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write what became of each line into this CSV file.")] = None,
    columns: Annotated[str, typer.Option(metavar="KIND", help="Show the columns of a kind, and load nothing.")] = "",
    lang: Annotated[str, typer.Option(help="Why lines were refused, in pt-BR or en.", show_default="from LANG")] = "",
) -> None:
    """Load CSV files of another system. The same file twice changes nothing; status 1 when lines were refused."""
    if columns:
        _show_columns(columns)
        return
    if path is None:
        raise Refusal("Say which file or folder to import, or which --columns to show.")
    from farol.commands.services import run

    language = _language(lang)
    files = _files(path, kind)
    with _Report(report, language) as told:

        async def work(services: Services) -> None:
            await _load(services, files, company or None, dry_run, told)

        run(work)
    told.summarize(dry_run=dry_run)
    if told.refused:
        raise typer.Exit(1)


def _language(asked: str) -> Language:
    if asked in ("pt-BR", "pt"):
        return "pt-BR"
    if asked == "en":
        return "en"
    if asked:
        raise Refusal(f"--lang {asked}: the report is written in pt-BR or en.")
    spoken = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "pt-BR" if spoken.startswith("pt") else "en"


def _kind(name: str) -> Any:
    from backend.imports.registry import KINDS

    if name not in KINDS:
        raise Refusal(f"There is no kind {name}. There are: {', '.join(KINDS)}.")
    return KINDS[name]


def _files(path: Path, kind: str) -> list[File]:
    """Every header is understood before the first line is loaded."""
    from backend.errors import BadInput
    from backend.imports.columns import header
    from backend.imports.loading import File
    from backend.imports.reading import examine
    from backend.imports.registry import KINDS

    if not path.is_dir():
        found = [(path, _kind(kind or path.stem.lower()))]
    elif kind:
        found = [(path / f"{kind}.csv", _kind(kind))]
    else:
        found = [(file, KINDS[name]) for name in KINDS if (file := path / f"{name}.csv").exists()]
        if not found:
            raise Refusal(f"{path} holds no file to import. Known names: {', '.join(f'{n}.csv' for n in KINDS)}.")
    files = []
    for file, wanted in found:
        try:
            source = examine(file)
            files.append(File(source=source, header=header(source, wanted), kind=wanted))
        except BadInput as problem:
            raise Refusal(problem.detail) from problem
    return files


async def _load(services: Services, files: Sequence[File], company: str | None, dry_run: bool, told: _Report) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from backend.imports.loading import Importer

    bar = Progress(
        TextColumn("{task.description:<14}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:>9} rows"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    importer = Importer(services.unit_of_work, services.vault, company=company, rehearsing=dry_run)
    with bar:
        async with importer:
            for file in files:
                task = bar.add_task(file.kind.name, total=max(1, file.source.size), rows=0)
                with told.file(file):
                    async for progress in importer.load(file):
                        told.add(progress.results)
                        bar.update(task, completed=progress.at, rows=told.rows)


class _Report:
    """Counts the results of each file, and writes them down when a report was asked for."""

    def __init__(self, path: Path | None, language: Language) -> None:
        self._path = path
        self._language = language
        self._stream: TextIO | None = None
        self._counts: dict[str, Counter[str]] = {}
        self._seconds: dict[str, float] = {}
        self._notes: list[str] = []
        self._shown: list[tuple[str, Result]] = []
        self._name = ""

    def __enter__(self) -> _Report:
        if self._path is not None:
            try:
                self._stream = self._path.open("w", encoding="utf-8-sig", newline="")
            except OSError as error:
                raise Refusal(f"The report {self._path} cannot be written: {error.strerror}.") from error
            csv.writer(self._stream).writerow(["file", "line", "id", "result", "reason"])
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()

    @property
    def refused(self) -> int:
        return sum(counts["refused"] for counts in self._counts.values())

    @property
    def rows(self) -> int:
        return self._counts[self._name].total()

    @contextmanager
    def file(self, file: File) -> Iterator[None]:
        self._name = file.source.file.name
        self._counts[self._name] = Counter()
        if file.header.ignored:
            ignored = ", ".join(name[:40] for name in file.header.ignored[:20])
            self._notes.append(f"{self._name}: these columns are not read: {ignored}.")
        began = monotonic()
        yield
        self._seconds[self._name] = monotonic() - began

    def add(self, results: Sequence[Result]) -> None:
        for result in results:
            self._counts[self._name][result.outcome] += 1
            if result.reason is not None and len(self._shown) < MOST_SHOWN:
                self._shown.append((self._name, result))
            if self._stream is not None:
                why = result.reason.say(self._language) if result.reason else ""
                cells = [_safe(result.source_id), result.outcome, _safe(why)]
                csv.writer(self._stream).writerow([self._name, result.line, *cells])

    def summarize(self, *, dry_run: bool) -> None:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        console = Console(highlight=False)
        table = Table("file", *RESULTS, "rows/s")
        for column in table.columns[1:]:
            column.justify = "right"
        for name, counts in self._counts.items():
            pace = counts.total() / max(self._seconds.get(name, 0.0), 1e-3)
            table.add_row(name, *(str(counts[result]) for result in RESULTS), f"{pace:.0f}")
        console.print(table)
        for note in self._notes:
            console.print(Text(note), soft_wrap=True)
        for name, result in self._shown:
            assert result.reason is not None
            words = f"{name}:{result.line}  {result.source_id or '-'}  {result.reason.say(self._language)}"
            console.print(Text(words), soft_wrap=True)
        if self.refused > len(self._shown):
            where = f"{self._path} has them all." if self._path else "--report FILE has them all."
            console.print(f"... {self.refused - len(self._shown)} more refused lines: {where}", soft_wrap=True)
        if dry_run:
            console.print("This was a dry run: nothing was kept.")


def _safe(text: str) -> str:
    """A spreadsheet runs no cell of the report as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _show_columns(name: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("column", "coluna", "needed", "example", "meaning")
    for column in _kind(name).columns:
        cells = (column.name, column.portuguese, "yes" if column.required else "", column.example, column.meaning)
        table.add_row(*(Text(cell) for cell in cells))
    Console(highlight=False).print(table)
