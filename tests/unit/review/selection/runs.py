"""A selection in the making over six lines of a review made by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np

from indexcalc.methodology.model.selection import Selection
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.selection.steps import SelectionSteps
from tests.unit.review.conditions.review_lines import mask
from tests.unit.review.small_reviews import rule

ON = dt.date(2020, 3, 13)


def selection(text: str) -> Selection:
    """The block `selection` of a rule."""
    head = "measures: {size: {last: market_cap}}\nweighting: {scheme: market_cap}\n"
    read = rule(f"{head}selection: {text}\n").selection
    assert read is not None
    return read


def run_of(text: str, lines: JudgedLines, pinned: str = "") -> SelectionSteps:
    """The selection of a rule before any of its steps."""
    return SelectionSteps(
        lines=lines,
        selection=selection(text),
        effective=ON,
        month=3,
        reasons=Reasons.none(lines.n),
        pinned=mask(pinned),
    )


def zeros(n: int = 6) -> np.ndarray:
    """One group of all lines."""
    return np.zeros(n, dtype=np.int64)
