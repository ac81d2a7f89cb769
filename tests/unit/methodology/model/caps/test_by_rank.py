"""The forms `targets` and `times`: weights by rank that leave the others something, and a multiple."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from indexcalc.methodology.model.caps.by_rank import TIMES, contradictions, infeasible, total_of
from tests.unit.methodology.model.caps.caps_read import ON, cap, refused, told


@pytest.mark.parametrize(
    ("targets", "n", "message"),
    [
        ("[30%, 20%]", 3, ""),
        ("[60%, 40%]", 2, ""),  # the whole, and nobody else
        (
            "[60%, 40%]",
            3,
            "the targets of 2 of 3 constituents come to 100 %: nothing is left for the others",
        ),
        (
            "[30%, 20%]",
            2,
            "the targets of 2 of 2 constituents come to 50 %, and there are no others",
        ),
        # Of the first target alone.
        (
            "[60%, 40%]",
            1,
            "the targets of 1 of 1 constituents come to 60 %, and there are no others",
        ),
    ],
)
def test_targets_leave_something_to_the_others_and_nothing_to_nobody(
    targets: str, n: int, message: str
) -> None:
    assert told(infeasible(cap(f"targets: {targets}"), n, ON)) == message


def test_the_sum_of_the_first_targets_on_a_date() -> None:
    one = cap("targets: {2000-01-04: [1/3, 1/3], 2020-06-12: [50%, 20%, 10%]}")
    assert total_of(one, ON) == Fraction(4, 5)
    assert [total_of(one, ON, n) for n in (0, 2, 9)] == [0, Fraction(7, 10), Fraction(4, 5)]
    assert total_of(one, dt.date(2020, 6, 11)) == Fraction(2, 3)
    off = cap("targets: {2000-01-04: none, 2021-01-04: [50%]}")
    assert total_of(off, ON) == 0


def test_targets_above_the_whole_contradict_themselves() -> None:
    assert [told(item) for item in contradictions(cap("targets: [60%, 50%]"), ON)] == [
        "the targets come to 110 %"
    ]
    assert list(contradictions(cap("targets: [60%, 40%]"), ON)) == []


def test_a_multiple_says_for_how_many() -> None:
    assert TIMES.needs == ("largest",)
    assert [code for code, _ in refused("times: 2")] == ["RUL002"]
    one = cap("times: 2, largest: 3")
    assert (one.form, one.largest.value) == ("times", 3)
    assert TIMES.infeasible(one, 1, ON) is None
