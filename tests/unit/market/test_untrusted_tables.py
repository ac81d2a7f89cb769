"""Tables as strangers give them: texts that confuse, days that nobody means, columns twice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import indexcalc as ic
from indexcalc.cli.main import run as command
from indexcalc.diagnostics import DataError
from indexcalc.market.checks.check import check_market

DAYS = [dt.date(2024, 1, 2), dt.date(2024, 1, 3)]


def daily(line: str = "A", /, **columns: Any) -> pa.Table:
    made = {
        "date": pa.array(DAYS),
        "symbol": pa.array([line] * 2),
        "close": pa.array([100.0, 101.0]),
        "shares_outstanding": pa.array([1000, 1000]),
        **columns,
    }
    return pa.table(made)


@pytest.mark.parametrize(
    "symbol",
    [
        "B\nC",
        "A\r",
        "A\tB",
        " A",
        "A ",
        "",
        "A\x00",
        "A\u2028B",
        "A\u200b",
        "\ufeffA",
        "A\u00a0B",
        "A" * 201,
    ],
)
def test_a_symbol_that_cannot_be_told_apart_is_refused(symbol: str, tmp_path: Path) -> None:
    for dictionary in (False, True):
        column = pa.array([symbol] * 2)
        with pytest.raises(DataError, match=r"DAT016.*symbol|DAT005"):
            ic.Market.from_tables(
                daily=daily(symbol=column.dictionary_encode() if dictionary else column)
            )


@pytest.mark.parametrize(
    "symbol", ["005930", "0126Z0", "BRK/B", "BRK B", "삼성전자", "A.B-C_D", "^KS11"]
)
def test_real_symbols_pass(symbol: str) -> None:
    assert ic.Market.from_tables(daily=daily(symbol)).symbols == (symbol,)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("corporate_actions", "other_symbol"),
        ("corporate_actions", "type"),
        ("securities", "issuer"),
        ("securities", "name"),
        ("securities", "mine"),
        ("memberships", "index"),
        ("fx", "from_currency"),
    ],
)
def test_a_line_break_is_refused_in_every_text(table: str, column: str) -> None:
    keys: dict[str, dict[str, Any]] = {
        "corporate_actions": {"symbol": "A", "ex_date": DAYS[1], "type": "split", "ratio": 2.0},
        "securities": {"symbol": "A"},
        "memberships": {"index": "i", "effective_date": DAYS[0], "symbol": "A"},
        "fx": {"date": DAYS[0], "from_currency": "USD", "to_currency": "KRW", "rate": 1300.0},
    }
    rows = pa.Table.from_pylist([{**keys[table], column: "x\ny"}])
    with pytest.raises(DataError, match=f"DAT016 {column}"):
        ic.Market.from_tables(daily=daily(), **{table: rows})


def test_a_column_twice_is_told() -> None:
    twice = pa.Table.from_arrays(
        [pa.array(DAYS), *[pa.array([1.0, 2.0])] * 2], names=["date", "close", "close"]
    )
    with pytest.raises(DataError, match=r"DAT015.*'close'"):
        ic.Market.from_tables(daily=twice)


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "dictionary"])
def test_dates_and_symbols_may_be_any_kind_of_text(kind: str) -> None:
    text = pa.array([str(day) for day in DAYS])
    symbol = pa.array(["A", "A"])
    if kind == "dictionary":
        columns = {"date": text.dictionary_encode(), "symbol": symbol.dictionary_encode()}
    else:
        wanted = getattr(pa, kind)()
        columns = {"date": text.cast(wanted), "symbol": symbol.cast(wanted)}
    market = ic.Market.from_tables(daily=daily(**columns))
    assert market.symbols == ("A",)
    assert market.days.size == 2


@pytest.mark.parametrize("day", [-1_000_000, 3_000_000, 2_000_000_000, -2_000_000_000])
@pytest.mark.parametrize("table", ["daily", "securities"])
def test_days_that_nobody_means_are_told(day: int, table: str) -> None:
    wrong = pa.array([day, day + 1], pa.int32()).cast(pa.date32())
    rows = pa.table({"symbol": ["A", "B"], "listing_date": wrong})
    tables = {"daily": daily(date=wrong)} if table == "daily" else {"securities": rows}
    with pytest.raises(DataError, match="DAT006"):
        ic.Market.from_tables(**tables)


def test_an_end_may_be_the_last_day_there_is() -> None:
    rows = pa.table({"symbol": ["A"], "delisting_date": [dt.date.max]})
    market = ic.Market.from_tables(daily=daily(), securities=rows)
    assert not check_market(market).findings.errors


def test_bars_stamped_in_utc_are_not_of_the_day_before() -> None:
    # Midnight of 3 and 4 January in Seoul.
    stamps = [dt.datetime(2024, 1, 2, 15), dt.datetime(2024, 1, 3, 15)]
    for kind in (pa.timestamp("ns"), pa.timestamp("us", "UTC")):
        with pytest.raises(DataError, match=r"DAT003.*time of day"):
            ic.Market.from_tables(daily=daily(date=pa.array(stamps, pa.timestamp("us")).cast(kind)))
    seoul = pa.array(stamps, pa.timestamp("us", "UTC")).cast(pa.timestamp("us", "Asia/Seoul"))
    market = ic.Market.from_tables(daily=daily(date=seoul))
    assert [str(dt.date(1970, 1, 1) + dt.timedelta(days=int(day))) for day in market.days] == [
        "2024-01-03",
        "2024-01-04",
    ]


def test_a_dictionary_with_a_null_in_it_is_a_null() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int32()), pa.array(["A", None]))
    with pytest.raises(DataError, match="DAT005"):
        ic.Market.from_tables(daily=daily(symbol=column))


def test_an_empty_daily_is_checked_without_a_traceback(tmp_path: Path) -> None:
    result = check_market(ic.Market.from_tables(daily=daily().slice(0, 0)))
    assert [found.code for found in result.findings.errors] == ["DAT001"]


def test_a_line_break_in_an_imported_symbol_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d.csv").write_text(
        'date,symbol,close,shares_outstanding\n2024-01-02,"B\nC",1,1\n2024-01-02,A,1,1\n'
    )
    assert (
        command(["market", "import", str(tmp_path / "d.csv"), "--market", str(tmp_path / "m")]) == 1
    )
    assert "DAT016" in capsys.readouterr().err
    assert not (tmp_path / "m" / "market.json").exists()
