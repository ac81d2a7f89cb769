"""Where a written table differs from the one computed again, each place by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from indexcalc.calculation.table_differences import TableDifference, table_difference

DAYS = [dt.date(2024, 1, 2), dt.date(2024, 1, 2), dt.date(2024, 1, 3)]


def table(**columns: list[Any]) -> pa.Table:
    told: dict[str, list[Any]] = {
        "effective_date": DAYS,
        "symbol": ["A", "B", "A"],
        "name": ["Alpha", "Beta", "Alpha"],
        "weight": [0.5, 0.5, 1.0],
    }
    return pa.table(told | columns)


def found(**written: list[Any]) -> TableDifference:
    return table_difference("constituents.parquet", table(**written), table())


def test_equal_tables_have_no_place() -> None:
    assert found() == TableDifference(True, 0.0, "")


def test_the_largest_of_a_table_is_named_with_both_values() -> None:
    """0.4 against 0.5 is a fifth of the larger; 0.9 against 1 is a tenth."""
    item = found(weight=[0.5, 0.4, 0.9])
    assert item.largest == pytest.approx(0.2, rel=1e-12)
    assert item.where == (
        "constituents.parquet weight 2024-01-02 B: stored 0.4, recomputed 0.5"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "values", "place"),
    [
        ("name", ["Alpha", "Beta", "Other"], "name 2024-01-03 A: stored Other, recomputed Alpha"),
        ("weight", [0.5, None, 1.0], "weight 2024-01-02 B: stored null, recomputed 0.5"),
    ],
)
def test_texts_and_nulls(column: str, values: list[Any], place: str) -> None:
    item = found(**{column: values})
    assert (item.bits, item.largest) == (False, float("inf"))
    assert item.where == f"constituents.parquet {place}"


def test_published_levels_are_numbers_too() -> None:
    """990.00 for 1000.00 is one in a hundred; nothing for 1010.00 is no number."""
    made = table(level=list(map(Decimal, ("1000.00", "1000.00", "1010.00"))))
    written = table(level=list(map(Decimal, ("1000.00", "990.00", "1010.00"))))
    item = table_difference("t", written, made)
    assert item.largest == pytest.approx(0.01, rel=1e-12)
    assert item.where == "t level 2024-01-02 B: stored 990.00, recomputed 1000.00"
    gone = table(level=[Decimal("1000.00"), Decimal("990.00"), None])
    item = table_difference("t", gone, made)
    assert (item.largest, item.where) == (
        float("inf"),
        "t level 2024-01-03 A: stored null, recomputed 1010.00",
    )


def test_a_sign_of_zero_is_a_bit() -> None:
    zero = table(weight=[0.0, 0.5, 1.0])
    item = table_difference("t", table(weight=[-0.0, 0.5, 1.0]), zero)
    assert item == TableDifference(False, 0.0, "t weight 2024-01-02 A: stored -0.0, recomputed 0.0")


def test_rows_that_are_missing_or_too_many() -> None:
    short = table().slice(0, 2)
    assert table_difference("t", short, table()).where == (
        "t: stored 2 rows, recomputed 3, first recomputed alone: 2024-01-03 A"
    )
    without = pa.concat_tables([table().slice(0, 1), table().slice(2, 1)])
    assert table_difference("t", table(), without).where == (
        "t: stored 3 rows, recomputed 2, first: stored 2024-01-02 B, recomputed 2024-01-03 A"
    )


def test_other_columns() -> None:
    whole = table(weight=[1, 2, 3])
    assert table_difference("t", whole, table()).where == (
        "t: other columns: stored weight (int64), recomputed weight (double)"
    )
