"""Files as systems and spreadsheets write them, and as they come out of accidents. No database."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import BadInput
from backend.imports.columns import header, parse
from backend.imports.loading import File
from backend.imports.reading import LONGEST_LINE, Line, examine
from backend.imports.registry import KINDS

NAME = "João Ávila Conceição"
HEADER = ("Código", "Nome", "CPF/CNPJ", "Cidade")
ROW = ("1", NAME, "111.444.777-35", "São João")


def opened(folder: Path, content: bytes, kind: str = "subscribers") -> File:
    file = folder / "file.csv"
    file.write_bytes(content)
    source = examine(file)
    return File(source=source, header=header(source, KINDS[kind]), kind=KINDS[kind])


def read(folder: Path, content: bytes, kind: str = "subscribers") -> list[Line]:
    return list(opened(folder, content, kind).lines())


def broken(lines: list[Line]) -> list[str | None]:
    return [line.broken.code if line.broken else None for line in lines]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_delimiter_and_line_end_reads_the_same(
    tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    content = end.join([delimiter.join(HEADER), delimiter.join(ROW), ""]).encode(encoding)
    file = opened(tmp_path, content)
    (line,) = file.lines()
    assert line.cells == list(ROW)
    assert parse(file.kind, file.header.columns, line.cells).name == NAME


@pytest.mark.parametrize(
    "first",
    [
        "codigo;nome;cpf_cnpj;cidade",
        "CÓDIGO;NOME COMPLETO;CNPJ/CPF;MUNICÍPIO",
        "id;name;document;city",
        "sep=;\nId;Nome;CPF;Cidade",
    ],
)
def test_headers_are_known_in_portuguese_and_english_whatever_their_case(tmp_path: Path, first: str) -> None:
    assert [line.cells for line in read(tmp_path, f"{first}\n1;A;2;B\n".encode())] == [["1", "A", "2", "B"]]


def test_quotes_may_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    content = 'id;nome;cpf;cidade\n1;"Ana; ""A"""\n;2;3\n2;"Rua\nDois";4;5\n3;C;6;7\n'.replace('"""\n;', '""";')
    lines = read(tmp_path, content.encode())
    assert [(line.number, line.cells[1]) for line in lines] == [(2, 'Ana; "A"'), (3, "Rua\nDois"), (5, "C")]


def test_a_quote_that_never_closes_costs_its_own_line_only(tmp_path: Path) -> None:
    rest = "".join(f"{number};N;1;B\n" for number in range(3, 60))
    lines = read(tmp_path, f'id;nome;cpf;cidade\n1;A;1;B\n2;"Rua;1;B\n{rest}'.encode())
    assert [line.number for line in lines if line.broken] == [3]
    assert broken(lines)[1] == "unclosed_quote" and len(lines) == 59


def test_a_quote_closed_by_a_later_lines_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    lines = read(tmp_path, b'id;nome;cpf;cidade\n1;"Rua;1;B\n2;C;1;B\n3;"D";1;B\n4;E;1;B\n')
    assert [(line.number, bool(line.broken)) for line in lines] == [(2, True), (3, False), (4, False), (5, False)]


def test_half_a_file_ends_with_a_line_that_is_refused(tmp_path: Path) -> None:
    assert broken(read(tmp_path, b"id;nome;cpf;cidade\n1;A;1;B\n2;Ma")) == [None, "too_few_cells"]
    assert broken(read(tmp_path, b'id;nome;cpf;cidade\n1;A;1;B\n2;"Ma')) == [None, "unclosed_quote"]
    cut_inside_a_letter = "id;nome;cpf;cidade\n1;João;1;São\n2;Jo".encode() + "ã".encode()[:1]
    assert broken(read(tmp_path, cut_inside_a_letter)) == [None, "undecodable"]


def test_too_many_cells_are_refused_but_not_empty_ones_at_the_end(tmp_path: Path) -> None:
    assert broken(read(tmp_path, b"id;nome;cpf;cidade\n1;A;1;B;;\n2;A;B;1;C\n")) == [None, "too_many_cells"]


def test_a_field_of_ten_megabytes_and_a_nul_are_refused_alone(tmp_path: Path) -> None:
    huge = b"1;" + b"A" * 10_000_000 + b";1;B\n2;" + b"A" * (LONGEST_LINE // 2) + b";1;B\n3;A\0;1;B\n4;A;1;B\n"
    lines = read(tmp_path, b"id;nome;cpf;cidade\n" + huge)
    assert broken(lines) == ["too_long", "too_long", "undecodable", None]
    assert [line.number for line in lines] == [2, 3, 4, 5]


def test_blank_lines_and_rows_of_a_spreadsheet_without_a_value_are_nothing(tmp_path: Path) -> None:
    assert [line.number for line in read(tmp_path, b"\nid;nome;cpf;cidade\n\n;;;\n1;A;1;B\n \n")] == [5]


def test_a_single_wrong_byte_does_not_turn_a_file_of_utf8_into_another_encoding(tmp_path: Path) -> None:
    rows = "".join(f"{number};João;1;São\n" for number in range(50)).encode()
    file = opened(tmp_path, b"id;nome;cpf;cidade\n" + rows + b"99;Jo\xe3o;1;B\n")
    assert file.source.encoding == "utf-8"
    assert broken(list(file.lines())) == [None] * 50 + ["undecodable"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04rest of a zip", "spreadsheet .* save or export it as CSV"),
        (b"\xd0\xcf\x11\xe0rest", "old spreadsheet"),
        (b"%PDF-1.7", "PDF"),
        (b"<html>", "HTML"),
        (b"\x1f\x8bzipped", "gzip"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n\n", "does not begin with a line that names its columns"),
    ],
)
def test_what_is_no_csv_is_said_to_be_what_it_is(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read(tmp_path, content)


def test_wrong_columns_are_named_with_what_was_found_and_what_it_resembles(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        read(tmp_path, b"codigo;nome;cpf_cnjp;municipio\n1;A;2;B\n")
    said = refused.value.detail
    assert "lacks document (cpf_cnpj)" in said
    assert "has: codigo, nome, cpf_cnjp, municipio" in said
    assert "cpf_cnjp resembles cpf_cnpj" in said


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nome and Nome Completo both mean name"):
        read(tmp_path, b"codigo;nome;Nome Completo;cpf;cidade\n1;A;A;2;B\n")


def test_columns_that_nobody_reads_are_told(tmp_path: Path) -> None:
    assert opened(tmp_path, b"codigo;nome;cpf;cidade;signo\n1;A;2;B;x\n").header.ignored == ["signo"]


@given(st.binary(max_size=400))
def test_no_bytes_behind_a_header_stop_the_reading(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    folder = tmp_path_factory.mktemp("noise")
    lines = read(folder, b"id;nome;cpf;cidade\n" + noise + b"\n\n77;A;1;B\n")
    assert all(line.broken or len(line.cells) == 4 for line in lines)
    assert lines[-1].cells == ["77", "A", "1", "B"] or b'"' in noise or lines[-1].broken
