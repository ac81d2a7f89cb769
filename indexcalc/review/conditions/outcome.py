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
OPERATORS: dict[str, Callable[[Floats, Floats], Bools]] = {
    "equals": lambda value, line: value == line,
    "min": lambda value, line: value >= line,
    "max": lambda value, line: value <= line,
    "above": lambda value, line: value > line,
    "below": lambda value, line: value < line,
}


class Leaf(Struct, frozen=True):
    """The outcome of one test (or of several put together), all arrays (n,).

    ``state``: 0 fails, 1 cannot be judged, 2 passes.  ``path`` and ``detail``: numbers of texts;
    ``measure``: that of the name of the measure tested, 0 where the test is of something else.
    """

    state: States
    path: Ints
    observed: Floats
    threshold: Floats
    detail: Ints
    measure: Ints


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
        state: States,
        observed: Floats,
        threshold: Floats,
        detail: Ints,
        field: str,
        missing: Bools,
    ) -> Leaf:
        """The outcome of one test; ``missing`` rows cannot be judged and are noted."""


def blank(n: int, state: np.int8) -> Leaf:
    """An outcome that names no test: everything passes (or fails)."""
    return Leaf(
        state=np.full(n, state, dtype=np.int8),
        path=np.zeros(n, dtype=np.int64),
        observed=np.full(n, np.nan),
        threshold=np.full(n, np.nan),
        detail=np.zeros(n, dtype=np.int64),
        measure=np.zeros(n, dtype=np.int64),
    )


def of_measure(outcome: Leaf, name: str, lines: JudgedLines) -> Leaf:
    """The outcome of a test of the field ``name``, marked with it where it is a measure of the review."""
    if lines.review is None or name not in lines.review.measures:
        return outcome
    number = lines.words.number(name)
    return replace(outcome, measure=np.where(outcome.path > 0, number, 0))


def states(passes: Bools) -> States:
    """Passes where it held, fails elsewhere."""
    result: States = np.where(passes, PASSES, FAILS).astype(np.int8)
    return result


def by_status(existing_rows: Bools, existing: Leaf, new: Leaf) -> Leaf:
    """One outcome for names that are in the index and another for those that are not."""
    return _chosen(
        existing_rows,
        existing,
        new,
        np.where(existing_rows, existing.state, new.state).astype(np.int8),
    )


def together(parts: list[Leaf]) -> Leaf:
    """All hold: the worst outcome; first failing test, or the narrowest pass."""
    result = parts[0]
    for part in parts[1:]:
        worse = part.state < result.state
        both = (part.state == PASSES) & (result.state == PASSES)
        tell = both & ((_slack(part) < _slack(result)) | (result.path == 0))
        result = _chosen(worse | tell, part, result, np.minimum(part.state, result.state))
    return result


def either(parts: list[Leaf], first_miss: bool = False) -> Leaf:
    """One holds: the best outcome; the first that held, else the nearest miss (or the first)."""
    result = parts[0]
    for part in parts[1:]:
        better = part.state > result.state
        if not first_miss:
            both = (part.state == FAILS) & (result.state == FAILS)
            better = better | (both & (_slack(part) < _slack(result)))
        result = _chosen(better, part, result, np.maximum(part.state, result.state))
    return result


def _slack(leaf: Leaf) -> Floats:
    """How far a value is from its threshold, relative to it; infinite where there is none."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        relative = np.abs(leaf.observed - leaf.threshold) / np.abs(leaf.threshold)
    slack: Floats = np.where(np.isnan(relative), np.inf, relative)
    return slack


def _chosen(take: Bools, new: Leaf, old: Leaf, state: States) -> Leaf:
    return Leaf(
        state=state,
        path=np.where(take, new.path, old.path),
        observed=np.where(take, new.observed, old.observed),
        threshold=np.where(take, new.threshold, old.threshold),
        detail=np.where(take, new.detail, old.detail),
        measure=np.where(take, new.measure, old.measure),
    )
