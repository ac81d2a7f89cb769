"""Conditions and tests as they are read from the `eligibility` of a small rule."""

from __future__ import annotations

import datetime as dt
from typing import Any

from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.values.values import ByStatus
from tests.unit.methodology.small_rule import HEAD, found_in, rule

D = dt.date
MEASURES = "measures: {size: {last: market_cap}, liquidity: {last: traded_value}}\n"


def condition(text: str) -> c.AllOf:
    read = rule(MEASURES + f"eligibility: {text}\n").eligibility
    assert read is not None
    held = read.value
    assert isinstance(held, c.AllOf)
    return held


def only(text: str) -> tuple[Any, ...]:
    """The tests of the one field of a condition."""
    (field,) = condition(text).parts
    assert isinstance(field, c.Field)
    held = field.tests.value
    assert isinstance(held, tuple)
    return held


def both(test: Any) -> Any:
    """The one value of a threshold that is neither dated nor by status."""
    held = test.value
    assert isinstance(held, ByStatus)
    assert held.same
    return held.new


def refused(text: str) -> list[tuple[str, int, int]]:
    """Findings in an eligibility on line 8, columns less those before it."""
    return [
        (code, line, column - len("eligibility: "))
        for code, line, column in found_in(HEAD + MEASURES + f"eligibility: {text}\n")
        if line == 8
    ]
