"""Tables made canonical: defaults of keys, and without pandas."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from indexcalc.diagnostics import DataError, Findings, FindingsWarning
from indexcalc.market import arrow
from indexcalc.market.conform import conform
from indexcalc.market.market import Market


def test_nulls_of_a_key_become_its_default() -> None:
    rows = arrow.table(
        {
            "symbol": arrow.from_texts(["B", "A"]),
            "ex_date": arrow.from_days([1, 1]),
            "kind": arrow.from_texts([None, "special"]),
            "sequence": pa.nulls(2, pa.int64()),
            "amount": arrow.from_floats([1.0, 2.0]),
        }
    )
    made = conform("dividends", rows, Findings())
    assert made is not None
    assert [(row["symbol"], row["kind"], row["sequence"]) for row in made.to_pylist()] == [
        ("A", "special", 1),
        ("B", "ordinary", 1),
    ]


def test_whole_numbers_beyond_a_float_are_no_obstacle() -> None:
    rows = arrow.table(
        {
            "date": arrow.from_days([1]),
            "symbol": arrow.from_texts(["A"]),
            "close": arrow.from_ints([2**53 + 1]),
            "shares_outstanding": arrow.from_ints([1]),
            "traded_value": arrow.from_ints([2**63 - 1]),
        }
    )
    made = conform("daily", rows, Findings())
    assert made is not None
    assert made.column("traded_value").to_pylist() == [2**63 - 1]
    assert made.column("close").to_pylist() == [2.0**53]


def test_filling_nulls_imports_no_pandas() -> None:
    code = """
import sys
import numpy as np
import pyarrow as pa
from indexcalc.diagnostics import Findings
from indexcalc.market import arrow
from indexcalc.market.conform import conform
null = np.array([False, True])
assert arrow.bools(arrow.from_bools([True, True], null)).tolist() == [True, False]
rows = arrow.table({
    "symbol": arrow.from_texts(["A", "B"]),
    "ex_date": arrow.from_days([1, 1]),
    "kind": arrow.from_texts([None, "special"]),
    "sequence": pa.nulls(2, pa.int64()),
    "amount": arrow.from_floats([1.0, 2.0]),
})
assert conform("dividends", rows, Findings()) is not None
sys.exit("pandas" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_column_of_nulls_is_of_any_type() -> None:
    """pandas calls a column of nothing float64: `list_date has type double; it needs dates`."""
    rows = arrow.table(
        {
            "symbol": pa.nulls(2, pa.float64()),
            "ex_date": arrow.from_days([1, 2]),
            "type": arrow.from_texts(["split", "split"]),
            "ratio": pa.nulls(2, pa.string()),
            "list_date": pa.nulls(2, pa.float64()),
            "sequence": pa.nulls(2, pa.string()),
        }
    )
    findings = Findings()
    assert conform("corporate_actions", rows, findings) is None
    assert [(item.code, item.where) for item in findings.items] == [("DAT005", "symbol")]
    named = rows.set_column(0, "symbol", arrow.from_texts(["A", "A"]))
    made = conform("corporate_actions", named, Findings())
    assert made is not None
    assert made.column("list_date").to_pylist() == [None, None]
    assert made.schema.field("list_date").type == pa.date32()
    assert made.column("sequence").to_pylist() == [1, 1]


def _daily(**own: Any) -> dict[str, Any]:
    size = len(next(iter(own.values())))
    columns = {
        "date": arrow.from_days([1] * size),
        "symbol": arrow.from_texts(["A", "B", "C"][:size]),
        "close": arrow.from_floats([1.0] * size),
        "shares_outstanding": arrow.from_ints([1] * size),
    }
    return {**columns, **own}


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.uint16()])
def test_symbols_that_were_numbers_are_no_better_as_categories(kind: Any) -> None:
    symbols = pa.array([5930, 660], kind)
    for given in (symbols, symbols.dictionary_encode()):
        findings = Findings()
        rows = arrow.table(_daily(symbol=given))
        assert conform("daily", rows, findings) is None
        assert [(item.code, item.where) for item in findings.items] == [("DAT003", "symbol")]
        assert "005930" in findings.items[0].hint


