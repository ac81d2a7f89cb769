"""Tests of a value against a threshold or a list: ``equals min max above below in not_in none_of``.

Readings chosen: numbers are compared as doubles against the double nearest to the exact threshold.
``inclusion`` of a name that is not in the index is 0.  Where nobody is ranked at the rank a
threshold names (``size at rank 50`` of 40), every name stands above it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.values import values as v
from indexcalc.methodology.values.values import NONE
from indexcalc.notes import note
from indexcalc.review.conditions.judged_lines import PASSES, JudgedLines, as_text
from indexcalc.review.conditions.outcome import (
    OPERATORS,
    SIGNS,
    Judge,
    Leaf,
    blank,
    by_status,
)
from indexcalc.review.conditions.ranks_and_buffers import threshold_value
from indexcalc.review.data.fields import Column


def compare(name: str, test: c.Compare, judge: Judge) -> Leaf:
    """A field against a threshold, which may differ by status."""
    both = judge.at(test.value, test.path)
    if both is NONE:
        return blank(judge.lines.n, PASSES)
    review = judge.lines.review
    if review is None or both.same:
        return _compare_with(name, test, both.existing, judge)
    existing = _compare_with(name, test, both.existing, judge, only=review.existing)
    new = _compare_with(name, test, both.new, judge, only=~review.existing)
    return by_status(review.existing, existing, new)


def _compare_with(
    name: str, test: c.Compare, value: Any, judge: Judge, only: Bools | None = None
) -> Leaf:
    if value is NONE:
        return blank(judge.lines.n, PASSES)
    lines = judge.lines
    if name == "listed_for":
        assert isinstance(value, v.Duration)
        listed = lines.fields.listed_for(value, lines.codes, lines.days)
        outcome = _numbers(name, test, listed.observed, listed.line, str(value), judge)
        return judge.leaf(test, *outcome, name, _within(listed.missing, only))
    if name == "designation":
        return _designation(test, "in", (str(value),), judge)
    if name == "symbol":
        return _symbol(test, "in", (str(value),), judge)
    column = lines.values(name, judge.date)
    if column.kind == "text":
        wanted = column.labels.index(str(value)) if str(value) in column.labels else -2
        passes = column.values == wanted
        if test.op != "equals":
            everyone = np.ones(lines.n, dtype=np.bool_)
            return judge.leaf(
                test, ~everyone, np.nan, np.nan, 0, f"{name} as a number", missing=everyone
            )
        detail = _labels(name, column, lines)
        missing = _within(column.missing, only)
        return judge.leaf(test, passes, np.nan, np.nan, detail, name, missing=missing)
    line, text = _line(test, value, column, judge)
    outcome = _numbers(name, test, np.asarray(column.values, dtype=np.float64), line, text, judge)
    return judge.leaf(test, *outcome, name, _within(column.missing, only))


def one_of(name: str, test: c.OneOf, judge: Judge) -> Leaf:
    """A label in a list, not in it, or none of the designations in force."""
    labels = judge.at(test.labels, test.path)
    if labels is NONE:
        return blank(judge.lines.n, PASSES)
    texts = tuple(label.text for label in labels)
    if name == "designation":
        return _designation(test, test.op, texts, judge)
    if name == "symbol":
        return _symbol(test, test.op, texts, judge)
    lines = judge.lines
    column = as_text(lines.values(name, judge.date))
    # The last is that of a row without a label, which stands at -1.
    wanted = np.array([*(label in texts for label in column.labels), False], dtype=np.bool_)
    inside = wanted[column.values]
    passes = inside if test.op == "in" else ~inside
    detail = _labels(name, column, lines)
    return judge.leaf(test, passes, np.nan, np.nan, detail, name, missing=column.missing)


def _line(test: c.Compare, value: Any, column: Column, judge: Judge) -> tuple[Floats | float, str]:
    try:
        return threshold_value(test, value, judge, column)
    except ValueError:
        # A word where the column holds dates: nothing can equal it.
        return np.nan, str(value)


def _numbers(
    name: str, test: c.Compare, observed: Floats, line: Floats | float, text: str, judge: Judge
) -> tuple[Bools, Floats, Floats | float, int]:
    """(passes, observed, threshold, detail) of a value against a line."""
    passes = OPERATORS[test.op](observed, line)
    review = judge.lines.review
    note = review.measures[name].note if review is not None and name in review.measures else ""
    number = judge.lines.words.number(f"{name} {SIGNS[test.op]} {text}{note}")
    # Listed since before the data, for nobody knows how long; a line of minus infinity says that there
    # is none.
    observed = np.where(np.isinf(observed), np.nan, observed)
    if isinstance(line, float):
        return passes, observed, line, number
    return passes, observed, np.where(np.isinf(line), np.nan, line), number


def _designation(test: c.Test, op: str, kinds: tuple[str, ...], judge: Judge) -> Leaf:
    lines = judge.lines
    fields = lines.fields
    assumed = fields.assumptions.given.get("designation")
    words = lines.words
    marked = np.zeros(lines.n, dtype=np.bool_)
    detail: Ints | int = words.number("no such designation")
    missing = np.zeros(lines.n, dtype=np.bool_)
    if fields.has_designations:
        for kind in kinds:
            in_force = fields.designated(kind, lines.codes, lines.days)
            detail = np.where(in_force & ~marked, words.number(f"designation {kind}"), detail)
            marked |= in_force
    elif assumed is None:
        missing[:] = True
    else:
        fields.assumptions.record(
            note("no_designations", value=assumed), lines.codes, "designation"
        )
        marked[:] = assumed in kinds
    in_force = marked if op == "in" else ~marked
    return judge.leaf(test, in_force, np.nan, np.nan, detail, "designation", missing=missing)


def _symbol(test: c.Test, op: str, symbols: tuple[str, ...], judge: Judge) -> Leaf:
    lines = judge.lines
    order = lines.fields.market.order
    codes = [order[symbol] for symbol in symbols if symbol in order]
    wanted = np.zeros(len(lines.fields.market.symbols), dtype=np.bool_)
    wanted[codes] = True
    inside = wanted[lines.codes]
    passes = inside if op == "in" else ~inside
    words = lines.words
    detail = np.where(inside, words.number("symbol is listed"), words.number("symbol not listed"))
    none = np.zeros(lines.n, dtype=np.bool_)
    return judge.leaf(test, passes, np.nan, np.nan, detail, "symbol", missing=none)


def _labels(name: str, column: Column, lines: JudgedLines) -> Ints:
    """The number of ``name label`` for each row."""
    used = np.zeros(len(column.labels) + 1, dtype=np.bool_)
    used[column.values] = True
    lookup = np.zeros(used.size, dtype=np.int64)
    for label in used[:-1].nonzero()[0].tolist():
        lookup[label] = lines.words.number(f"{name} {column.labels[label]}")
    numbers: Ints = lookup[column.values]
    return numbers


def _within(missing: Bools, only: Bools | None) -> Bools:
    return missing if only is None else missing & only
