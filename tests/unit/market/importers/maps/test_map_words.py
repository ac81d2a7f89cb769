"""The words of a map, each on a small file of a shape that people have."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.maps import mapped

D = dt.date


def read(tmp_path: Path, data: str | bytes, map_text: str, name: str = "file.csv") -> Imported:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (tmp_path / "map.yaml").write_text(map_text, encoding="utf-8")
    return mapped.read(path, Options(map_path=tmp_path / "map.yaml"))


def rows(result: Imported, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = result.tables[table].to_pylist()
    return found


def refused(tmp_path: Path, data: str, map_text: str) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        read(tmp_path, data, map_text)
    return caught.value


DAILY = "table: daily\ncolumns: {date: d, symbol: s, close: c, shares_outstanding: n}\n"


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


def test_percent_abs_strip(tmp_path: Path) -> None:
    text = (
        'table: float_factors\ncolumns:\n  effective_date: d\n  symbol: {column: s, strip: "\'"}\n'
        "  float_factor: {column: f, percent: true}\n"
    )
    data = "d,s,f\n2024-01-02,'000001,57.5 %\n2024-01-02,'000660,60\n"
    found = rows(read(tmp_path, data, text), "float_factors")
    assert [(row["symbol"], row["float_factor"]) for row in found] == [
        ("000001", 0.575),
        ("000660", 0.6),
    ]
    crsp = (
        "table: daily\ncolumns:\n  date: DATE\n  symbol: {column: PERMNO, pad: 5}\n"
        "  close: {column: PRC, abs: true}\n  shares_outstanding: {column: SHROUT, times: 1000}\n"
    )
    result = read(tmp_path, "PERMNO,DATE,PRC,SHROUT\n10001,20240102,-9.75,2241\n", crsp)
    assert rows(result, "daily")[0]["close"] == 9.75
    assert rows(result, "daily")[0]["shares_outstanding"] == 2_241_000
    assert any("without their sign: 1" in note.text for note in result.notes)


def test_shares_from_market_value(tmp_path: Path) -> None:
    text = (
        "table: daily\ncolumns:\n  date: d\n  symbol: s\n  close: c\n"
        "  shares_outstanding: {column: cap, times: 1000000, divide_by: c}\n"
    )
    result = read(tmp_path, "d,s,c,cap\n2024-01-02,A,12.5,250\n", text)
    assert rows(result, "daily")[0]["shares_outstanding"] == 20_000_000
    assert any(note.kind == "assumed" for note in result.notes)
    found = refused(tmp_path, "d,s,c,cap\n2024-01-02,A,0,250\n", text)
    assert "IMP004" in {d.code for d in found.diagnostics}


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


def members(result: Imported) -> dict[D, list[str]]:
    lists: dict[D, list[str]] = {}
    for row in rows(result, "memberships"):
        lists.setdefault(row["effective_date"], []).append(row["symbol"])
    return lists


INTERVALS = (
    "table: memberships\ncolumns: {effective_date: start, symbol: ticker, end_date: end}\n"
    "constants: {index: iv}\n"
)


def test_intervals_are_lists(tmp_path: Path) -> None:
    data = "ticker,start,end\nA,2019-12-31,2020-06-30\nB,2020-01-15,\nC,2019-12-31,2020-03-31\n"
    result = read(tmp_path, data, INTERVALS)
    assert members(result) == {
        D(2019, 12, 31): ["A", "C"],
        D(2020, 1, 15): ["A", "B", "C"],
        D(2020, 4, 1): ["A", "B"],
        D(2020, 7, 1): ["B"],
    }
    assert any(note.kind == "assumed" and "end_date" in note.text for note in result.notes)
    out = members(read(tmp_path, data, INTERVALS + "ends: first_day_out\n"))
    assert list(out) == [D(2019, 12, 31), D(2020, 1, 15), D(2020, 3, 31), D(2020, 6, 30)]
    # Back after a pause, two intervals that touch, and an end no calendar reaches.
    data = "ticker,start,end\nA,2020-01-01,2020-01-31\nA,2020-02-01,2020-02-10\nB,2020-01-01,2099-12-31\n"
    assert members(read(tmp_path, data, INTERVALS)) == {
        D(2020, 1, 1): ["A", "B"],
        D(2020, 2, 11): ["B"],
    }


def test_intervals_that_cannot_be(tmp_path: Path) -> None:
    found = refused(
        tmp_path, "ticker,start,end\nA,2020-02-01,2020-01-01\nB,,2020-01-01\n", INTERVALS
    )
    assert [(d.code, d.span and d.span.line) for d in found.diagnostics] == [
        ("IMP019", 2),
        ("IMP004", 3),
    ]
    result = read(tmp_path, "ticker,start,end\nA,2020-01-01,2020-01-31\n", INTERVALS)
    assert [d.code for d in result.warnings.items] == ["IMP020"]


CHANGES = (
    "table: memberships\ncolumns: {effective_date: date}\nconstants: {index: ix}\n"
    "changes: {added: Added, removed: Removed}\n"
)


def test_changes_with_a_list_are_applied_and_undone(tmp_path: Path) -> None:
    (tmp_path / "now.csv").write_text("Symbol\nB\nC\nD\n")
    text = CHANGES + "members: {file: now.csv, column: Symbol, date: 2020-06-01}\n"
    data = "date,Added,Removed\n2020-07-01,E,\n2020-05-01,D,A\n2020-03-01,C,\n"
    assert members(read(tmp_path, data, text)) == {
        D(2020, 3, 1): ["A", "B", "C"],
        D(2020, 5, 1): ["B", "C", "D"],
        D(2020, 6, 1): ["B", "C", "D"],
        D(2020, 7, 1): ["B", "C", "D", "E"],
    }
    found = refused(tmp_path, data + "2020-08-01,,Z\n2020-02-01,Y,\n", text)
    assert sorted((d.code, d.span.line if d.span else 0) for d in found.diagnostics) == [
        ("IMP019", 5),
        ("IMP019", 6),
    ]


def test_changes_as_actions_from_nobody(tmp_path: Path) -> None:
    text = (
        "table: memberships\ncolumns: {effective_date: date, symbol: ticker}\nconstants: {index: ix}\n"
        "changes: {action: what, added: [ADD], removed: [DEL, DROP]}\n"
    )
    data = "date,ticker,what\n2020-01-01,A,ADD\n2020-01-01,B,ADD\n2020-02-01,A,DEL\n"
    assert members(read(tmp_path, data, text)) == {
        D(2020, 1, 1): ["A", "B"],
        D(2020, 2, 1): ["B"],
    }
    found = refused(tmp_path, data + "2020-03-01,C,MOVE\n", text)
    assert [d.code for d in found.diagnostics] == ["IMP008"]


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("AAPL.csv", "AAPL"),
        ("BRK-B.csv", "BRK-B"),
        ("7203.T.csv", "7203.T"),
        ("005930-holders.csv", "005930"),
        ("MSFT_daily.csv", "MSFT"),
    ],
)
def test_the_symbol_in_a_file_s_name(tmp_path: Path, name: str, symbol: str) -> None:
    by_name = "table: daily\ncolumns: {date: Date, symbol: {given: symbol}, close: Close}\n"
    result = read(tmp_path, "Date,Close\n2023-01-03,125.07\n", by_name, name)
    assert [row["symbol"] for row in rows(result, "daily")] == [symbol]
    assert [note.text for note in result.notes if note.kind == "assumed"] == [
        f"every row is of {symbol}, the symbol in the file's name"
    ]


def test_a_name_without_a_symbol_is_refused(tmp_path: Path) -> None:
    by_name = "table: daily\ncolumns: {date: Date, symbol: {given: symbol}, close: Close}\n"
    with pytest.raises(ImportRefused, match="does not begin with the symbol"):
        read(tmp_path, "Date,Close\n2023-01-03,125.07\n", by_name, "prices.csv")


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


def test_split_cells(tmp_path: Path) -> None:
    text = (
        "table: memberships\ncolumns: {effective_date: date, symbol: {column: tickers, split: ','}}\n"
        "constants: {index: ix}\n"
    )
    data = 'date,tickers\n2020-01-01,"A, B,"\n2020-02-01,B\n'
    assert members(read(tmp_path, data, text)) == {D(2020, 1, 1): ["A", "B"], D(2020, 2, 1): ["B"]}


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
