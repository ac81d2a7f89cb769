"""What is not a number is refused with its table, column, day and line; null is no such thing."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from indexcalc.calculation.run.finite_numbers import refuse_not_finite
from indexcalc.diagnostics import DataError

DAYS = pa.array([dt.date(2024, 1, 2), dt.date(2024, 1, 3)], pa.date32())


def test_null_and_counts_are_let_through() -> None:
    table = pa.table({"date": DAYS, "level": [1.5, None], "members": [3, 4]})
    refuse_not_finite("test", levels=table, overrides=None)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_the_first_bad_cell_is_named(value: float) -> None:
    table = pa.table({"date": DAYS, "symbol": ["A", "B"], "weight": [0.5, value]})
    with pytest.raises(DataError) as error:
        refuse_not_finite("test", constituents=table)
    (item,) = error.value.diagnostics
    assert item.code == "CAL030"
    assert item.where == "test 2024-01-03 B"
    assert item.message.startswith("constituents.weight ")


def test_a_table_without_days_or_lines_is_named_by_the_index_alone() -> None:
    with pytest.raises(DataError) as error:
        refuse_not_finite("test", reviews=pa.table({"turnover": [float("nan")]}))
    assert error.value.diagnostics[0].where == "test"
