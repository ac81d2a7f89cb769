"""All lines of a day as daily rows: base prices, lines without a price, market values that differ."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.korea.exchange_lines import read_lines

HERE = Path("lines_2024-01-02.csv")
DAY = dt.date(2024, 1, 2)
SPELLINGS = {"symbol": ("Code", "Ticker"), "close": ("Close",), "shares_outstanding": ("Stocks",)}


def read(*, unlisted: bool = False, **columns: Any) -> Imported:
    """Lines with the columns given, under our own words."""
    n = len(next(iter(columns.values())))
    made = {
        "symbol": [f"{number:06}" for number in range(1, n + 1)],
        "close": [100.0] * n,
        "shares_outstanding": [10] * n,
        **columns,
    }
    table = pa.table({name: values for name, values in made.items() if values is not None})
    headers = {name: name for name in table.column_names if name != "other"}
    return read_lines(
        Source(HERE, table),
        headers,
        Options(),
        "test",
        spellings=SPELLINGS,
        leave_out_unlisted=unlisted,
    )


def column(result: Imported, name: str) -> list[Any]:
    return list(result.tables["daily"].column(name).to_pylist())


def notes(result: Imported) -> dict[str, int]:
    return {note.text.split(":")[0]: note.count for note in result.notes}


def test_the_base_price_is_what_the_change_is_measured_from() -> None:
    result = read(close=[100.0, 110.0, 90.0, 0.0], change=[0, 10, -10, -5])
    assert column(result, "base_price") == [100.0, 100.0, 100.0, None]
    assert column(result, "close") == [100.0, 110.0, 90.0, None]
    assert notes(result)["lines with a close of 0"] == 1
    assert notes(result)["lines without a close or a change"] == 1
    assert result.warnings.items == []
    assert column(result, "date") == [DAY] * 4


@pytest.mark.parametrize(
    ("change", "direction", "rate", "right"),
    [
        (10, "1", 10.0, True),
        (10, "4", 10.0, True),
        (10, "3", 0.0, True),
        (-10, "2", -10.0, True),
        (-10, "5", -10.0, True),
        (10, "2", 10.0, False),
        (10, "5", 10.0, False),
        (-10, "1", -10.0, False),
        (-10, "4", -10.0, False),
        (10, "1", -10.0, False),
        (100, "1", 10.0, False),  # from nothing
    ],
)
def test_a_change_whose_signs_disagree(
    change: int, direction: str, rate: float, right: bool
) -> None:
    result = read(close=[100.0], change=[change], direction=[direction], rate=[rate])
    assert column(result, "base_price") == [100.0 - change if right else None]
    assert [item.code for item in result.warnings.items] == ([] if right else ["IMP016"])


def test_days_on_which_nothing_has_a_price() -> None:
    days = [DAY, DAY, dt.date(2024, 1, 3), dt.date(2024, 1, 3)]
    result = read(date=days, symbol=["000001", "000002"] * 2, close=[100.0, 0.0, 0.0, 0.0])
    assert column(result, "date") == [DAY, DAY]
    assert notes(result)["lines of 2024-01-03, a day on which no line has a price"] == 2
    with pytest.raises(ImportRefused, match=r"IMP012.*on 2024-01-02: it was no session"):
        read(close=[0.0, 0.0])


def test_lines_without_listed_shares() -> None:
    assert column(read(shares_outstanding=[10, 0, None]), "shares_outstanding") == [10, 0, None]
    result = read(shares_outstanding=[10, 0, None], unlisted=True)
    assert column(result, "symbol") == ["000001"]
    assert [(item.code, item.where) for item in result.warnings.items] == [
        ("IMP017", "000002"),
        ("IMP017", "000003"),
    ]
    assert notes(result)["lines without listed shares"] == 2


def test_market_values_are_compared_to_the_unit_and_within_rounding() -> None:
    # 100 x 10 = 1000; 12.25 x 10 = 122.5, which is stated as 122 or 123.
    closes = [100.0, 100.0, 12.25, 12.25, 12.25, 0.0]
    result = read(close=closes, market_cap=[1000, 1001, 122, 123, 124, 7])
    assert [(item.code, item.where) for item in result.warnings.items] == [
        ("IMP011", "000002"),
        ("IMP011", "000005"),
    ]
    assert "market value 1001, close x shares 1000" in result.warnings.items[0].message
    assert notes(result)["lines whose market value is close x shares"] == 3


def test_lines_that_opened_at_nothing_did_not_trade() -> None:
    result = read(open=[0, 100, 0], close=[100.0, 100.0, 0.0])
    assert notes(result)["lines without a trade (they opened at 0)"] == 1


def test_a_segment_is_part_of_a_market() -> None:
    result = read(market=["코스닥", "KOSDAQ GLOBAL", "KOSPI", None], name=["a", "b", "c", None])
    (seen,) = result.observed
    assert [(row["market"], row["segment"]) for row in seen.rows.to_pylist()] == [
        ("KOSDAQ", "코스닥"),
        ("KOSDAQ", "KOSDAQ GLOBAL"),
        ("KOSPI", "KOSPI"),
        (None, None),
    ]
    assert notes(result)["lines of KOSDAQ GLOBAL are of the market KOSDAQ"] == 1


def test_columns_that_are_not_used_are_said() -> None:
    result = read(other=[1])
    assert notes(result)["columns other"] == 1
    assert result.observed == []


def test_columns_that_are_needed() -> None:
    with pytest.raises(ImportRefused) as caught:
        read(shares_outstanding=[1], close=None, symbol=None)
    assert {(item.code, item.message) for item in caught.value.diagnostics} == {
        ("IMP005", f"no column for {name}; there are shares_outstanding")
        for name in ("symbol (Code or Ticker)", "close (Close)")
    }


def test_a_line_twice_is_told_with_both_places() -> None:
    with pytest.raises(ImportRefused) as refused:
        read(symbol=["000001", "000002", "000001"], close=[1.0, 2.0, 3.0])
    (found,) = refused.value.diagnostics
    assert (found.code, found.where) == ("DAT004", "row 3, symbol")
    assert found.message == "000001 is there twice on one day, with another close on row 1, symbol"


def test_a_line_said_again_is_dropped_and_counted() -> None:
    result = read(symbol=["000001", "000002", "000001"], close=[1.0, 2.0, 1.0])
    assert column(result, "symbol") == ["000001", "000002"]
    assert notes(result)["lines that say again what another says"] == 1


def test_an_apostrophe_before_a_code_is_taken_away() -> None:
    result = read(symbol=["'000001", "'2"])
    assert column(result, "symbol") == ["000001", "000002"]
    assert notes(result)["codes begin with an apostrophe, which is taken away"] == 2