def test_a_dictionary_has_the_type_of_its_values() -> None:
    """pandas writes `category` so: numbers and days of categories are numbers and days."""
    plain = {
        "date": pa.array([20515, 20516], pa.date32()),
        "close": pa.array([1.5, 2.5]),
        "score": pa.array([7, None]),
        "flag": pa.array([True, False]),
        "seen": pa.array([20515, None], pa.date32()),
        "label": pa.array(["b", "a"]),
    }
    coded = {name: array.dictionary_encode() for name, array in plain.items()}
    one, other = (conform("daily", arrow.table(_daily(**x)), Findings()) for x in (plain, coded))
    assert one is not None
    assert one.equals(other)
    chunked = arrow.table({**_daily(**plain), "score": pa.chunked_array([[7], [None]], pa.int64())})
    chunked = chunked.set_column(4, "score", chunked.column("score").dictionary_encode())
    made = conform("daily", chunked, Findings())
    assert made is not None
    assert made.column("score").to_pylist() == [7, None]


def test_whole_numbers_beyond_64_bits_do_not_wrap() -> None:
    numbers = pa.array([2**63, 2**64 - 1, None], pa.uint64())
    findings = Findings()
    made = conform("daily", arrow.table(_daily(big=numbers)), findings)
    assert made is not None
    (told,) = findings.items
    assert (told.code, told.where, told.severity) == ("DAT003", "big", "warning")
    assert made.column("big").to_pylist() == [2.0**63, 2.0**64, None]
    small = conform(
        "daily", arrow.table(_daily(big=pa.array([2**63 - 1], pa.uint64()))), Findings()
    )
    assert small is not None
    assert small.column("big").to_pylist() == [2**63 - 1]


def test_times_of_a_column_of_ones_own_are_of_their_local_day() -> None:
    midnight = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    seen = pa.array([midnight, midnight + dt.timedelta(hours=8)], pa.timestamp("us", "Asia/Seoul"))
    findings = Findings()
    made = conform("daily", arrow.table(_daily(seen=seen)), findings)
    assert made is not None
    assert [(item.where, item.severity) for item in findings.items] == [("seen", "warning")]
    assert "its days are kept" in findings.items[0].message
    findings = Findings()
    conform("daily", arrow.table(_daily(seen=seen[:1])), findings)
    assert not findings.items
    assert made.column("seen").to_pylist() == [dt.date(2026, 3, 2)] * 2


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1], [2]]),
        pa.array([{"a": 1}, None]),
        pa.array([b"\xff", b"a"]),
        pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
        pa.array([0, 1], pa.timestamp("s", "Nowhere/Land")),
        pa.DictionaryArray.from_arrays(pa.array([0, 0]), pa.array([[1]])),
    ],
)
def test_a_type_that_rules_cannot_use_is_left_out_and_told(column: Any) -> None:
    with pytest.warns(FindingsWarning, match=r"daily: DAT003 tags: .* it is left out"):
        market = Market.from_tables(daily=arrow.table(_daily(tags=column)))
    assert "tags" not in market.columns("daily")
    for needed in ("symbol", "close", "date"):
        with pytest.raises(DataError) as caught:
            Market.from_tables(daily=arrow.table(_daily(**{needed: column})))
        assert (caught.value.diagnostics[0].code, caught.value.diagnostics[0].where) == (
            "DAT003",
            needed,
        )


def test_a_date64_with_a_time_of_day_is_a_time() -> None:
    millis = np.array([86_400_000, 5], dtype=np.int64)
    days = pa.Array.from_buffers(pa.date64(), 2, [None, pa.py_buffer(millis)])
    findings = Findings()
    assert conform("daily", arrow.table(_daily(date=days)), findings) is None
    assert [(item.code, item.where) for item in findings.items] == [("DAT003", "date")]
    made = conform("daily", arrow.table(_daily(date=days[:1])), Findings())
    assert made is not None
    assert made.column("date").to_pylist() == [dt.date(1970, 1, 2)]


def test_decimals_are_the_numbers_that_text_would_give() -> None:
    """A price, a fractional share count and a column of one's own."""
    money = pa.decimal128(20, 2)
    rows = pa.table(
        {
            "date": [dt.date(2024, 1, 2)],
            "symbol": ["A"],
            "close": pa.array([Decimal("3450.18")], money),
            "shares_outstanding": pa.array([Decimal("165.95")], money),
            "eps": pa.array([Decimal("3417.18")], money),
        }
    )
    made = conform("daily", rows, Findings())
    assert made is not None
    (row,) = made.to_pylist()
    assert (row["close"], row["shares_outstanding"], row["eps"]) == (3450.18, 165.95, 3417.18)
