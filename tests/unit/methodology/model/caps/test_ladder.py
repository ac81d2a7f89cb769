"""The form `ladder`: what its steps come to over so many names, and a ladder that rises."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.methodology.model.caps.ladder import contradictions, infeasible
from tests.unit.methodology.model.caps.caps_read import ON, cap, told


@pytest.mark.parametrize(
    ("steps", "n", "message"),
    [
        # 10 + 8 + 18 x 4 = 90; the last needs 82 / 18 = 4.5556, upwards.
        (
            "[10%, 8%, 4%]",
            20,
            "the ladder over 20 constituents = 90 % < 100 %; its last step must be at least 4.5556 %",
        ),
        # 50 + 30 + 1 x 20 = 100: just enough.
        ("[50%, 30%, 20%]", 3, ""),
        # 50 + 30: the third step holds nobody, so raising it is no help.
        (
            "[50%, 30%, 20%]",
            2,
            "the ladder over 2 constituents = 80 % < 100 %; no last step below the others is enough",
        ),
        # One step is a plain limit, without a step before it: 3 x 30 = 90.
        (
            "[30%]",
            3,
            "the ladder over 3 constituents = 90 % < 100 %; its last step must be at least 33.3334 %",
        ),
    ],
)
def test_what_the_steps_come_to(steps: str, n: int, message: str) -> None:
    assert told(infeasible(cap(f"ladder: {steps}"), n, ON)) == message


def test_a_ladder_is_judged_on_its_day() -> None:
    one = cap("ladder: {2000-01-04: none, 2010-06-11: [10%, 5%]}")
    assert infeasible(one, 5, dt.date(2010, 6, 10)) is None
    problem = infeasible(one, 5, dt.date(2010, 6, 11))  # 10 + 4 x 5 = 30
    assert problem is not None
    assert (problem.key, problem.hint) == (
        "ladder",
        "raise more than the last step, or have more names",
    )


def test_each_step_above_the_one_before_it_is_told() -> None:
    one = cap("ladder: [10%, 12%, 12%, 5%, 6%]")
    assert [told(problem) for problem in contradictions(one, ON)] == [
        "the ladder rises from 10% to 12%",
        "the ladder rises from 5% to 6%",
    ]
