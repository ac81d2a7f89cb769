"""One limit met for many limits at one review, by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from indexcalc.analysis.sweep.plain_limits import PlainLimit, plain_limit, review_units
from indexcalc.weighting.caps.bounded import CommonLimits
from tests.unit.analysis.sweep.three_lines import RULE, listed
from tests.unit.calculation import small

HALF = Fraction(1, 2)


def limit_in(keys: str) -> PlainLimit | None:
    return plain_limit(small.rule(RULE.replace("market_cap}", f"market_cap, {keys}}}")).weighting)


def test_a_rule_of_one_limit_is_one() -> None:
    assert limit_in("caps: [{per: sector, limit: 50%}]") == PlainLimit("sector", HALF)


@pytest.mark.parametrize(
    "keys",
    [
        "caps: []",
        "caps: [{per: security, limit: 50%}, {per: issuer, limit: 60%}]",
        "caps: [{per: security, limit: 50%}], check: [{per: security, limit: 60%}]",
        "caps: [{per: security, limit: 50%}], floor: 1%",
        "caps: [{per: security, limit: 50%, trigger: 60%}]",
        "caps: [{per: security, limit: 50%, months: [6]}]",
        "caps: [{per: security, limit: {2020-01-01: 50%, 2030-01-01: 40%}}]",
        "caps: {2020-01-01: [{per: security, limit: 50%}]}",
    ],
)
def test_anything_more_than_one_limit_for_all_time_is_none(keys: str) -> None:
    assert limit_in(keys) is None


def met(values: list[float], limits: list[Fraction], **more: Any) -> tuple[Any, Any, Any]:
    units = review_units(listed(values, **more), "sector" if more else "security")
    assert units is not None
    rows, factors, capped = units.met(CommonLimits.of(limits))
    return rows.tolist(), factors, capped.tolist()


def test_lines_above_their_limits_are_scaled() -> None:
    """60, 30, 10: at 50 % 60 counts as 40; at 40 % 60 and 30 stand at 20 each beside 10."""
    rows, factors, capped = met([60.0, 30.0, 10.0], [HALF, Fraction(2, 5), Fraction(3, 5)])
    assert rows == [0, 1, 2]
    np.testing.assert_allclose(factors[:, 0], [2 / 3, 1, 1], rtol=1e-12)
    np.testing.assert_allclose(factors[:, 1], [1 / 3, 2 / 3, 1], rtol=1e-12)
    np.testing.assert_allclose(factors[:, 2], [1, 1, 1], rtol=1e-12)
    assert [row[:2] for row in capped] == [[True, True], [False, True], [False, False]]


def test_a_limit_that_cannot_be_met_is_left_for_the_long_way() -> None:
    """Two lines cannot hold 40 % each, a third of nothing holds nothing; at 55 % 60 counts as 40 x 11/9."""
    rows, factors, _ = met([60.0, 40.0, 0.0], [Fraction(2, 5), Fraction(11, 20)])
    assert rows == [1]
    assert factors.shape == (3, 1)
    np.testing.assert_allclose(factors[:, 0], [40 * 11 / 9 / 60, 1, 1], rtol=1e-12)


def test_groups_are_held_together() -> None:
    """Lines 0 and 2 are 70 % of one group: at 60 % they count as 45 beside 30, 9 / 14 each."""
    _, factors, capped = met([60.0, 30.0, 10.0], [Fraction(3, 5)], groups={"sector": [7, 4, 7]})
    np.testing.assert_allclose(factors[:, 0], [9 / 14, 1, 9 / 14], rtol=1e-12)
    assert capped == [[True], [False], [True]]


@pytest.mark.parametrize("values", [[1.0, float("nan")], [1.0, -1.0], [0.0, 0.0]])
def test_values_that_are_no_weights_go_the_long_way(values: list[float]) -> None:
    assert review_units(listed(values), "security") is None


def test_lines_without_a_group_go_the_long_way() -> None:
    assert review_units(listed([1.0, 2.0]), "sector") is None
    assert review_units(listed([1.0, 2.0], groups={"sector": [3, -1]}), "sector") is None
