"""A column map read strictly: what it says, and everything that is wrong in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.maps.column_map import FileMap
from indexcalc.market.importers.maps.map_reader import read_map
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge
from tests.unit.market.importers.maps.files_and_maps import (
    DAILY,
    places,
    read,
    refused,
)

D = dt.date


@pytest.mark.parametrize(
    ("word", "what"),
    [
        ("skip: -1", "whole number"),
        ("header: x", "whole number"),
        ("until_blank: yes", "none of"),
        ("wide: {keep: a}", "needed here: names"),
        ("wide: {keep: a, names: [b, c]}", "split"),
        ("join: {file: x}", "needed here: on"),
        ("ends: last_day", "belongs to the table memberships"),
        ("members: {file: a, column: b, date: c}", "belongs to the table memberships"),
    ],
)
def test_words_out_of_range(tmp_path: Path, word: str, what: str) -> None:
    found = refused(tmp_path, "d,s,c,n\n2024-01-02,A,1,2\n", DAILY + word + "\n")
    assert {d.code for d in found.diagnostics} == {"IMP007"}
    assert what in str(found)


MAP = """\
table: daily
columns:
  date: TRD_DD
  symbol: CODE
  close: CLOSE
  shares_outstanding: {column: SHARES_K, times: 1000}
"""


def made(tmp_path: Path, text: str) -> FileMap:
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    return read_map(tmp_path / "map.yaml")


def told(tmp_path: Path, text: str) -> list[tuple[str, int]]:
    """(message and hint, line) of all that is wrong in a map."""
    with pytest.raises(ImportRefused, match="IMP007") as caught:
        made(tmp_path, text)
    return [
        (f"{item.message} {item.hint}", item.span.line if item.span else 0)
        for item in caught.value.diagnostics
    ]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("table: daly\ncolumns: {}\n", "did you mean daily", 1),
        ("table: decisions\ncolumns: {}\n", "is called `committee` now", 1),
        ("columns: {}\n", "`table` is missing", 1),
        (MAP.replace("columns:", "colums:"), "did you mean columns", 2),
        (MAP + "table: daily\n", "given twice", 7),
        (MAP.replace("CLOSE", "&x CLOSE"), "anchors and aliases", 5),
        (MAP.replace("CLOSE", "!!str CLOSE"), "tags", 5),
        (MAP.replace("1000", "many"), "'many' is not a number", 6),
        (MAP.replace("column: SHARES_K, ", ""), "either `column`", 6),
        (MAP.replace("times: 1000", "given: date"), "either `column`", 6),
        (MAP.replace("times: 1000", "pad: 101"), "at most 100", 6),
        (MAP.replace("times: 1000", "pad: 1.5"), "a number of characters", 6),
        (MAP.replace("  close: CLOSE\n", ""), "needs a column close", 1),
        (MAP + "constants: {close: 1}\n", "in `columns` too", 7),
        (MAP + "values: {clos: {a: b}}\n", "did you mean close", 7),
        (MAP + "others: {clos: keep}\n", "did you mean close", 7),
        (
            MAP + "snapshot: true\n",
            "a snapshot is of a table that holds from a day on: securities, fl",
            7,
        ),
        (
            "table: securities\ncolumns: {symbol: s}\nsnapshot: true\n",
            "needs a column valid_from",
            3,
        ),
        (MAP + "thousands: '.'\n", "the same mark", 7),
        (MAP + "decimal: '..'\n", "decimal is one sign such as , or . or '", 7),
        (MAP + "delimiter: ';;'\n", "a sign of ASCII", 7),
        (MAP + "encoding: hex\n", "no encoding of text is called 'hex'", 7),
        (MAP + "header: [a, a]\n", "needs names, each once", 7),
        (MAP + "wide: {keep: a, names: '*', values: x}\n", "the values' column already", 7),
        (MAP + "join: {file: x, on: a, newest: [a, b]}\n", "`newest` is one column", 7),
        (MAP + "facts: {complete: yes}\n", "none of false, true", 7),
        (MAP + "facts: {price_limit: 30}\n", "30.0 is not a share between 0 and 1", 7),
        (MAP + "facts: {price_limit: 0}\n", "0 is not above zero", 7),
        (MAP + 'facts: {name: "a\\tb"}\n', "is not text", 7),
        (MAP + "facts: {colour: red}\n", "unknown key 'colour'", 7),
        (MAP + "tables: []\n", "belongs into an item of `tables`", 1),
        ("tables: daily\n", "`tables` is a list", 1),
        ("table: [\n", "a value is missing", 2),
        ("", "the map is empty", 0),
    ],
)
def test_maps_are_read_strictly(tmp_path: Path, text: str, message: str, line: int) -> None:
    found = [at for words, at in told(tmp_path, text) if message in words]
    assert found[:1] == [line], told(tmp_path, text)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = MAP.replace("1000", "0") + "skip: x\nencoding: none such\n"
    assert [line for _, line in told(tmp_path, text)] == [6, 7, 8]


def test_what_a_map_says(tmp_path: Path) -> None:
    text = """\
