"""Problems of a file: listed up to a limit, then counted, raised together."""

from __future__ import annotations

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.problems import LISTED, Problems


def test_no_problem_raises_nothing() -> None:
    problems = Problems("f.csv")
    problems.finish()
    assert not problems


def test_beyond_the_limit_they_are_counted() -> None:
    problems = Problems("f.csv")
    for row in range(LISTED + 5):
        problems.add("IMP004", f"row {row}")
    problems.count_more("IMP004", 100)
    problems.add("IMP003", "cut short")
    with pytest.raises(ImportRefused) as raised:
        problems.finish()
    messages = [item.message for item in raised.value.diagnostics if item.code == "IMP004"]
    assert len(messages) == LISTED + 1
    assert f"{LISTED + 105} of these in all; the first {LISTED} are listed" in messages
    assert [item.message for item in raised.value.diagnostics if item.code == "IMP003"] == [
        "cut short"
    ]


def test_none_more_is_no_problem() -> None:
    problems = Problems("x")
    problems.count_more("IMP004", 0)
    problems.finish()
    assert not problems
