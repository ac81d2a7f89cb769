"""A cap on means of a window within a rule, by hand: the day is not judged, missing windows are."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.methodology.values.dated import BEGINNING
from indexcalc.weighting.apply_caps import read_weighting
from indexcalc.weighting.caps.caps import Capped, cap_weights
from indexcalc.weighting.caps.measured import Window


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