encoding: cp932
decimal: ","
nulls: ["-", N/A]
header: 2
facts: {complete: true, price_limit: 0.30, currency: KRW}
join: {file: b.csv, on: [k, {bad: k}], newest: {d: day}}
"""
    with pytest.raises(ImportRefused, match="a single value is needed"):
        made(tmp_path, MAP + text)
    said = made(tmp_path, MAP + text.replace(", {bad: k}", ""))
    (table,) = said.tables
    (shares,) = table.columns["shares_outstanding"]
    assert (shares.column, shares.times, shares.others) == ("SHARES_K", 1000, "error")
    assert (said.decimal, said.thousands) == (",", ".")
    assert said.nulls == {"-", "N/A"}
    assert (said.layout.encoding, said.layout.header, said.layout.skip) == ("cp932", 2, 0)
    assert said.facts == {"complete": True, "price_limit": 0.3, "currency": "KRW"}
    (join,) = said.joins
    assert (join.file, join.on, join.newest) == ("b.csv", (("k", "k"),), ("d", "day"))


def test_words_of_values_go_to_every_alternative_that_has_none(tmp_path: Path) -> None:
    text = MAP.replace("CODE", "[{column: a, values: {x: '1'}, others: none}, b]", 1)
    text += "values: {symbol: {y: '2'}}\nothers: {symbol: drop}\n"
    first, second = made(tmp_path, text).tables[0].columns["symbol"]
    assert (first.values, first.others) == ({"x": "1"}, "none")
    assert (second.values, second.others) == ({"y": "2"}, "drop")


def test_a_market_is_not_made_unreadable_by_a_fact(tmp_path: Path) -> None:
    """What a map says of the market is held to what a market may say of itself."""
    data = "d,s,c,n\n2024-01-02,A,1,2\n"
    found = refused(tmp_path, data, DAILY + "facts: {price_limit: 30}\n")
    assert places(found) == [("IMP007", 3)]
    result = read(tmp_path, data, DAILY + "facts: {price_limit: 0.3}\n")
    merge(tmp_path / "m", result)
    assert Market.open(tmp_path / "m").facts["price_limit"] == 0.3


def test_a_misspelt_table_is_told_with_the_other_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(
        "table: dayly\ncolumns: {date: d, symbol: s, closs: c, shares_outstanding: n}\n"
    )
    with pytest.raises(ImportRefused) as refused:
        read_map(path)
    assert [(found.message, found.hint) for found in refused.value.diagnostics] == [
        ("the table daily needs a column close", ""),
        ("there is no table 'dayly'", "did you mean daily?"),
    ]
    path.write_text("table: quite other\ncolums: {}\n")
    with pytest.raises(ImportRefused) as refused:
        read_map(path)
    assert [found.message for found in refused.value.diagnostics] == [
        "`columns` is missing",
        "there is no table 'quite other'",
        "unknown key 'colums'",
    ]
