"""Lists of index shares or weights given in the market, each in force until the next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.review.weights.given_factors import GivenFactors
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
RULE = rule("selection: given\nweighting: {scheme: given}\n")


def row(symbol: str, day: str, index: str = "test", **values: float | None) -> dict[str, Any]:
    return {"index": index, "effective_date": day, "symbol": symbol, **values}


def given(*rows: dict[str, Any]) -> GivenFactors:
    tables = {"weight_factors": list(rows)} if rows else {}
    return GivenFactors("test", market(SESSIONS, dict.fromkeys("ABC", 1.0), **tables))


def of(made: GivenFactors, day: str, *codes: int) -> tuple[Any, Any, list[str]]:
    findings = Findings()
    factors, weights = made.of_members(on(day), np.array(codes, dtype=np.int32), RULE, findings)
    shown = [None if values is None else values.tolist() for values in (factors, weights)]
    return shown[0], shown[1], [item.code for item in findings.items]


SHARES = [
    row("A", "2020-01-02", weight_factor=5.0),
    row("B", "2020-01-02", weight_factor=7.0),
    row("A", "2020-02-03", weight_factor=6.0),
    row("C", "2020-02-03", index="other", weight_factor=9.0),
]


def test_a_list_is_whole_and_in_force_until_the_next() -> None:
    made = given(*SHARES)
    assert made.days == (on("2020-01-02"), on("2020-02-03"))
    assert of(made, "2020-02-02", 0, 1) == ([5.0, 7.0], None, [])
    factors, weights, _ = of(made, "2020-02-03", 0, 1)
    np.testing.assert_array_equal(factors, [6.0, np.nan])  # B is on it no more
    assert weights is None
    # The line of another index's list, and before all lists, nobody.
    assert np.isnan(of(made, "2020-02-03", 2)[0]).all()
    assert np.isnan(of(made, "2020-01-01", 0, 1)[0]).all()
    assert np.isnan(of(given(), "2020-02-03", 0)[0]).all()


@pytest.mark.parametrize(
    ("first", "codes"),
    [(0.6, []), (0.604, []), (0.596, []), (0.606, ["DAT056"]), (0.594, ["DAT056"])],
)
def test_weights_that_do_not_sum_to_one_are_told(first: float, codes: list[str]) -> None:
    made = given(row("A", "2020-01-02", weight=first), row("B", "2020-01-02", weight=0.4))
    assert of(made, "2020-01-02", 0, 1) == (None, [first, 0.4], codes)


def test_weights_are_of_the_members_asked_for() -> None:
    made = given(row("A", "2020-01-02", weight=0.6), row("B", "2020-01-02", weight=0.4))
    findings = Findings()
    made.of_members(on("2020-02-03"), np.array([0, 2]), RULE, findings)
    (item,) = findings.items
    assert "given for the 2 members on 2020-02-03 sum to 0.6" in item.message
    assert item.where == "weighting.scheme"


def test_a_list_may_change_from_shares_to_weights() -> None:
    made = given(
        row("A", "2020-01-02", weight_factor=5.0, weight=None),
        row("A", "2020-02-03", weight_factor=None, weight=1.0),
    )
    assert of(made, "2020-01-31", 0) == ([5.0], None, [])
    assert of(made, "2020-02-03", 0) == (None, [1.0], [])
