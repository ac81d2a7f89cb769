"""Cells that are read as nothing, or in one of two ways: what an import says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.market.importers.imported import Imported
from tests.unit.market.importers.maps.files_and_maps import read, refused

OWN = "table: daily\ncolumns: {date: date, symbol: symbol, close: close, shares_outstanding: n}\n"
HEAD = "date;symbol;close;n\n"


def notes(result: Imported) -> list[str]:
    return [note.text for note in result.notes]


def test_a_comma_in_a_file_of_semicolons_is_said_to_be_what_it_is_taken_for(tmp_path: Path) -> None:
    data = HEAD + "2026-03-03;A;12,345;1\n2026-03-03;B;7;1\n"
    (said,) = [text for text in notes(read(tmp_path, data, OWN)) if "comma" in text]
    assert "12,345 is 12345" in said
    assert 'decimal: ","' in said


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            HEAD + "2026-03-03;A;1,234,567;1\n2026-03-03;B;12,345;1\n",
            OWN,
        ),  # two groups: no decimals
        (HEAD + "2026-03-03;A;12,345.5;1\n", OWN),
        (HEAD + "2026-03-03;A;12,345;1\n", 'thousands: ","\n' + OWN),
        (HEAD + "2026-03-03;A;12,345;1\n", 'decimal: ","\n' + OWN),
        (HEAD.replace(";", ",") + '2026-03-03,A,"12,345",1\n', OWN),
    ],
)
def test_nothing_is_said_where_there_is_one_way_to_read_it(
    tmp_path: Path, data: str, text: str
) -> None:
    assert not any("comma" in said for said in notes(read(tmp_path, data, text)))


def test_a_zero_before_a_comma_is_never_a_thousand(tmp_path: Path) -> None:
    data = HEAD + "2026-03-03;A;12,345;1\n2026-03-03;B;0,567;1\n"
    (found,) = refused(tmp_path, data, OWN).diagnostics
    assert (found.code, found.message) == ("IMP004", "'0,567' is not a number")
    assert 'decimal: ","' in found.hint
    result = read(tmp_path, data, 'decimal: ","\n' + OWN)
    assert result.tables["daily"].column("close").to_pylist() == [12.345, 0.567]


def test_values_read_as_none_are_counted(tmp_path: Path) -> None:
    data = "date,symbol,close,n\n2026-03-03,A,NaN,1\n2026-03-03,B,-,2\n2026-03-03,C,1,2\n"
    result = read(tmp_path, data, 'nulls: ["NaN", "-"]\n' + OWN)
    assert "read as no value: close 2" in notes(result)
    assert not any(
        "no value" in text
        for text in notes(read(tmp_path, data.replace("-,2", "2,2").replace("NaN", ""), OWN))
    )


def test_a_row_of_nothing_is_told_with_its_line(tmp_path: Path) -> None:
    data = "date,symbol,close,n\n2026-03-03,A,1,1\nNaN,NaN,NaN,NaN\nNaN,NaN,NaN,NaN\n"
    found = refused(tmp_path, data, 'nulls: ["NaN"]\n' + OWN).diagnostics
    assert [(item.code, item.span and item.span.line) for item in found] == [
        *(("DAT005", 3),) * 2,
        *(("DAT005", 4),) * 2,
    ]
    assert 'except: {date: "NaN"}' in found[0].hint
    text = 'except: {date: "NaN"}\n' + OWN
    assert read(tmp_path, data, text).tables["daily"].num_rows == 1


def test_dates_that_are_not_read_make_no_duplicates(tmp_path: Path) -> None:
    lines = "".join(f"{46083 + day},A,{day + 1},1\n" for day in range(25))
    found = refused(tmp_path, "date,symbol,close,n\n" + lines, OWN).diagnostics
    assert {item.code for item in found} == {"IMP004"}
    listed = [item for item in found if item.span is not None]
    assert all("date_format: excel" in item.hint for item in listed)
    result = read(tmp_path, "date,symbol,close,n\n" + lines, "date_format: excel\n" + OWN)
    assert str(result.tables["daily"].column("date")[0].as_py()) == "2026-03-02"
