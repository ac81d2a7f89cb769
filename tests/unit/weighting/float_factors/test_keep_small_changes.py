"""The published float factor stays where the change is small: five points, by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np

from indexcalc.weighting.float_factors.steps import apply_steps
from tests.unit.review.small_reviews import rule


def steps_of(text: str):
    return rule(f"float: {{steps: [{text}]}}\n").float.steps.value


def through(
    text: str, raw: float, published: float = float("nan"), on: str = "2020-03-13"
) -> float:
    made = apply_steps(
        np.array([raw]), np.array([published]), steps_of(text), dt.date.fromisoformat(on)
    )
    return float(made.factor[0])


def test_small_changes_are_kept_and_five_points_are_taken() -> None:
    text = "{round: up to 1%}, {keep_if_change_below: 5 points}"
    assert through(text, 0.549, 0.50) == 0.55  # rounded first: five points
    assert through(text, 0.54, 0.50) == 0.50
    assert through(text, 0.451, 0.50) == 0.50
    assert through(text, 0.45, 0.50) == 0.45
    assert through(text, 0.54) == 0.54  # never published: nothing to compare with
    made = apply_steps(
        np.array([0.54, 0.55, 0.5]), np.full(3, 0.5), steps_of(text), dt.date(2020, 3, 13)
    )
    np.testing.assert_array_equal(made.kept, [True, False, False])
    np.testing.assert_array_equal(made.candidate, [0.54, 0.55, 0.5])
