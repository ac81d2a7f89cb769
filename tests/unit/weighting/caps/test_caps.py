"""Caps in the order a rule writes them: which act together, which one after the other; by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.methodology.values.dated import BEGINNING, value_on
from indexcalc.weighting.apply_caps import read_weighting
from indexcalc.weighting.caps.caps import Capped, cap_weights


def capped(
    weights: Sequence[float],
    caps: list[dict[str, Any]],
    groups: Mapping[str, Sequence[int]] | None = None,
) -> tuple[Capped | None, list[str]]:
    weighting = read_weighting({"caps": caps})
    findings = Findings()
    result = cap_weights(
        np.array(weights, dtype=np.float64),
        value_on(weighting.caps, BEGINNING),
        BEGINNING,
        groups={name: np.array(codes) for name, codes in (groups or {}).items()},
        findings=findings,
    )
    return result, [item.code for item in findings.items]


def test_no_cap_leaves_the_weights() -> None:
    result, codes = capped([6, 3, 1], [])
    assert result is not None
    assert result.weights == pytest.approx([0.6, 0.3, 0.1], rel=1e-15)
    assert result.factors.tolist() == [1, 1, 1]
    assert codes == []


def test_nested_limits_are_met_at_once() -> None:
    """Lines 30 %, issuers 40 %: 40 % for the first issuer as 4 : 2, no line is above 30."""
    caps = [{"per": "security", "limit": "30%"}, {"per": "issuer", "limit": "40%"}]
    result, codes = capped([4, 2, 2, 2], caps, {"issuer": [5, 5, 6, 7]})
    assert result is not None
    assert result.weights == pytest.approx([0.8 / 3, 0.4 / 3, 0.3, 0.3], rel=1e-14)
    assert [step.acted for step in result.steps] == [False, True]
    assert codes == []


def test_a_cap_acts_on_what_the_one_before_it_left() -> None:
    """6 : 3 : 1, the largest halved: 3 : 3 : 1; then 40 %: both stand at it."""
    caps = [
        {"per": "security", "factor": "50%", "trigger": "50%"},
        {"per": "security", "limit": "40%"},
    ]
    result, _ = capped([6, 3, 1], caps)
    assert result is not None
    assert result.steps[0].capped.tolist() == [True, False, False]
    assert result.weights == pytest.approx([0.4, 0.4, 0.2], rel=1e-14)
    assert result.capped.tolist() == [True, True, False]


def test_weights_are_weights_before_times_factors() -> None:
    result, _ = capped([50, 20, 20, 10], [{"per": "security", "limit": "30%"}])
    assert result is not None
    scaled = np.array([50, 20, 20, 10]) * result.factors
    assert scaled / scaled.sum() == pytest.approx(result.weights, rel=1e-14)
    assert result.factors == pytest.approx([3 / 7, 1, 1, 1], rel=1e-14)


@pytest.mark.parametrize(
    ("weights", "groups", "codes"),
    [
        ([1.0, float("nan")], {"sector": [0, 1]}, ["CAP007"]),
        ([1.0, -1.0], {"sector": [0, 1]}, ["CAP007"]),
        ([0.0, 0.0], {"sector": [0, 1]}, ["CAP007"]),
        ([1.0, 1.0], {}, ["CAP008"]),
        ([1.0, 1.0], {"sector": [0, -1]}, ["CAP008"]),
        ([1e300, 1e-300], {"sector": [0, 1]}, ["CAP007"]),
    ],
)
def test_what_cannot_be_capped_is_refused(
    weights: list[float], groups: dict[str, list[int]], codes: list[str]
) -> None:
    result, found = capped(weights, [{"per": "sector", "limit": "100%"}], groups)
    assert found == codes
    assert (result is None) == bool(codes)


def test_a_cap_that_is_not_in_force_for_so_few_names() -> None:
    cap = {"per": "security", "limit": "30%", "unless": {"members": {"below": 4}}}
    result, codes = capped([6, 3, 1], [cap])
    assert result is not None
    assert result.steps == ()
    assert codes == []
