"""Delimited text with places: encodings, malformed lines, where a cell is."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files.layout import Layout
from indexcalc.market.importers.files.text import (
    TextSource,
    field_at,
    guessed_delimiter,
    read_text,
    records,
)


def read(
    tmp_path: Path, data: bytes, encoding: str | None = None, delimiter: str | None = None
) -> TextSource:
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    return read_text(path, data, Layout(encoding=encoding, delimiter=delimiter))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    source = read(tmp_path, "종목코드,종목명\n005930,삼성전자\n".encode(encoding))
    assert source.names == ["종목코드", "종목명"]
    assert source.table.to_pylist() == [{"종목코드": "005930", "종목명": "삼성전자"}]


def test_text_is_kept_as_written(tmp_path: Path) -> None:
    source = read(tmp_path, b"a;b\n005930;NA\n0126Z0;\n")
    assert source.table.to_pylist() == [{"a": "005930", "b": "NA"}, {"a": "0126Z0", "b": ""}]


@pytest.mark.parametrize("said", ["sep=;", '"sep=;"', "SEP=; ", "sep=|", "sep=\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_a_spreadsheet_says_the_delimiter_in(tmp_path: Path, said: str, end: str) -> None:
    mark = said.strip('" ')[-1] if said != "sep=\t" else "\t"
    lines = [said, mark.join("ab"), f"1{mark}x,y,z"]
    source = read(tmp_path, end.join([*lines, ""]).encode("utf-16"))
    assert source.table.to_pylist() == [{"a": "1", "b": "x,y,z"}]
    span, _ = source.place(0, "b")
    assert span is not None
    assert (span.line, span.column, span.length) == (3, 3, 5)


def test_a_line_that_is_skipped_says_nothing(tmp_path: Path) -> None:
    """What a map says of a file goes before what the file says."""
    data = b"sep=;\na|b;c\n1|2;3\n"
    source = read_text(tmp_path / "file.csv", data, Layout(skip=1, delimiter="|"))
    assert source.names == ["a", "b;c"]
    assert read(tmp_path, data, delimiter="|").names == ["a", "b;c"]
    with pytest.raises(ImportRefused, match="IMP005: the file is empty"):
        read(tmp_path, b"sep=;")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(tmp_path: Path, end: str) -> None:
    """Old Mac files have a carriage return alone; their rows were lost, all of them."""
    source = read(tmp_path, end.join(["a,b", "1,2", "3,x", ""]).encode())
    assert source.table.to_pylist() == [{"a": "1", "b": "2"}, {"a": "3", "b": "x"}]
    span, _ = source.place(1, "b")
    assert span is not None
    assert (span.line, span.column, span.length) == (3, 3, 1)


def test_a_carriage_return_in_what_is_skipped_is_a_line_of_it(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    data = b"a note\rits second line\na,b\n1,2\n"
    source = read_text(path, data, Layout(skip=2))
    assert source.table.to_pylist() == [{"a": "1", "b": "2"}]


def test_every_malformed_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(tmp_path, b"a,b,c\n1,2,3\n4,5\n\n6,7,8,9\n")
    assert [(found.code, found.span.line) for found in refused.value.diagnostics] == [
        ("IMP003", 3),
        ("IMP003", 5),
    ]


def test_a_byte_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(tmp_path, b"a,b\n1,2\n3,\xff\xff\n")
    (found,) = refused.value.diagnostics
    assert found.code == "IMP001"
    assert (found.span.line, found.span.column) == (3, 3)


def test_said_encoding_is_the_only_one_tried(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused):
        read(tmp_path, "이름\n가\n".encode("cp949"), encoding="utf-8")


def test_header_with_a_name_twice(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="'a' twice"):
        read(tmp_path, b"a,b,a\n1,2,3\n")


def test_empty_file(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="empty"):
        read(tmp_path, b"\n\n")


def test_header_alone(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\n").rows == 0


def test_places_count_blank_lines_and_quoted_delimiters(tmp_path: Path) -> None:
    source = read(tmp_path, b'\na,b,c\n1,"x,y",2\n\n3,"z\nz",4\n5,,"6"\n')
    assert source.rows == 3
    spans = [source.place(row, name)[0] for row, name in ((0, "c"), (1, "a"), (2, "c"))]
    assert [(span.line, span.column, span.length) for span in spans] == [
        (3, 9, 1),
        (5, 1, 1),
        (7, 4, 3),
    ]


@pytest.mark.parametrize(
    ("line", "index", "place"),
    [
        ("a,b,c", 1, (2, 1)),
        ("a,b,c", 2, (4, 1)),
        ('"x,y",b', 0, (0, 5)),
        ('"x,y",b', 1, (6, 1)),
        ('"x""y,",b', 1, (8, 1)),
        (",,", 2, (2, 0)),
        ("a", 3, (0, 1)),  # no such field: the whole line
        ("", 0, (0, 0)),
    ],
)
def test_the_place_of_a_field(line: str, index: int, place: tuple[int, int]) -> None:
    assert field_at(line, ",", index) == place


@pytest.mark.parametrize(
    ("content", "skip", "delimiter"),
    [
        ("a,b;c\n", 0, ","),
        ("a;b;c,d\n1,2,3,4\n", 0, ";"),
        ("a\tb\n", 0, "\t"),
        ("a|b", 0, "|"),
        ("alone\n", 0, ","),
        ("", 0, ","),
        ("\r\n a;b\n", 0, ";"),
        ("x,y,z\na;b\n", 1, ";"),
    ],
)
def test_the_delimiter_that_a_header_holds_most_often(
    content: str, skip: int, delimiter: str
) -> None:
    assert guessed_delimiter(content, skip) == delimiter


def test_records_say_the_line_they_start_on() -> None:
    assert list(records('a,b\n\n"x\ny",1\nz', ",")) == [
        (1, ["a", "b"]),
        (2, []),
        (3, ["x\ny", "1"]),
        (5, ["z"]),
    ]


def test_records_are_read_as_far_as_they_are_asked_for() -> None:
    some = records('a,b\n"never closed', ",")
    assert next(some) == (1, ["a", "b"])
    assert next(some) == (2, ["never closed"])
    assert list(some) == []


def test_the_last_line_of_what_is_read(tmp_path: Path) -> None:
    layout = Layout(until_blank=True)
    path = tmp_path / "f.csv"
    for data, expected in (
        (b"a,b\n1,2\n\n3\n", 1),
        (b"a,b\n1,2\n,\n3,4\n", 1),  # a line of blanks ends the data
        (b"a,b\n1,2\n3,4\n", 2),
        (b"\n\na,b\n1,2", 1),
    ):
        assert read_text(path, data, layout).rows == expected, data
