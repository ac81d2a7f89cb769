"""One limit met for many limits at one review, by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from indexcalc.analysis.sweep.plain_limits import plain_limit, review_units
from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Share
from indexcalc.weighting.caps.bounded import CommonLimits
from indexcalc.weighting.caps.measured import Window
from tests.unit.analysis.sweep.three_lines import RULE, listed
from tests.unit.calculation import small

HALF = Fraction(1, 2)
MEASURED = "measured: {mean: market_cap, over: 2 sessions, to: pricing}"


def limit_in(keys: str) -> Cap | None:
    return plain_limit(small.rule(RULE.replace("market_cap}", f"market_cap, {keys}}}")).weighting)


def test_a_rule_of_one_limit_is_one() -> None:
    cap = limit_in("caps: [{per: sector, limit: 50%}]")
    assert cap is not None
    assert cap.limit is not None
    assert (cap.per, cap.limit.value) == ("sector", Share(HALF, "50%"))


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


def half(per: str) -> Cap:
    return Cap(per=per, limit=Dated.constant(Share(HALF, "50%")))


def met(
    values: list[float], limits: list[Fraction], window: Window | None = None, **more: Any
) -> tuple[Any, Any, Any]:
    cap = half("sector" if more else "security")
    weighed = listed(values, **more)
    if window is not None:
        cap = limit_in(f"caps: [{{per: {cap.per}, limit: 50%, {MEASURED}}}]") or cap
        weighed = replace(weighed, windows={cap.path: window})
    units = review_units(weighed, cap)
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
    assert review_units(listed(values), half("security")) is None


def test_lines_without_a_group_go_the_long_way() -> None:
    assert review_units(listed([1.0, 2.0]), half("sector")) is None
    assert review_units(listed([1.0, 2.0], groups={"sector": [3, -1]}), half("sector")) is None


def test_means_of_a_window_are_judged_in_the_place_of_weights() -> None:
    """Means of 60, 25, 10, 5 at 30 %: A and B leave C, D 40 % as 2 : 1, so 0.75 x 15 / 60 and x 15 / 25;
    at 50 % A alone: 40 / 60; at 60 % nobody.  Four names cannot hold 20 % each."""
    limits = [Fraction(3, 10), HALF, Fraction(3, 5), Fraction(1, 5)]
    window = Window(np.array([60.0, 25.0, 10.0, 5.0]))
    rows, factors, capped = met([1.0, 1.0, 1.0, 1.0], limits, window)
    assert rows == [0, 1, 2]
    np.testing.assert_allclose(factors[:, 0], [0.1875, 0.45, 1, 1], rtol=1e-14)
    np.testing.assert_allclose(factors[:, 1], [2 / 3, 1, 1, 1], rtol=1e-14)
    np.testing.assert_allclose(factors[:, 2], [1, 1, 1, 1], rtol=1e-14)
    assert capped[0] == [True, True, False]
    assert capped[1] == [True, False, False]


def test_a_window_of_groups_and_of_mean_weights() -> None:
    """Lines 0 and 2 have 70 % of the mean weights and 60 % of the means: at 65 % they count as 40 x 13/7
    beside 40."""
    window = Window(np.array([40.0, 40.0, 20.0]), np.array([0.5, 0.3, 0.2]))
    groups = {"sector": [7, 4, 7]}
    _, factors, capped = met([1.0, 1.0, 1.0], [Fraction(13, 20)], window, groups=groups)
    np.testing.assert_allclose(factors[:, 0], [40 * 13 / 7 / 60, 1, 40 * 13 / 7 / 60], rtol=1e-14)
    assert capped == [[True], [False], [True]]


def test_a_cap_without_the_means_of_its_window_goes_the_long_way() -> None:
    cap = limit_in(f"caps: [{{per: security, limit: 50%, {MEASURED}}}]")
    assert cap is not None
    assert review_units(listed([1.0, 2.0]), cap) is None
