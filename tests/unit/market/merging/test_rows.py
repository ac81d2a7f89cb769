"""Two tables joined by key: what is added, what is filled in, and what the two disagree on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.market import arrow
from indexcalc.market.conform import conform
from indexcalc.market.merging.rows import (
    Conflict,
    merge_rows,
    type_clashes,
    value_text,
    without_repeats,
)
from indexcalc.market.tables import TABLES

RATES = TABLES["rates"]  # by date and name
DAY = dt.date(2024, 1, 2)


def rates(*rows: tuple[str, float | None], **more: list[Any]) -> pa.Table:
    return pa.table(
        {
            "date": pa.array([DAY] * len(rows)),
            "name": pa.array([name for name, _ in rows], pa.string()),
            "rate": pa.array([rate for _, rate in rows], pa.float64()),
            **more,
        }
    )


def column(merged: Any, name: str) -> dict[str, Any]:
    rows = merged.table.to_pylist()
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)
    return {row["name"]: row[name] for row in rows}


def test_new_keys_are_added_in_order() -> None:
    merged = merge_rows(RATES, rates(("b", 0.02)), rates(("a", 0.01), ("b", 0.02), ("c", 0.03)))
    assert column(merged, "rate") == {"a": 0.01, "b": 0.02, "c": 0.03}
    assert (merged.added, merged.filled, merged.same, merged.n_conflicts) == (2, 0, 1, 0)


def test_nothing_new_and_nothing_old() -> None:
    some = rates(("a", 0.01))
    assert column(merge_rows(RATES, some, some.slice(1)), "rate") == {"a": 0.01}
    assert merge_rows(RATES, some.slice(1), some).added == 1
    assert merge_rows(RATES, some.slice(1), some.slice(1)).table.num_rows == 0


def test_a_null_is_no_statement_whichever_side_has_it() -> None:
    merged = merge_rows(RATES, rates(("a", None), ("b", 0.02)), rates(("a", 0.01), ("b", None)))
    assert column(merged, "rate") == {"a": 0.01, "b": 0.02}
    assert (merged.filled, merged.same, merged.n_conflicts) == (1, 1, 0)


@pytest.mark.parametrize(("prefer", "stays"), [("old", 0.02), ("new", 0.03)])
def test_two_values_are_a_conflict_and_one_stays(prefer: Any, stays: float) -> None:
    merged = merge_rows(RATES, rates(("a", 0.01), ("b", 0.02)), rates(("b", 0.03)), prefer)
    assert column(merged, "rate") == {"a": 0.01, "b": stays}
    assert merged.conflicts == [Conflict("rates", "2024-01-02 b", "rate", "0.02", "0.03")]
    assert (merged.added, merged.same, merged.n_conflicts) == (0, 0, 1)


def test_conflicts_are_counted_beyond_those_listed() -> None:
    old = rates(("a", 0.01), ("b", 0.02), ("c", 0.03), source=["x", "x", "x"])
    new = rates(("a", 0.02), ("b", 0.03), ("c", 0.04), source=["y", "x", "y"])
    merged = merge_rows(RATES, old, new, listed=4)
    assert merged.n_conflicts == 5  # three rates and two sources
    assert [(item.key[-1], item.column) for item in merged.conflicts] == [
        *[(name, "rate") for name in "abc"],
        ("a", "source"),
    ]
    assert merge_rows(RATES, old, new, listed=0).conflicts == []


def test_columns_that_one_side_lacks() -> None:
    merged = merge_rows(
        RATES, rates(("a", 0.01), seen=[True]), rates(("a", 0.01), ("b", 0.02), day=[DAY, DAY])
    )
    assert column(merged, "seen") == {"a": True, "b": None}
    assert column(merged, "day") == {"a": DAY, "b": DAY}
    assert (merged.added, merged.filled) == (1, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [(1, 2), (DAY, dt.date(2024, 1, 3)), (True, False), ("x", "y")],
    ids=["whole", "day", "yes or no", "text"],
)
def test_every_kind_of_value_is_compared(old: Any, new: Any) -> None:
    def merged(value: Any) -> int:
        old_rows, new_rows = (rates(("a", 0.01), more=[item]) for item in (old, value))
        return merge_rows(RATES, old_rows, new_rows).n_conflicts

    assert merged(old) == 0
    assert merged(new) == 1


def test_kinds_that_cannot_be_compared() -> None:
    def schema(**kinds: Any) -> pa.Schema:
        return pa.schema(list(kinds.items()))

    text = pa.dictionary(pa.int32(), pa.string())
    old = schema(a=pa.int64(), b=pa.string(), c=pa.null(), d=pa.date32(), e=pa.int64())
    new = schema(a=pa.float64(), b=text, c=pa.date32(), d=pa.string(), e=pa.bool_(), f=pa.bool_())
    assert [name for name, *_ in type_clashes(old, new)] == ["d", "e"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (68400.0, "68400"),
        (0.1, "0.1"),
        (-2.0, "-2"),
        (1e16, "1e+16"),
        (7, "7"),
        (DAY, "2024-01-02"),
        ("x", "x"),
        (None, "None"),
    ],
)
def test_a_cell_in_words(value: Any, text: str) -> None:
    assert value_text(value) == text


def factors(*rows: tuple[str, int, float, int | None]) -> Any:
    """Rows (symbol, effective day, factor, day it was known)."""
    made = conform(
        "float_factors",
        arrow.table(
            {
                "symbol": arrow.from_texts(row[0] for row in rows),
                "effective_date": arrow.from_days([row[1] for row in rows]),
                "float_factor": arrow.from_floats([row[2] for row in rows]),
                "known_at": arrow.from_days(
                    [arrow.NULL_DAY if row[3] is None else row[3] for row in rows]
                ),
            }
        ),
        Findings(),
    )
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ([], [("A", 1, 0.4), ("A", 2, 0.4), ("A", 3, 0.5), ("B", 3, 0.5)], "A1 A3 B3"),
        ([("A", 1, 0.4)], [("A", 2, 0.4), ("A", 3, 0.5), ("A", 4, 0.4)], "A1 A3 A4"),
        # What is stored stays, and so does what comes before it.
        ([("A", 2, 0.4), ("A", 3, 0.4)], [("A", 1, 0.4)], "A1 A2 A3"),
        # Known later than the row before, by when that one is known too; and earlier than it.
        ([("A", 1, 0.4, 1)], [("A", 5, 0.4, 3)], "A1"),
        ([("A", 1, 0.4, 7)], [("A", 5, 0.4, 3)], "A1 A5"),
    ],
)
def test_a_row_that_says_what_holds_is_left_out(old: list[Any], new: list[Any], kept: str) -> None:
    spec = TABLES["float_factors"]
    before, added = (factors(*((*row, None)[:4] for row in part)) for part in (old, new))
    merged = merge_rows(spec, before, added)
    left_out = without_repeats(spec, merged)
    rows = merged.table.select(["symbol", "effective_date"]).to_pylist()
    assert " ".join(f"{row['symbol']}{row['effective_date'].day - 1}" for row in rows) == kept
    assert left_out == len(old) + len(new) - len(rows)
    assert merged.added == len(new) - left_out
