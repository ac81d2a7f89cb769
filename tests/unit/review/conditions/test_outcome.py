"""Outcomes of tests put together: the worst of all, the best of any, and what decided."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexcalc.review.conditions.judged_lines import FAILS, PASSES, UNKNOWN_STATE
from indexcalc.review.conditions.outcome import (
    OPERATORS,
    Leaf,
    blank,
    by_status,
    either,
    of_measure,
    states,
    together,
)
from tests.unit.review.conditions.review_lines import review_lines

NAN = float("nan")
STATES = {"n": FAILS, "?": UNKNOWN_STATE, "y": PASSES}


def leaf(said: str, path: int, observed: Sequence[float] = (), line: float = 10.0) -> Leaf:
    """An outcome by letters: y passes, n fails, ? cannot be judged."""
    n = len(said)
    return Leaf(
        state=np.array([STATES[letter] for letter in said], dtype=np.int8),
        path=np.full(n, path, dtype=np.int64),
        observed=np.array(observed or [NAN] * n),
        threshold=np.full(n, line),
        detail=np.full(n, path + 100, dtype=np.int64),
        measure=np.full(n, path + 200, dtype=np.int64),
    )


def said(outcome: Leaf) -> str:
    return "".join("n?y"[int(state)] for state in outcome.state)


def test_all_hold_where_the_worst_does() -> None:
    outcome = together([leaf("yyy??nn", 1), leaf("y?n?ny?", 2)])
    assert said(outcome) == "y?n?nnn"
    # The test that made it worse; of equals the first.
    assert outcome.path[1:].tolist() == [2, 2, 1, 2, 1, 1]
    assert outcome.detail.tolist() == (outcome.path + 100).tolist()
    assert outcome.measure.tolist() == (outcome.path + 200).tolist()


def test_of_tests_that_all_pass_the_narrowest_is_told() -> None:
    # Off the line of 10 by 50 %, 10 %, 20 % and by nothing comparable.
    wide, narrow = leaf("yyyy", 1, (15, 11, 12, NAN)), leaf("yyyy", 2, (11, 15, 8, NAN))
    assert together([wide, narrow]).path.tolist() == [2, 1, 1, 1]
    assert together([leaf("yy", 1, (9, 5)), leaf("yy", 2, (11, 15))]).path.tolist() == [1, 1]
    # An outcome that names no test gives way to any.
    assert together([blank(4, PASSES), narrow]).path.tolist() == [2, 2, 2, 2]
    assert together([narrow, blank(4, PASSES)]).path.tolist() == [2, 2, 2, 2]


def test_one_holds_where_the_best_does() -> None:
    outcome = either([leaf("nn?y", 1), leaf("y?nn", 2)])
    assert said(outcome) == "y??y"
    assert outcome.path.tolist() == [2, 2, 1, 1]


def test_of_tests_that_all_fail_the_nearest_miss_is_told_or_the_first() -> None:
    far, near = leaf("nn", 1, (5, 9)), leaf("nn", 2, (9, 5))
    assert either([far, near]).path.tolist() == [2, 1]
    assert either([far, near], first_miss=True).path.tolist() == [1, 1]
    # A twentieth of a hundred is nearer than a tenth of ten.
    assert either([leaf("n", 1, (9,)), leaf("n", 2, (95,), line=100)]).path.tolist() == [2]
    # As near: the first.
    assert either([leaf("nn", 1, (9, 5)), leaf("nn", 2, (11, 15))]).path.tolist() == [1, 1]


def test_each_has_the_outcome_of_its_status() -> None:
    outcome = by_status(np.array([True, False]), leaf("yn", 1), leaf("ny", 2))
    assert (said(outcome), outcome.path.tolist()) == ("yy", [1, 2])


def test_a_test_of_a_measure_is_marked_with_it() -> None:
    lines = review_lines()
    outcome = of_measure(leaf("yyyyyy", 1), "size", lines)
    assert {lines.words.texts[int(number)] for number in outcome.measure} == {"size"}
    assert of_measure(blank(6, PASSES), "size", lines).measure == 0
    other = leaf("yyyyyy", 1)
    assert of_measure(other, "sector", lines) is other


def test_bounds_include_their_line_where_they_say_so() -> None:
    values = np.array([1.0, 2.0, 3.0, NAN])
    line = np.full(4, 2.0)
    held = {word: compare(values, line).tolist() for word, compare in OPERATORS.items()}
    assert held == {
        "equals": [False, True, False, False],
        "min": [False, True, True, False],
        "max": [True, True, False, False],
        "above": [False, False, True, False],
        "below": [True, False, False, False],
    }
    assert states(np.array([True, False])).tolist() == [PASSES, FAILS]


def test_what_is_one_for_all_rows_is_told_as_one() -> None:
    same = Leaf(states(np.array([True, False])), 1, np.array([9.0, 9.0]), 10.0, 101, 0)
    other = Leaf(states(np.array([False, True])), 2, np.array([5.0, 5.0]), 20.0, 102, 0)
    outcome = either([same, other])
    assert (said(outcome), outcome.measure) == ("yy", 0)
    assert np.asarray(outcome.path).tolist() == [1, 2]
    assert np.asarray(outcome.threshold).tolist() == [10.0, 20.0]
    kept = together([other, other])
    assert (kept.path, kept.threshold, kept.detail) == (2, 20.0, 102)
