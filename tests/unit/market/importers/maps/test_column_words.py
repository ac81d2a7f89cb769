"""No word of a map is passed over: what would do nothing to a column is told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.diagnostics import ImportRefused
from tests.unit.market.importers.maps.test_map_words import read, refused, rows

MAP = "table: daily\ncolumns:\n  date: {date}\n  symbol: {symbol}\n  close: {close}\n"
MAP += "  shares_outstanding: n\n"
DATA = "d,s,c,n\n2024-01-02,5,100,10\n2024-01-03,5,150,10\n"


def mapped(**columns: str) -> str:
    return MAP.format(**{"date": "d", "symbol": "s", "close": "c", **columns})


@pytest.mark.parametrize(
    ("column", "word", "line"),
    [
        ({"close": "{column: c, values: {'100': x}}"}, "values", 5),
        ({"close": "{column: c, others: drop}"}, "others", 5),
        ({"close": "{column: c, pad: 6}"}, "pad", 5),
        ({"close": "{column: c, split: ';'}"}, "split", 5),
        ({"close": "{column: c, date_format: '%Y'}"}, "date_format", 5),
        ({"symbol": "{column: s, times: 2}"}, "times", 4),
        ({"symbol": "{column: s, percent: true}"}, "percent", 4),
        ({"symbol": "{column: s, abs: true}"}, "abs", 4),
        ({"date": "{column: d, pad: 8}"}, "pad", 3),
        ({"date": "{column: d, times: 2}"}, "times", 3),
        ({"date": "{column: d, strip: x}"}, "strip", 3),
        ({"date": "{given: date, date_format: '%Y'}"}, "date_format", 3),
        ({"symbol": "{given: symbol, pad: 6}"}, "pad", 4),
        ({"close": "{column: c, as: text}"}, "as", 5),
        ({"close": "{column: c, as: float}"}, "as", 5),
    ],
)
def test_a_word_of_another_kind_is_told(
    tmp_path: Path, column: dict[str, str], word: str, line: int
) -> None:
    found = refused(tmp_path, DATA, mapped(**column))
    assert [(item.code, item.span and item.span.line) for item in found.diagnostics] == [
        ("IMP007", line)
    ]
    assert f"`{word}`" in found.diagnostics[0].message


def test_values_of_a_table_are_held_to_its_columns(tmp_path: Path) -> None:
    found = refused(tmp_path, DATA, mapped() + "values: {close: {'100': '7'}}\n")
    assert "close holds numbers: `values` does nothing to it" in str(found)


def test_columns_of_your_own_are_of_any_kind(tmp_path: Path) -> None:
    own = mapped() + "  a: {column: n, times: 2}\n  b: {column: n, pad: 4, as: text}\n"
    found = rows(read(tmp_path, DATA, own), "daily")[0]
    assert (found["a"], found["b"]) == (20, "0010")
    refused(tmp_path, DATA, mapped() + "  b: {column: n, pad: 4, as: float}\n")


@pytest.mark.parametrize(
    "line",
    ["decimal: 5", "decimal: e", "decimal: '-'", "thousands: '0'", "thousands: E", "thousands: ab"],
)
def test_a_mark_that_numbers_have_would_make_other_numbers(tmp_path: Path, line: str) -> None:
    """With ``decimal: 5`` 150 was read as 1, with ``thousands: e`` 1e500 as 1500."""
    assert "is one sign" in str(refused(tmp_path, DATA, line + "\n" + mapped()))


def test_marks_that_are_signs(tmp_path: Path) -> None:
    data = "d;s;c;n\n2024-01-02;5;1'000,5;10\n"
    text = "decimal: ','\nthousands: \"'\"\ndelimiter: ';'\n" + mapped()
    assert rows(read(tmp_path, data, text), "daily")[0]["close"] == 1000.5


def test_a_column_of_no_column(tmp_path: Path) -> None:
    assert "close has no column of the file" in str(refused(tmp_path, DATA, mapped(close="[]")))


@pytest.mark.parametrize("word", ["strip", "split"])
def test_an_empty_text_cuts_nothing(tmp_path: Path, word: str) -> None:
    found = refused(tmp_path, DATA, mapped(symbol=f"{{column: s, {word}: ''}}"))
    assert "one character at least" in str(found)


def test_a_time_that_a_format_reads_may_be_of_another_day(tmp_path: Path) -> None:
    """15:00 in UTC is the next day in Seoul: the format must say that it is a text, not a time."""
    data = DATA.replace("2024-01-02", "2024-01-02 15:00").replace("2024-01-03", "2024-01-03 15:00")
    timed = "date_format: '%Y-%m-%d %H:%M'\n"
    with pytest.raises(ImportRefused, match=r"IMP004.*15:00.*is not a date"):
        read(tmp_path, data, timed + mapped())
    midnight = read(tmp_path, data.replace("15:00", "00:00"), timed + mapped())
    said = read(tmp_path, data, "date_format: '%Y-%m-%d 15:00'\n" + mapped())
    assert rows(midnight, "daily") == rows(said, "daily")


@pytest.mark.parametrize(
    "stamp", ["00:00:00-05:00", "00:00:00+00:00", "00:00:00.000Z", "00:00+0900"]
)
def test_midnight_at_an_offset_is_the_day_that_is_written(tmp_path: Path, stamp: str) -> None:
    """As yfinance and pandas write the days of a time zone."""
    said = rows(read(tmp_path, DATA.replace(",5,", f" {stamp},5,"), mapped()), "daily")
    assert said == rows(read(tmp_path, DATA, mapped()), "daily")
    with pytest.raises(ImportRefused, match=r"IMP004.*is not a date"):
        read(tmp_path, DATA.replace(",5,", f" {stamp.replace('00:00', '15:00', 1)},5,"), mapped())


def test_rows_of_an_empty_cell_are_dropped_where_the_map_says_so(tmp_path: Path) -> None:
    """The cash of a fund has no ticker."""
    data = DATA + "2024-01-03,,7,7\n2024-01-03, ,8,8\n"
    result = read(tmp_path, data, mapped() + "except: {s: ''}\n")
    assert [row["symbol"] for row in rows(result, "daily")] == ["5", "5"]
    dropped = [(note.text, note.count) for note in result.notes if note.kind == "dropped"]
    assert dropped == [("rows with s empty, not taken into daily", 2)]
    only = rows(read(tmp_path, data, mapped(symbol="{column: c}") + "where: {s: ['']}\n"), "daily")
    assert [row["symbol"] for row in only] == ["7", "8"]
