"""KRX's cap on three-month means by hand: the factor, the set that grows, the mean of weights."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.methodology.values.dated import BEGINNING
from indexcalc.weighting.apply import read_weighting
from indexcalc.weighting.caps.caps import Capped, cap_weights
from indexcalc.weighting.caps.measured import Window, measured_factors

THIRTY = Fraction(3, 10)


@pytest.mark.parametrize("share", [0.31, 0.335, 0.5, 0.9])
def test_one_name_above_the_limit(share: float) -> None:
    """c = (3/7) (1 - w) / w of its window weight w; the others keep 1."""
    others = np.array([5.0, 3, 2, 1, 1, 1, 1, 1])
    # The next largest must stay below 30 % of what is left: 5/15 of 70 % is 23 %.
    means = np.concatenate(([share], others / others.sum() * (1 - share)))
    made = measured_factors(means, THIRTY)
    assert made.factors[0] == pytest.approx(3 / 7 * (1 - share) / share, rel=1e-14)
    assert (made.factors[1:] == 1.0).all()
    assert made.window_weights[0] == pytest.approx(0.3, rel=1e-14)


def test_exactly_at_the_limit_is_not_above_it() -> None:
    assert not measured_factors(np.array([30.0, 25, 25, 20]), THIRTY).capped.any()


def test_the_set_grows() -> None:
    """60, 25, 10, 5: with A at 30 % B stands at 70 x 25/40 = 43.75 %; then C, D share 40 % as 2 : 1.

    c_A = 0.3 / 0.4 x 15 / 60 = 0.1875, c_B = 0.3 / 0.4 x 15 / 25 = 0.45; C stands at 26.67 %.
    """
    made = measured_factors(np.array([60.0, 25, 10, 5]), THIRTY)
    assert made.factors == pytest.approx([0.1875, 0.45, 1, 1], rel=1e-14)
    assert made.capped.tolist() == [True, True, False, False]


def test_mean_of_weights_is_only_the_test() -> None:
    """29 % of the means, 31 % on the mean of days: capped, with the factor of the means."""
    means = np.array([29.0, 24, 24, 23])
    tested = np.array([31.0, 23, 23, 23])
    assert not measured_factors(means, THIRTY).capped.any()
    made = measured_factors(means, THIRTY, tested)
    assert made.factors == pytest.approx([3 / 7 * 71 / 29, 1, 1, 1], rel=1e-14)


def by_window(weights: list[float], window: Window | None) -> tuple[Capped | None, Findings]:
    cap = {
        "per": "security",
        "limit": "30%",
        "measured": {"mean": "float_market_cap", "over": "3 months"},
    }
    weighting = read_weighting({"caps": [cap]})
    findings = Findings()
    windows = {} if window is None else {weighting.caps.value[0].path: window}
    made = cap_weights(
        np.array(weights), weighting.caps.value, BEGINNING,
        groups={}, findings=findings, windows=windows,
    )  # fmt: skip
    return made, findings


def test_the_effective_day_is_not_judged() -> None:
    """Means 50 : 50 in four others; on the day A is at 60 %: factor 3/7, weight 9/23, no finding."""
    made, findings = by_window(
        [60.0, 10, 10, 10, 10], Window(np.array([50.0, 12.5, 12.5, 12.5, 12.5]))
    )
    assert made is not None
    assert made.factors == pytest.approx([3 / 7, 1, 1, 1, 1], rel=1e-14)
    assert made.weights[0] == pytest.approx((60 * 3 / 7) / (60 * 3 / 7 + 40), rel=1e-14)
    assert made.steps[0].before[0] == pytest.approx(0.5)
    assert made.capped.tolist() == [True, False, False, False, False]
    assert findings.items == []


def test_a_name_without_a_price_in_the_window_has_one() -> None:
    made, _ = by_window([60.0, 10, 10, 10, 10], Window(np.array([50.0, 25, 15, 10, np.nan])))
    assert made is not None
    assert made.factors[4] == 1.0


def test_no_window_and_too_few_names() -> None:
    assert [one.code for one in by_window([1.0, 1, 1], None)[1].items] == ["CAP009"]
    worthless = Window(np.array([0.0, np.nan, 0.0, 0.0]))
    assert [one.code for one in by_window([1.0, 1, 1, 1], worthless)[1].items] == ["CAP009"]
    made, findings = by_window([2.0, 1, 1], Window(np.array([2.0, 1, 1])))
    assert made is None
    assert [one.code for one in findings.items] == ["CAP001"]
