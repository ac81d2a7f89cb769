"""Rows of one key: said twice, or with another value."""

from __future__ import annotations

from indexcalc.market import arrow
from indexcalc.market.importers.repeats import repeated_rows
from indexcalc.market.tables import TABLES


def test_rows_of_one_key() -> None:
    days = [19000, 19000, 19000, 19001]
    rows = arrow.table(
        {
            "date": arrow.from_days(days),
            "symbol": arrow.from_texts(["A", "A", "A", "A"]),
            "close": arrow.from_floats([1.0, 1.0, 2.0, 1.0]),
        }
    )
    found = repeated_rows(TABLES["daily"], rows)
    assert found.again.tolist() == [False, True, False, False]
    assert found.others == [(1, 2, "close")]


def test_what_has_no_key_is_no_double() -> None:
    rows = arrow.table(
        {
            "date": arrow.from_days([arrow.NULL_DAY] * 2),
            "symbol": arrow.from_texts(["A", "A"]),
            "close": arrow.from_floats([1.0, 2.0]),
        }
    )
    found = repeated_rows(TABLES["daily"], rows)
    assert not found.again.any()
    assert found.others == []
