"""A CSV file as lines of cells: encoding and delimiter found, each line whole or said to be broken.

The standard library's reader would take everything after a quote that never closes for one field; here such a line is
refused alone, and the next one is read on its own.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from backend.errors import BadInput
from backend.imports.words import Reason, reason

DELIMITERS = (";", ",", "\t", "|")
LONGEST_LINE = 1_000_000
"""Characters. A subscriber with an address has some 300."""
MOST_LINES = 20
"""Lines that one quoted field may span."""
CHUNK = 1 << 20
LOST = "�"
"""What undecodable bytes become."""

FOREIGN = (
    (b"PK\x03\x04", "a spreadsheet (xlsx, ods) or an archive"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"<", "HTML or XML"),
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Line(NamedTuple):
    """`number` is the first physical line, from 1. `broken` says why `cells` cannot be believed. `at` is how many
    bytes of the file were read so far."""

    number: int
    cells: list[str]
    broken: Reason | None
    at: int


class Source(NamedTuple):
    """How a file is written."""

    file: Path
    encoding: str
    size: int


def examine(file: Path) -> Source:
    """Finds the encoding. Raises BadInput when it is no text, or nothing."""
    try:
        with file.open("rb") as stream:
            head = stream.read(4096)
            encoding = _encoding(head, stream)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    return Source(file, encoding, file.stat().st_size)


def _encoding(head: bytes, stream: BinaryIO) -> str:
    """UTF-8 unless its errors are as many as its letters beyond ASCII; then Windows-1252, which holds Latin-1."""
    if not head.strip():
        raise BadInput(f"{stream.name} is empty: the first line has to name the columns.")
    for magic, what in FOREIGN:
        if head.startswith(magic):
            raise BadInput(f"{stream.name} is {what}, not CSV. Open it there and save or export it as CSV (UTF-8).")
    for bom, name in BOMS:
        if head.startswith(bom):
            return name
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    beyond = errors = 0
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        if not chunk.isascii():
            said = decoder.decode(chunk)
            lost = said.count(LOST)
            errors += lost
            beyond += len(said) - len(said.encode("ascii", "ignore")) - lost
        else:
            decoder.reset()
    return "cp1252" if errors > beyond else "utf-8"


def first_line(source: Source) -> tuple[int, str]:
    """The first line that is not blank and no hint of Excel's (`sep=;`), with its number. Raises BadInput."""
    with source.file.open("rb") as raw:
        for number, text in _physical(raw, source.encoding):
            if text.strip() and not text.strip().lower().startswith("sep="):
                if len(text) > LONGEST_LINE or "\0" in text:
                    break
                return number, text
    raise BadInput(f"{source.file} does not begin with a line that names its columns.")


def lines(source: Source, delimiter: str, *, after: int, width: int) -> Iterator[Line]:
    """Every line behind line `after` that is not blank, with `width` cells and no blanks around them."""
    with source.file.open("rb") as raw:
        waiting: deque[tuple[int, str]] = deque()
        physical = _physical(raw, source.encoding)
        while True:
            if not waiting:
                following = next(physical, None)
                if following is None:
                    return
                waiting.append(following)
            if waiting[0][0] <= after or not waiting[0][1].strip():
                waiting.popleft()
                continue
            line = _record(waiting, physical, delimiter, width, raw)
            if line.broken or any(line.cells):  # else a spreadsheet's empty row
                yield line


def _physical(raw: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    """Numbered lines without their ends. One that is too long keeps its beginning only, and its length says so."""
    text = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline=None)
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            rest = line
            while len(rest) > LONGEST_LINE and not rest.endswith("\n"):
                rest = text.readline(LONGEST_LINE + 1)
            yield number, line if len(line) > LONGEST_LINE else line.removesuffix("\n")
    finally:
        text.detach()


def _record(
    waiting: deque[tuple[int, str]], physical: Iterator[tuple[int, str]], delimiter: str, width: int, raw: BinaryIO
) -> Line:
    """Takes one record from `waiting`, and more lines while a quote is open; those it cannot use stay there."""
    number, text = waiting.popleft()
    taken: list[tuple[int, str]] = []
    cells: list[str] = []
    while True:
        cells, broken = _cells(text, delimiter, width)
        if broken is None or broken.code != "unclosed_quote" or len(taken) == MOST_LINES:
            break
        following = waiting.popleft() if waiting else next(physical, None)
        if following is None:
            break
        taken.append(following)
        text = f"{text}\n{following[1]}"
    if broken:
        waiting.extendleft(reversed(taken))
    return Line(number, cells, broken, raw.tell())


def _cells(text: str, delimiter: str, width: int) -> tuple[list[str], Reason | None]:
    if len(text) > LONGEST_LINE:
        return [], reason("too_long", most=LONGEST_LINE)
    if "\0" in text or LOST in text:
        return [], reason("undecodable")
    try:
        cells = [_bare(cell) for cell in next(csv.reader([text], delimiter=delimiter, strict=True), [])]
    except csv.Error as error:
        if "field larger" in str(error):
            return [], reason("too_long", most=csv.field_size_limit())
        if "unexpected end" in str(error):
            return [], reason("unclosed_quote")
        return [], reason("broken_line", detail=error)
    while len(cells) > width and not cells[-1]:
        cells.pop()  # some exports end each line with a delimiter
    if len(cells) == width or not any(cells):
        return cells, None
    return cells, reason("too_few_cells" if len(cells) < width else "too_many_cells", found=len(cells), wanted=width)


def _bare(cell: str) -> str:
    """Without blanks around it, nor the apostrophe that keeps a spreadsheet from running `+55...` as a formula."""
    bare = cell.strip()
    return bare[1:] if bare[:2] in ("'=", "'+", "'-", "'@") else bare
