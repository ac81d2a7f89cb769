"""Thresholds: the package's own unless a market says another, or that there is none."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.market.plausibility import (
    IMPOSSIBLE,
    THRESHOLDS,
    meant_for,
    near_column,
    threshold,
)


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


COLUMNS = ("close", "base_price", "shares_outstanding", "volume")


def test_misspellings_and_first_words() -> None:
    assert near_column("shares_outstandng", COLUMNS) == "shares_outstanding"
    assert near_column("shares", COLUMNS) == "shares_outstanding"
    assert near_column("base", COLUMNS) == "base_price"
    assert near_column("score", COLUMNS) == near_column("price", COLUMNS) == ""


def test_the_name_that_means_a_column() -> None:
    assert meant_for("shares_outstanding", ["date", "shares"]) == "shares"
    assert meant_for("shares_outstanding", ["date", "close"]) == ""
