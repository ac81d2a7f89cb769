"""Thresholds: the package's own unless a market says another, or that there is none."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.market.plausibility import IMPOSSIBLE, THRESHOLDS, threshold


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, 1.9),
        ({"plausible": None}, 1.9),
        ({"plausible": {}}, 1.9),
        ({"plausible": {"share_step": 3}}, 1.9),
        ({"plausible": {"price_jump": 4}}, 4.0),
        ({"plausible": {"price_jump": None}}, None),
        ({"plausible": "damaged"}, 1.9),
    ],
    ids=str,
)
def test_the_threshold_of_a_market(facts: dict[str, Any], expected: float | None) -> None:
    assert threshold(facts, "price_jump") == expected


def test_what_is_most_likely_wrong_is_less_than_what_no_market_has() -> None:
    assert all(0 < value <= IMPOSSIBLE for value in THRESHOLDS.values())
