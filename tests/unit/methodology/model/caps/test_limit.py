"""The form `limit`: no unit above one share, which so many units must be able to meet."""

from __future__ import annotations

import pytest

from indexcalc.methodology.model.caps.limit import infeasible
from tests.unit.methodology.model.caps.caps_read import ON, cap


@pytest.mark.parametrize(
    ("limit", "n", "message", "hint"),
    [
        (
            "30%",
            3,
            "30 % x 3 constituents = 90 % < 100 %; smallest feasible limit is 33.3334 %",
            "at least 33.3334 %, or more names",
        ),
        # A hundredth of what was meant: 30 % x 200 reaches, 0.3 % x 200 = 60 %.
        (
            "0.3%",
            200,
            "0.3 % x 200 constituents = 60 % < 100 %; smallest feasible limit is 0.5 %",
            "did you mean 30%?",
        ),
        # 20 % of 3 names would not reach either; 1.5 % would mean 150 %; 0.003 has no sign too many.
        (
            "0.2%",
            3,
            "0.2 % x 3 constituents = 0.6 % < 100 %; smallest feasible limit is 33.3334 %",
            "at least 33.3334 %, or more names",
        ),
        (
            "1.5%",
            50,
            "1.5 % x 50 constituents = 75 % < 100 %; smallest feasible limit is 2 %",
            "at least 2 %, or more names",
        ),
        (
            "0.003",
            200,
            "0.3 % x 200 constituents = 60 % < 100 %; smallest feasible limit is 0.5 %",
            "at least 0.5 %, or more names",
        ),
        # 100 % of fifty names is no cap: nobody means it.
        (
            "1%",
            50,
            "1 % x 50 constituents = 50 % < 100 %; smallest feasible limit is 2 %",
            "at least 2 %, or more names",
        ),
        # One name of 1 %: 100 % was meant.
        (
            "1%",
            1,
            "1 % x 1 constituents = 1 % < 100 %; smallest feasible limit is 100 %",
            "did you mean 100%?",
        ),
    ],
)
def test_a_limit_too_low(limit: str, n: int, message: str, hint: str) -> None:
    problem = infeasible(cap(f"limit: {limit}"), n, ON)
    assert problem is not None
    assert (problem.key, problem.message, problem.hint) == ("limit", message, hint)


@pytest.mark.parametrize(("limit", "n"), [("0.5%", 200), ("1/49", 49), ("100%", 1)])
def test_a_limit_that_just_reaches(limit: str, n: int) -> None:
    assert infeasible(cap(f"limit: {limit}"), n, ON) is None


def test_a_limit_that_is_off_is_met() -> None:
    assert infeasible(cap("limit: {2000-01-04: 5%, 2010-06-11: none}"), 3, ON) is None
