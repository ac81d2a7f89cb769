"""The steps of ``float.steps`` in order and by date, by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np

from indexcalc.weighting.float_factors.steps import apply_steps, step_dates
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


def test_hang_seng_phase_in_of_2006() -> None:
    """FAF1 = 100 - 2/3 (100 - FAF2), up to the next multiple of 5: a published example."""
    text = "{round: up to 5%}, {phase_in: 2/3}, {round: up to 5%}"
    raw = (1.0, 0.95, 0.7, 0.55, 0.4, 0.35, 0.3, 0.25, 0.05)
    expected = (1.0, 1.0, 0.8, 0.7, 0.6, 0.6, 0.55, 0.5, 0.4)
    assert tuple(through(text, value) for value in raw) == expected


def test_phases_hold_from_their_dates() -> None:
    text = "{phase_in: {2007-06-15: 50%, 2007-12-14: 100%}}"
    assert through(text, 0.6, on="2007-06-15") == 0.8
    assert through(text, 0.6, on="2007-12-14") == 0.6
    assert step_dates(steps_of(text)) == (dt.date(2007, 6, 15), dt.date(2007, 12, 14))
