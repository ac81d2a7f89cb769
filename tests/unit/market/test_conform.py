"""Tables made canonical: defaults of keys, and without pandas."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa

from indexcalc.diagnostics import Findings
from indexcalc.market import arrow
from indexcalc.market.conform import conform


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
