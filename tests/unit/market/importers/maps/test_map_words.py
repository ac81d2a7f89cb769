"""The words of a map, each on a small file of a shape that people have."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from indexcalc.diagnostics import ImportRefused
from tests.unit.market.importers.maps.files_and_maps import (
    DAILY,
    read,
    refused,
    rows,
)

D = dt.date


def test_skip_and_until_blank(tmp_path: Path) -> None:
    data = 'Fund "X\nAs of,2024-01-02\n\nd,s,c,n\n2024-01-02,A,1,2\n2024-01-02,B,3,4\n'
    data += '\n"a notice, of\nlaw"\n'
    result = read(tmp_path, data, DAILY + "skip: 3\nuntil_blank: true\n")
    assert [(row["symbol"], row["close"]) for row in rows(result, "daily")] == [("A", 1), ("B", 3)]
    # The place of a cell is its line in the file.
    wrong = refused(tmp_path, data.replace("B,3", "B,x"), DAILY + "skip: 3\nuntil_blank: true\n")
    assert [(d.code, d.span and d.span.line) for d in wrong.diagnostics] == [("IMP004", 6)]


def test_without_until_blank_what_follows_is_refused(tmp_path: Path) -> None:
    data = "d,s,c,n\n2024-01-02,A,1,2\n\na notice\n"
    found = refused(tmp_path, data, DAILY)
    assert [(d.code, d.span and d.span.line) for d in found.diagnostics] == [("IMP003", 4)]


def test_header_none_names_and_lines(tmp_path: Path) -> None:
    numbers = "table: memberships\nheader: none\ndelimiter: '\t'\n"
    numbers += "columns: {symbol: '1', effective_date: '2'}\n"
    result = read(tmp_path, "A\t2024-01-02\nB\t2024-01-02\n", numbers + "constants: {index: i}\n")
    assert len(rows(result, "memberships")) == 2
    names = DAILY + "header: [d, s, c, n]\n"
    assert len(rows(read(tmp_path, "2024-01-02,A,1,2\n2024-01-03,A,1,2\n", names), "daily")) == 2
    wrong = refused(tmp_path, "2024-01-02,A,1,2\n2024-01-03,A,x,2\n", names)
    assert wrong.diagnostics[0].span is not None
    assert wrong.diagnostics[0].span.line == 2
    two = (
        "header: 2\nwide: {keep: date, names: ['*', s], split: /}\ntable: daily\n"
        "columns: {date: date, symbol: s, close: Close, shares_outstanding: Shares}\n"
    )
    data = ",Close,Close,Shares,Shares\ndate,A,B,A,B\n2024-01-02,1,2,10,20\n"
    found = rows(read(tmp_path, data, two), "daily")
    assert [(r["symbol"], r["close"], r["shares_outstanding"]) for r in found] == [
        ("A", 1, 10),
        ("B", 2, 20),
    ]


def test_headers_in_angle_brackets_are_a_table(tmp_path: Path) -> None:
    bracketed = "table: daily\ncolumns: {date: <DATE>, symbol: <TICKER>, close: <CLOSE>}\n"
    data = "<TICKER>,<PER>,<DATE>,<CLOSE>\nAAPL.US,D,20230103,125.07\n"
    assert [row["close"] for row in rows(read(tmp_path, data, bracketed), "daily")] == [125.07]
    with pytest.raises(ImportRefused, match="the file is XML"):
        read(tmp_path, "<rows><row/></rows>", bracketed)
    with pytest.raises(ImportRefused, match="a Stata file"):
        read(tmp_path, "<stata_dta><header>", bracketed)


def test_a_decimal_comma_leaves_the_point_for_thousands(tmp_path: Path) -> None:
    german = "decimal: ','\ntable: daily\ncolumns: {date: d, symbol: s, close: c}\n"
    result = read(tmp_path, "d;s;c\n2023-01-03;A;1.125,07\n", german)
    assert [row["close"] for row in rows(result, "daily")] == [1125.07]


def test_json_records(tmp_path: Path) -> None:
    record = {"d": "2024-01-02", "s": "A", "c": 1.5, "n": 2**60 + 1}
    for tree in ([record], {"list": [record], "status": "000"}, {"data": {"items": [record]}}):
        found = rows(read(tmp_path, json.dumps(tree), DAILY, "f.json"), "daily")
        assert found[0]["shares_outstanding"] == 2**60 + 1
    lines = json.dumps(record) + "\n" + json.dumps(record | {"s": "B"}) + "\n"
    assert [row["symbol"] for row in rows(read(tmp_path, lines, DAILY), "daily")] == ["A", "B"]
    two = json.dumps({"a": [record], "b": {"c.d": [record | {"s": "Z"}]}})
    assert "several lists" in str(refused(tmp_path, two, DAILY))
    assert rows(read(tmp_path, two, DAILY + "records: b.c.d\n"), "daily")[0]["symbol"] == "Z"
    assert "nothing at 'x'" in str(refused(tmp_path, two, DAILY + "records: x\n"))
    keyed = json.dumps({"series": {"2024-01-02": {"4. close": "1.5"}}})
    text = (
        "records: series\ntable: daily\ncolumns: {date: key, close: 4. close}\n"
        "constants: {symbol: A, shares_outstanding: '1'}\n"
    )
    assert rows(read(tmp_path, keyed, text), "daily")[0]["close"] == 1.5
    assert "not valid JSON" in str(refused(tmp_path, '{"a": [', DAILY))


def test_japanese_text(tmp_path: Path) -> None:
    text = (
        "encoding: cp932\ntable: securities\nsnapshot: false\n"
        "columns: {symbol: コード, name: 銘柄名}\n"
    )
    result = read(tmp_path, "コード,銘柄名\n1301,極洋\n".encode("cp932"), text)
    assert rows(result, "securities") == [{"symbol": "1301", "name": "極洋"}]
