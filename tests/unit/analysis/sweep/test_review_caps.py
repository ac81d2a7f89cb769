"""What the points of a sweep make of one review, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest

from indexcalc.analysis.sweep.points import points_of
from indexcalc.analysis.sweep.review_caps import PointCaps, rounds_weights
from tests.unit.analysis.sweep.three_lines import RULE, listed
from tests.unit.calculation import small

DAYS = [dt.date(2024, month, 1) for month in (1, 2, 3)]


def caps(limits: Sequence[str], text: str = RULE, per: str = "security") -> PointCaps:
    return PointCaps(small.rule(text), points_of(limits, per))


def test_a_point_has_the_factors_of_its_limit_and_the_uncapped_point_ones() -> None:
    """60, 30, 10: at 50 % 60 counts as 40, at 40 % 60 and 30 as 20."""
    made = caps(["50%", "40%"])
    factors, capped = made.at(listed([60.0, 30.0, 10.0]), rounded=False)
    np.testing.assert_allclose(factors, [[2 / 3, 1 / 3, 1], [1, 2 / 3, 1], [1, 1, 1]], rtol=1e-12)
    assert capped[0].tolist() == [True, True, False]
    assert (made.reviews, made.refused) == (1, {})


def test_a_point_that_cannot_be_met_is_left_uncapped_and_told() -> None:
    made = caps(["30%", "50%"])
    factors, capped = made.at(listed([60.0, 30.0, 10.0]), rounded=False)
    assert factors[:, 0].tolist() == [1.0, 1.0, 1.0]
    assert not capped[:, 0].any()
    assert factors[0, 1] == pytest.approx(2 / 3, rel=1e-12)
    ((on, found),) = made.refused[0]
    assert (on, found.code) == (DAYS[0].replace(day=2), "CAP001")
    assert list(made.refused) == [0]


def test_groups_without_a_label_are_told_for_every_limit() -> None:
    made = caps(["50%"], per="sector")
    factors, _ = made.at(listed([60.0, 40.0]), rounded=False)
    assert factors.tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert [found.code for _, found in made.refused[0]] == ["CAP008"]


def test_factors_are_rounded_where_the_rule_says_so() -> None:
    """2 / 3 at two digits, half up."""
    made = caps(["50%"], RULE + "rounding: {capping_factor: 2}\n")
    assert made.at(listed([60.0, 30.0, 10.0]), rounded=True)[0][0, 0] == 0.67
    assert made.at(listed([60.0, 30.0, 10.0]), rounded=False)[0][0, 0] == pytest.approx(2 / 3)


def test_the_other_caps_of_a_rule_stay_in_force() -> None:
    """60, 30, 10 with issuers {0, 2} held at 60 %: at a limit of 100 % they count as 45."""
    text = RULE.replace("market_cap}", "market_cap, caps: [{per: issuer, limit: 60%}]}")
    made = caps(["99%"], text)
    factors, _ = made.at(listed([60.0, 30.0, 10.0], groups={"issuer": [7, 4, 7]}), rounded=False)
    for point in (0, 1):
        np.testing.assert_allclose(factors[:, point], [9 / 14, 1, 9 / 14], rtol=1e-9)


def test_a_list_of_nobody_is_a_review_all_the_same() -> None:
    made = caps(["50%"])
    factors, capped = made.at(listed([]), rounded=False)
    assert factors.shape == capped.shape == (0, 2)
    assert made.reviews == 1


def test_what_was_over_by_the_first_session_is_forgotten() -> None:
    """On 15 February the list of 1 February is in force: January is over."""
    made = caps(["30%"])
    for day, values in zip(DAYS, ([1.0, 1.0], [1.0, 1.0], [1.0] * 4), strict=True):
        made.at(listed(values, on=day), rounded=False)
    made.forget_before(dt.date(2024, 2, 15))
    assert made.on == DAYS[1:]
    assert [on for on, _ in made.refused[0]] == [DAYS[1]]
    made.forget_before(DAYS[2])
    assert (made.on, made.refused) == (DAYS[2:], {})


def test_before_every_review_nothing_is_forgotten() -> None:
    made = caps(["30%"])
    made.at(listed([1.0, 1.0], on=DAYS[1]), rounded=False)
    made.forget_before(DAYS[0])
    assert made.on == [DAYS[1]]
    assert 0 in made.refused


def test_roundings_under_which_variants_are_no_multiples() -> None:
    assert rounds_weights(small.rule(RULE)) == ()
    text = RULE + "rounding: {index_shares: 0, divisor: 3, capping_factor: 4}\n"
    assert rounds_weights(small.rule(text)) == ("rounding.index_shares", "rounding.divisor")
