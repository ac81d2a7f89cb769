"""The form `set`: names above a weight, or the N largest, that weigh at most so much together."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.methodology.model.caps.set_together import contradictions, infeasible, too_few
from tests.unit.methodology.model.caps.caps_read import ON, cap, check, told


@pytest.mark.parametrize(
    ("said", "n", "message"),
    [
        # 40 + 5 x 10 = 90; the five outside need (100 - 40) / 5 = 12.
        (
            "set: {largest: 5}, together: 40%, others: {limit: 10%}",
            10,
            "40 % for the set and 10 % for the others = 90 % < 100 %; "
            "smallest feasible limit of the others is 12 %",
        ),
        ("set: {largest: 5}, together: 40%, others: {limit: 12%}", 10, ""),
        # At least one name is above 5 %: nine are outside, 40 + 9 x 5 = 85, 60 / 9 = 6.6667 upwards.
        (
            "set: {above: 5%}, together: 40%, others: {limit: 5%}",
            10,
            "40 % for the set and 5 % for the others = 85 % < 100 %; "
            "smallest feasible limit of the others is 6.6667 %",
        ),
        (
            "set: {largest: 5}, together: 40%, others: {limit: 50%}",
            5,
            "40 % for the set and 50 % for the others = 40 % < 100 %; nobody is left outside the set",
        ),
        ("set: {largest: 5}, together: 40%", 5, ""),
        (
            "set: {largest: 5}, together: {2000-01-04: 40%, 2010-06-11: none}, others: {limit: 1%}",
            9,
            "",
        ),
    ],
)
def test_the_set_and_the_others_come_to_one(said: str, n: int, message: str) -> None:
    assert told(infeasible(cap(said), n, ON)) == message


def test_a_limit_has_no_others() -> None:
    assert infeasible(check("limit: 30%"), 1, ON) is None


@pytest.mark.parametrize(
    ("said", "limits", "needed"),
    [
        # Four at 10 % are 40 %; sixty more at 5 % are twelve.
        ("set: {above: 5%}, together: 40%", [Fraction(1, 10)], 16),
        # Without a limit one name may be all of the 40 %.
        ("set: {above: 5%}, together: 40%", [], 13),
        # A limit below the threshold: nobody is in the set, 1 / 5 % = 20.
        ("set: {above: 5%}, together: 40%", [Fraction(1, 25)], 20),
        ("set: {largest: 5}, together: 40%", [], 0),
        ("set: {above: 0%}, together: 40%", [], 0),
    ],
)
def test_the_fewest_names_a_set_needs(said: str, limits: list[Fraction], needed: int) -> None:
    one = cap(said)
    assert too_few(one, needed, limits, ON) is None
    if needed:
        problem = too_few(one, needed - 1, limits, ON)
        assert f"{needed} constituents are needed" in told(problem)
        assert told(problem).endswith(f"there are {needed - 1}")


def test_names_that_are_needed_are_told_by_their_weights() -> None:
    one = cap("set: {above: 5%}, together: 40%")
    assert told(too_few(one, 15, [Fraction(1, 10)], ON)) == (
        "all above 5% at most 40% together: 16 constituents are needed "
        "(4 of 10 %, the others of 5 %), there are 15"
    )
    assert "(0 of 4 %, the others of 5 %)" in told(too_few(one, 5, [Fraction(1, 25)], ON))


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("set: {above: 5%}, together: 40%", []),
        ("set: {above: 50%}, together: 40%", ["together"]),
        ("set: {above: 40%}, together: 40%", []),
        # 5 x 7 = 35 never comes to 40; 5 x 8 does.
        ("set: {largest: 5}, together: 40%, each: 7%", ["each"]),
        ("set: {largest: 5}, together: 40%, each: 8%", []),
        # 5 x 9 = 45 is more than 40; 5 x 8 is not.
        ("set: {largest: 5}, together: 40%, least: 9%", ["least"]),
        ("set: {largest: 5}, together: 40%, least: 8%", []),
        ("set: {above: 5%}, together: 40%, least: 7%, each: 6%", ["least"]),
        ("set: {above: 5%}, together: 40%, least: 6%, each: 6%", []),
        ("set: {above: 5%}, together: 40%, least: 2%, method: descending", ["least"]),
        ("set: {above: 5%}, together: 40%, excess: equal, method: smallest_first", ["excess"]),
        ("set: {above: 5%}, together: 40%, excess: equal", []),
        ("set: {above: 5%}, together: 40%, method: descending", []),
    ],
)
def test_keys_of_a_set_that_contradict_each_other(said: str, keys: list[str]) -> None:
    assert [problem.key for problem in contradictions(cap(said), ON)] == keys


def test_the_way_out_of_a_contradiction_is_rounded_to_what_holds() -> None:
    # 40 / 3 = 13.3333..., downwards; 3 x 13 = 39.
    (least,) = contradictions(cap("set: {largest: 3}, together: 40%, least: 14%"), ON)
    assert least.hint == "at most 13.3333 %"
    (each,) = contradictions(cap("set: {largest: 3}, together: 40%, each: 13%"), ON)
    assert each.hint == "`together` at most 39 %"
