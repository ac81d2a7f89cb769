"""Why each name is in or out: the last decision, else the nearest miss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexcalc.review.conditions.evaluate import Verdict
from indexcalc.review.conditions.judged_lines import FAILS, UNKNOWN_STATE
from indexcalc.review.conditions.outcome import Leaf
from indexcalc.review.ledger.reasons import NoReasons, Reasons

NAN = float("nan")


def verdict(path: int, observed: Sequence[float], line: float = 10.0) -> Verdict:
    states = np.where(np.isnan(observed), UNKNOWN_STATE, FAILS)
    return Verdict(Leaf(states, path, np.array(observed), line, path + 100, path + 200))


def rows(text: str) -> np.ndarray:
    return np.array([letter == "y" for letter in text], dtype=np.bool_)


def test_a_verdict_decides_of_its_rows_alone() -> None:
    made = Reasons.none(3)
    made.take(rows("yny"), verdict(1, [5.0, 6.0, NAN]))
    assert made.path.tolist() == [1, 0, 1]
    assert made.detail.tolist() == [101, 0, 101]
    assert made.measure.tolist() == [201, 0, 201]
    assert made.unknown.tolist() == [False, False, True]
    np.testing.assert_array_equal(made.observed, [5.0, NAN, NAN])
    np.testing.assert_array_equal(made.threshold, [10.0, NAN, 10.0])


def test_a_step_says_one_number_or_one_for_each_line() -> None:
    made = Reasons.none(3)
    made.take(rows("yyy"), verdict(1, [NAN, NAN, NAN]))
    made.say(rows("yyn"), 7, 8, np.array([1.0, 2.0, 3.0]), 5.0, measure=9)
    assert (made.path.tolist(), made.detail.tolist()) == ([7, 7, 1], [8, 8, 101])
    np.testing.assert_array_equal(made.observed, [1.0, 2.0, NAN])
    assert made.threshold.tolist() == [5.0, 5.0, 10.0]
    assert made.measure.tolist() == [9, 9, 201]
    # What a step said is known.
    assert made.unknown.tolist() == [False, False, True]


def test_a_step_that_names_no_measure_decides_by_none() -> None:
    made = Reasons.none(1)
    made.take(rows("y"), verdict(1, [5.0]))
    made.say(rows("y"), 7, 8)
    assert made.measure.tolist() == [0]
    assert np.isnan(made.observed).all()


def test_of_misses_the_nearest_is_kept() -> None:
    made = Reasons.none(3)
    made.miss(rows("yyn"), verdict(1, [5.0, 9.0, 9.0]))
    assert made.path.tolist() == [1, 1, 0]
    # 8 is nearer to 10 than 5, and farther than 9.
    made.miss(rows("yyn"), verdict(2, [8.0, 8.0, 8.0]))
    assert made.path.tolist() == [2, 1, 0]
    # As far is no nearer; a test without numbers is farther than any.
    made.miss(rows("yyn"), verdict(3, [12.0, NAN, NAN]))
    assert made.path.tolist() == [2, 1, 0]
    made.miss(rows("nny"), verdict(4, [NAN, NAN, NAN]))
    assert made.path.tolist() == [2, 1, 4]


def test_how_near_a_miss_is_goes_by_its_line() -> None:
    made = Reasons.none(1)
    made.miss(rows("y"), verdict(1, [9.0]))  # a tenth of ten
    made.miss(rows("y"), verdict(2, [95.0], line=100.0))  # a twentieth of a hundred
    assert made.path.tolist() == [2]


def test_a_decision_comes_after_a_miss() -> None:
    made = Reasons.none(1)
    made.miss(rows("y"), verdict(1, [9.0]))
    made.take(rows("y"), verdict(2, [1.0]))
    assert made.path.tolist() == [2]


def test_nobody_asks_why() -> None:
    silent = NoReasons.none(2)
    silent.say(np.array([True, False]), 3, 4)
    assert silent.path.tolist() == [0, 0]
