"""Ledger rows of a review: who is in, kept or out, and float factors set or kept."""

from __future__ import annotations

import numpy as np

from indexcalc.review.data.float_factors import FloatUpdate
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.decision_rows import float_rows, membership_rows
from indexcalc.review.ledger.decisions import IN, KEPT, OUT, SET
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.weighting.float_factors.steps import SteppedFactors

NAN = float("nan")


def rows(text: str) -> np.ndarray:
    return np.array([letter == "y" for letter in text], dtype=np.bool_)


def test_a_row_says_what_became_of_a_reported_line() -> None:
    reasons = Reasons.none(5)
    reasons.say(rows("yyyyy"), 3, 4, np.arange(5.0), 9.0, measure=2)
    reasons.unknown[3] = True
    made = membership_rows(18000, rows("yynyy"), rows("yyynn"), rows("ynyny"), reasons)
    assert (made.effective_day, made.step) == (18000, "membership")
    assert made.codes.tolist() == [0, 1, 3, 4]
    # In before and after; new; out, one that was in.
    assert made.outcome.tolist() == [KEPT, IN, OUT, OUT]
    assert made.observed.tolist() == [0.0, 1.0, 3.0, 4.0]
    assert made.threshold.tolist() == [9.0] * 4
    assert (made.path.tolist(), made.detail.tolist()) == ([3] * 4, [4] * 4)
    assert made.measure.tolist() == [2] * 4
    assert made.code.tolist() == [-1, -1, 0, -1]  # of line 3 a value was not known


def test_a_factor_has_a_row_where_it_was_set_or_kept_although_it_had_moved() -> None:
    before = np.array([0.5, 0.5, 0.5, NAN, NAN, 0.5])
    stepped = SteppedFactors(
        factor=np.array([0.6, 0.5, 0.5, 0.3, NAN, 0.7]),
        candidate=np.array([0.6, 0.52, 0.5, 0.3, NAN, 0.7]),
        published=before,
        kept=rows("nyynnn"),
    )
    words = Texts()
    made = float_rows(FloatUpdate(18000, before, stepped, before), rows("yyyyyn"), words, 12)
    # Line 2 did not move, line 4 has no factor, line 5 is not reported.
    assert made.codes.tolist() == [0, 1, 3]
    assert made.outcome.tolist() == [SET, KEPT, SET]
    assert made.observed.tolist() == [0.6, 0.52, 0.3]
    np.testing.assert_array_equal(made.threshold, [0.5, 0.5, NAN])
    assert made.code.tolist() == [-1, -1, -1]
    said = [words.texts[int(number)] for number in made.detail]
    assert said == ["float factor set", "kept: the change is too small", "float factor set"]
    assert {(words.texts[int(path)], words.lines[int(path)]) for path in made.path} == {
        ("float", 12)
    }
