"""Columns of a file in another shape: wide tables made long, a second file joined on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.imported import Options
from indexcalc.market.importers.maps import mapped
from tests.unit.market.importers.maps.files_and_maps import (
    DAILY,
    read,
    refused,
    rows,
)

D = dt.date


def test_wide_prices(tmp_path: Path) -> None:
    text = (
        "wide: {keep: date, names: symbol, values: close}\ntable: daily\n"
        "columns: {date: date, symbol: symbol, close: close}\nconstants: {shares_outstanding: '1'}\n"
    )
    data = "date,AAPL,MSFT\n2024-01-02,10,20\n2024-01-03,,21\n"
    result = read(tmp_path, data, text)
    assert [(r["date"], r["symbol"], r["close"]) for r in rows(result, "daily")] == [
        (D(2024, 1, 2), "AAPL", 10),
        (D(2024, 1, 2), "MSFT", 20),
        (D(2024, 1, 3), "MSFT", 21),
    ]
    assert any("empty cells" in note.text and note.count == 1 for note in result.notes)
    found = refused(tmp_path, data.replace("21", "x"), text).diagnostics[0]
    assert found.span is not None
    assert (found.span.line, found.span.column) == (3, 13)


def test_wide_prices_without_a_map_are_no_sessions(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("date,AAPL,MSFT\n2024-01-02,10,20\n")
    with pytest.raises(ImportRefused, match=r"wide: \{keep: date"):
        mapped.read(path, Options())


def test_join_on_keys_and_on_the_newest(tmp_path: Path) -> None:
    (tmp_path / "shares.csv").write_text(
        "ticker,day,shares\nA,2023-12-31,100\nA,2024-01-03,110\nB,2024-01-03,50\n"
    )
    text = (
        "join: {file: shares.csv, on: {symbol: ticker}, newest: {date: day}}\ntable: daily\n"
        "columns: {date: date, symbol: symbol, close: close, shares_outstanding: shares}\n"
    )
    data = "date,symbol,close\n2024-01-02,A,1\n2024-01-02,B,1\n20240103,A,2\n2024-01-04,B,3\n"
    result = read(tmp_path, data, text)
    shares = [row["shares_outstanding"] for row in rows(result, "daily")]
    assert shares == [100, None, 110, 50]
    exact = text.replace(
        "on: {symbol: ticker}, newest: {date: day}", "on: {symbol: ticker, date: day}"
    )
    shares = [row["shares_outstanding"] for row in rows(read(tmp_path, data, exact), "daily")]
    assert shares == [None, None, 110, None]
    twice = text.replace(", newest: {date: day}", "")
    assert [d.code for d in refused(tmp_path, data, twice).diagnostics] == ["IMP019"]
    (tmp_path / "shares.csv").write_text("symbol,close,shares\nA,1,100\n")
    both = text.replace("{symbol: ticker}, newest: {date: day}", "symbol")
    assert [d.code for d in refused(tmp_path, data, both).diagnostics] == ["IMP005"]


WIDE = (
    "wide: {keep: date, names: ['*', symbol], split: '.'}\ntable: daily\n"
    "columns: {date: date, symbol: symbol, close: close, shares_outstanding: shares}\n"
)


def test_several_fields_of_a_wide_table(tmp_path: Path) -> None:
    # B has no column of shares: its shares are unknown, and a bad cell is named where it lies.
    data = "date,close.A,shares.A,close.B\n2024-01-02,1,10,2\n2024-01-03,,,3\n"
    found = rows(read(tmp_path, data, WIDE), "daily")
    assert [(r["date"].day, r["symbol"], r["close"], r["shares_outstanding"]) for r in found] == [
        (2, "A", 1, 10),
        (2, "B", 2, None),
        (3, "B", 3, None),
    ]
    wrong = refused(tmp_path, data.replace(",3\n", ",x\n"), WIDE).diagnostics[0]
    assert wrong.span is not None
    assert (wrong.span.line, wrong.span.column, wrong.where) == (3, 14, "close.B")


@pytest.mark.parametrize(
    ("header", "code", "words"),
    [
        ("date,close.A,note", "IMP007", "'note' has 1 part, not 2"),
        ("date", "IMP005", "no further column"),
        ("day,close.A", "IMP005", "no column 'date'"),
    ],
)
def test_headers_that_do_not_split(tmp_path: Path, header: str, code: str, words: str) -> None:
    found = refused(tmp_path, f"{header}\n" + ",".join("1" * (header.count(",") + 1)), WIDE)
    assert [item.code for item in found.diagnostics] == [code]
    assert words in str(found)


def test_keys_are_equal_as_dates_or_as_text(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("k,n\n2024-01-02,7\n")
    text = (
        "join: {file: b.csv, on: {d: k}}\ntable: daily\n"
        "columns: {date: d, symbol: s, close: c, shares_outstanding: n}\n"
    )
    data = "d,s,c\n20240102,A,1\n2024/01/03,A,1\n"
    result = read(tmp_path, data, text)
    assert [row["shares_outstanding"] for row in rows(result, "daily")] == [7, None]
    counts = {note.text: note.count for note in result.notes if "b.csv" in note.text}
    assert counts == {
        "rows with a row of b.csv": 1,
        "rows without a row of b.csv: its columns are unknown": 1,
    }
    (tmp_path / "b.csv").write_text("s,n\nA ,7\n,8\n")
    text = text.replace("{d: k}", "s").replace("symbol: s", "symbol: d")
    found = rows(read(tmp_path, data + "2024-01-04,,1\n", text), "daily")
    # Blanks at the ends count for nothing, and an empty key is equal to none.
    assert [row["shares_outstanding"] for row in found] == [7, 7, None]


def test_the_newest_row_needs_dates(tmp_path: Path) -> None:
    text = (
        "join: {file: b.csv, on: s, newest: {d: day}}\ntable: daily\n"
        "columns: {date: d, symbol: s, close: c, shares_outstanding: n}\n"
    )
    data = "d,s,c\n2024-01-02,A,1\n"
    for cell, words in (("soon", "not a date"), ("", "rows without a date")):
        (tmp_path / "b.csv").write_text(f"s,day,n\nA,{cell},7\n")
        found = refused(tmp_path, data, text)
        assert [item.code for item in found.diagnostics] == ["IMP004"]
        assert words in str(found)
    (tmp_path / "b.csv").write_text("s,day,n\n")  # no row at all: nothing is known
    assert [row["shares_outstanding"] for row in rows(read(tmp_path, data, text), "daily")] == [
        None
    ]


def test_a_bad_cell_of_a_joined_file_is_named_there(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("s,n\nB,1\nA,x\n")
    text = DAILY.replace("table:", "join: {file: b.csv, on: s}\ntable:")
    (found,) = refused(tmp_path, "d,s,c\n2024-01-02,A,1\n", text).diagnostics
    assert found.span is not None
    assert (Path(found.span.path).name, found.span.line) == ("b.csv", 3)
