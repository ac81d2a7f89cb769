"""What is taken for granted: recorded once, of the lines it was taken of; values of the right kind."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.diagnostics import Findings, UsageError
from indexcalc.review.data.assumptions import Assumptions, assumed_date, check_assumed


def codes(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int32)


def test_each_is_told_once_with_its_lines_in_the_order_of_its_text() -> None:
    made = Assumptions(tuple("ABCDEFG"))
    made.record("b", codes(6, 5, 4, 3, 2, 1))
    made.record("b", codes(1, 1))
    made.record("a", codes(0))
    made.record("nobody", codes())
    assert [(one.what, one.lines, one.symbols) for one in made.recorded()] == [
        ("a", 1, ("A",)),
        ("b", 6, tuple("BCDEF")),
    ]


def test_inside_a_scope_only_its_lines_are_recorded() -> None:
    made = Assumptions(tuple("ABC"))
    with made.only_of(np.array([True, False, True])):
        made.record("x", codes(0, 1))
        with made.only_of(np.array([False, False, True])):
            made.record("x", codes(1, 2))
        made.record("y", codes(1))
        made.record("z", codes(0))
    made.record("w", codes(1))
    assert {one.what: one.symbols for one in made.recorded()} == {
        "x": ("A", "C"),
        "z": ("A",),
        "w": ("B",),
    }


def test_what_was_said_and_nothing_took_is_told() -> None:
    made = Assumptions(tuple("AB"), {"sector": "x", "float_factor": "1", "missing_row": "carried"})
    with made.only_of(np.array([True, False])):
        made.record("float_factor=1 where it is not known", codes(1), "float_factor")
    assert made.notes() == [
        "sector=x was said and is used nowhere: the rules do not ask for it, or it is known"
    ]


@pytest.mark.parametrize(
    ("key", "text", "good"),
    [
        ("float_factor", "1", True),
        ("float_factor", "30%", True),
        ("float_factor", "0.3", True),
        ("float_factor", "30", False),
        ("float_factor", "130%", False),
        ("listing_date", "2019-01-02", True),
        ("listing_date", "2019-02-30", False),
        ("listing_date", "yes", False),
        ("close", "5", True),
        ("close", "high", False),
        ("sector", "energy", True),
        ("sector", "12", True),
        ("of_my_own", "any", True),  # a column of the market's own
    ],
)
def test_values_that_are_not_of_their_columns_kind(key: str, text: str, good: bool) -> None:
    findings = Findings()
    check_assumed({key: text}, findings)
    assert [item.code for item in findings.items] == ([] if good else ["CAL019"])
    if not good:
        assert findings.items[0].message.startswith(f"{key}={text}: ")
        assert findings.items[0].hint


def test_a_date_to_assume_is_a_date() -> None:
    assert assumed_date("listing_date", "2019-01-02") == dt.date(2019, 1, 2)
    with pytest.raises(UsageError) as refused:
        assumed_date("listing_date", "2019-13-02")
    assert [item.code for item in refused.value.diagnostics] == ["CAL019"]
