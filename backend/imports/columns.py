"""What a kind of file holds: columns declared once, for reading, for the documentation and for the example files."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from backend.errors import BadInput
from backend.imports.names import folded
from backend.imports.reading import DELIMITERS, Source, first_line
from backend.imports.values import EMPTY, Reader
from backend.imports.words import Reason, Refused, refused
from backend.imports.work import Work


@dataclass(frozen=True, kw_only=True)
class Column:
    """`name` and `portuguese` are equally good in a header, and so is each alias; case and accents do not matter.
    `meaning` is a sentence for the documentation, `example` the cell of the example file."""

    name: str
    portuguese: str
    read: Reader
    meaning: str
    example: str = ""
    aliases: tuple[str, ...] = ()
    required: bool = False

    @property
    def spellings(self) -> set[str]:
        return {folded(spelling) for spelling in (self.name, self.portuguese, *self.aliases)}


Made = int | Reason
"""The id of the record that a line became, or why it became none."""
Changed = bool | Reason
"""Whether a line changed its record, or why it may not."""


@dataclass(frozen=True, kw_only=True)
class Kind[L: msgspec.Struct]:
    """One kind of file. `columns` are the fields of `line`, which are None where the file says nothing.

    `check` looks at a line alone and raises Refused. `create` and `change` answer for each of their lines in order;
    they write in `work.db`, announce with `work.emit`, and may refuse a line only before they wrote any of it.
    `known` finds records by their natural key, for a kind whose lines belong to no company.
    """

    name: str
    noun: str
    line: type[L]
    columns: tuple[Column, ...]
    check: Callable[[L, Work], None]
    create: Callable[[Work, Sequence[L]], Awaitable[list[Made]]]
    change: Callable[[Work, Sequence[tuple[int, L]]], Awaitable[list[Changed]]]
    known: Callable[[Work, Sequence[str]], Awaitable[dict[str, int]]] | None = None

    @property
    def key(self) -> Column:
        """What tells the lines of a file apart."""
        return self.columns[0]

    def example(self) -> str:
        """A file of one line, as Brazilian spreadsheets write it."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow([column.portuguese for column in self.columns])
        writer.writerow([column.example for column in self.columns])
        return text.getvalue()


class Header(NamedTuple):
    """`columns` says for each cell which column it is, None for one that nobody reads. `ignored` are their names."""

    number: int
    delimiter: str
    columns: list[Column | None]
    ignored: list[str]


def header(source: Source, kind: Kind[Any]) -> Header:
    """Finds delimiter and columns. Raises BadInput that says what is missing, what was found and what it resembles."""
    number, text = first_line(source)
    spellings = {spelling: column for column in kind.columns for spelling in column.spellings}
    found: list[list[str]] = []
    for delimiter in DELIMITERS:
        try:
            found.append([cell.strip() for cell in next(csv.reader([text], delimiter=delimiter, strict=True))])
        except (csv.Error, StopIteration):
            found.append([text])
    ranks = [(sum(folded(cell) in spellings for cell in cells), len(cells)) for cells in found]
    best = ranks.index(max(ranks))
    cells = found[best]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    columns = [spellings.get(folded(cell)) for cell in cells]
    for column in kind.columns:
        if columns.count(column) > 1:
            twice = [cell for cell, is_it in zip(cells, columns, strict=True) if is_it is column]
            raise BadInput(f"{source.file}: the columns {' and '.join(twice)} both mean {column.name}. Keep one.")
    missing = [column for column in kind.columns if column.required and column not in columns]
    ignored = [cell for cell, column in zip(cells, columns, strict=True) if column is None and cell]
    if missing:
        raise BadInput(_wrong_columns(source, kind, missing, cells, ignored))
    return Header(number, DELIMITERS[best], columns, ignored)


def _wrong_columns(source: Source, kind: Kind[Any], missing: list[Column], cells: list[str], ignored: list[str]) -> str:
    wanted = ", ".join(f"{column.name} ({column.portuguese})" for column in missing)
    shown = ", ".join(cell[:40] for cell in cells[:40])
    sentence = f"{source.file} is no file of {kind.name}: it lacks {wanted}. Its first line has: {shown}."
    spellings = {spelling: column for column in kind.columns for spelling in column.spellings}
    for cell in ignored[:40]:
        near = difflib.get_close_matches(folded(cell[:40]), spellings, n=1, cutoff=0.7)
        if near and spellings[near[0]] in missing:
            sentence += f" {cell[:40]} resembles {spellings[near[0]].portuguese}."
    return f"{sentence} `farol import --columns {kind.name}` shows all columns."


def parse[L: msgspec.Struct](kind: Kind[L], columns: Sequence[Column | None], cells: Sequence[str]) -> L:
    """The line as its struct. Raises Refused for the first cell that cannot be believed, or is needed and empty."""
    given: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=True):
        if column is not None and cell not in EMPTY:
            given[column.name] = column.read(cell, column.name)
    for column in kind.columns:
        if column.required and column.name not in given:
            raise refused("missing", column=column.name)
    return kind.line(**given)


def key_of(kind: Kind[Any], columns: Sequence[Column | None], cells: Sequence[str]) -> str:
    """The source's id of a line as far as it can be told, for the report of one that is refused."""
    place = columns.index(kind.key)
    try:
        return str(kind.key.read(cells[place], kind.key.name)) if place < len(cells) and cells[place] else ""
    except Refused:
        return cells[place][:60]
