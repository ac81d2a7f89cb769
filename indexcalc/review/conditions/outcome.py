"""The outcome of a test for many names, and how outcomes are put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Bools, Floats, Ints, States
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.values.dated import Dated
from indexcalc.review.conditions.judged_lines import FAILS, PASSES, JudgedLines

SIGNS = {"equals": "=", "min": ">=", "max": "<=", "above": ">", "below": "<"}
OPERATORS: dict[str, Callable[[Floats, Floats | float], Bools]] = {
    "equals": lambda value, line: value == line,
    "min": lambda value, line: value >= line,
    "max": lambda value, line: value <= line,
    "above": lambda value, line: value > line,
    "below": lambda value, line: value < line,
}


class Leaf(Struct, frozen=True):
    """The outcome of one test (or of several put together): arrays (n,), or one value for all rows.

    ``state`` (n,): 0 fails, 1 cannot be judged, 2 passes.  ``path`` and ``detail``: numbers of texts;
    ``measure``: that of the name of the measure tested, 0 where the test is of something else.
    """

    state: States
    path: Ints | int
    observed: Floats | float
    threshold: Floats | float
    detail: Ints | int
    measure: Ints | int


class Judge(Protocol):
    """What a test may ask of the condition it stands in: the rows and their sets, the date at which
    dated values are read, and which rows are to be judged."""

    @property
    def lines(self) -> JudgedLines: ...
    @property
    def date(self) -> dt.date: ...
    @property
    def tested(self) -> Bools: ...
    def at(self, dated: Dated[Any], path: str) -> Any:
        """A dated value on the date; RuleNotKnown where it is unknown."""

    def all_of(self, condition: c.AllOf) -> Leaf:
        """A condition inside the test."""

    def leaf(
        self,
        test: c.Test,
        passes: Bools,
        observed: Floats | float,
        threshold: Floats | float,
        detail: Ints | int,
        field: str,
        missing: Bools,
    ) -> Leaf:
        """The outcome of one test; ``missing`` rows cannot be judged and are noted."""


def blank(n: int, state: np.int8) -> Leaf:
    """An outcome that names no test: everything passes (or fails)."""
    return Leaf(np.full(n, state, dtype=np.int8), 0, np.nan, np.nan, 0, 0)


def of_measure(outcome: Leaf, name: str, lines: JudgedLines) -> Leaf:
    """The outcome of a test of the field ``name``, marked with it where it is a measure of the review."""
    if lines.review is None or name not in lines.review.measures:
        return outcome
    number = lines.words.number(name)
    # A test that is not made names no path.
    return replace(outcome, measure=number * (outcome.path > 0))


def states(passes: Bools) -> States:
    """Passes where it held, fails elsewhere."""
    result: States = np.multiply(passes, PASSES, dtype=np.int8)
    return result


def by_status(existing_rows: Bools, existing: Leaf, new: Leaf) -> Leaf:
    """One outcome for names that are in the index and another for those that are not."""
    return _chosen(
        existing_rows,
        existing,
        new,
        np.where(existing_rows, existing.state, new.state),
    )


def together(parts: list[Leaf]) -> Leaf:
    """All hold: the worst outcome; first failing test, or the narrowest pass."""
    result = parts[0]
    for part in parts[1:]:
        state = np.minimum(part.state, result.state)
        told = state < result.state
        told |= (state == PASSES) & ((_slack(part) < _slack(result)) | (result.path == 0))
        result = _chosen(told, part, result, state)
    return result


def either(parts: list[Leaf], first_miss: bool = False) -> Leaf:
    """One holds: the best outcome; the first that held, else the nearest miss (or the first)."""
    result = parts[0]
    for part in parts[1:]:
        better = part.state > result.state
        state = np.maximum(part.state, result.state)
        if not first_miss:
            better |= (state == FAILS) & (_slack(part) < _slack(result))
        result = _chosen(better, part, result, state)
    return result


def slack(observed: Floats | float, threshold: Floats | float) -> Floats | float:
    """How far values are from their thresholds, relative to them; infinite where there is none."""
    if observed is np.nan or threshold is np.nan:
        return np.inf
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        relative = np.abs(observed - threshold) / np.abs(threshold)
    # The smaller of the two; of a number and no number the number.
    far: Floats = np.fmin(relative, np.inf)
    return far


def _slack(leaf: Leaf) -> Floats | float:
    return slack(leaf.observed, leaf.threshold)


def _chosen(take: Bools, new: Leaf, old: Leaf, state: States) -> Leaf:
    if not take.any():
        return replace(old, state=state)
    return Leaf(
        state=state,
        path=_of_rows(take, new.path, old.path),
        observed=_of_rows(take, new.observed, old.observed),
        threshold=_of_rows(take, new.threshold, old.threshold),
        detail=_of_rows(take, new.detail, old.detail),
        measure=_of_rows(take, new.measure, old.measure),
    )


def _of_rows(take: Bools, new: Any, old: Any) -> Any:
    """The new values of the rows of ``take``, the old of others; one value where all have the same."""
    same = new is old or (isinstance(new, int) and isinstance(old, int) and new == old)
    return new if same else np.where(take, new, old)
