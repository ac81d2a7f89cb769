"""One row a point, every figure by hand."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.analysis.sweep.summary import summary_table
from indexcalc.analysis.sweep.swept_rule import SweptRule
from tests.unit.analysis.sweep.three_lines import swept_rule
from tests.unit.calculation.small import day


@pytest.fixture(scope="module")
def swept() -> SweptRule:
    """At 50 %: 1000, 1050, 1087.5; uncapped: 1000, 1060, 1090."""
    return swept_rule(["30%", "50%"])


@pytest.fixture(scope="module")
def rows(swept: SweptRule) -> dict[str, Any]:
    return {row["cap"]: row for row in summary_table(swept).to_pylist()}


def test_returns_and_risks_of_each_point(swept: SweptRule, rows: dict[str, Any]) -> None:
    half, free = rows["50%"], rows["none"]
    assert (half["limit"], free["limit"]) == (0.5, None)
    assert (half["level_first"], half["sessions"]) == (1000.0, 3)
    assert half["level_last"] == pytest.approx(1087.5, rel=1e-12)
    assert half["total_return"] == pytest.approx(0.0875, rel=1e-12)
    returns, others = [0.05, 37.5 / 1050], [0.06, 30 / 1060]
    deviation = abs(returns[0] - returns[1]) / 2**0.5  # of two, over n - 1
    assert half["volatility"] == pytest.approx(deviation * swept.periods**0.5, rel=1e-12)
    apart = [one - two for one, two in zip(returns, others, strict=True)]
    error = abs(apart[0] - apart[1]) / 2**0.5
    assert half["tracking_error"] == pytest.approx(error * swept.periods**0.5, rel=1e-10)
    assert (free["tracking_error"], free["tracking_difference"]) == (0.0, 0.0)
    assert half["annual_return"] == pytest.approx(1.0875 ** (swept.periods / 2) - 1, rel=1e-10)


def test_a_point_that_is_never_met_has_its_finding_and_no_figure(rows: dict[str, Any]) -> None:
    refused = rows["30%"]
    assert (refused["feasible"], refused["reviews"], refused["reviews_infeasible"]) == (False, 1, 1)
    assert "smallest feasible limit" in refused["finding"]
    assert rows["50%"]["finding"] is None
    for name in ("level_last", "volatility", "largest_weight_mean", "turnover_a_year",
                 "sessions_above_limit", "reviews_capped", "largest_contribution"):  # fmt: skip
        assert refused[name] is None, name


def test_concentration_over_the_sessions(rows: dict[str, Any]) -> None:
    half = rows["50%"]
    assert half["largest_weight_mean"] == pytest.approx((0.5 + 0.5 + 44 / 84) / 3, rel=1e-12)
    assert half["largest_weight_most"] == half["largest_weight_last"]
    assert half["largest_weight_last"] == pytest.approx(44 / 84, rel=1e-12)
    assert half["largest_weight_most_date"] == day(3)
    assert half["effective_number_last"] == pytest.approx(84**2 / (44**2 + 30**2 + 10**2))
    assert (half["sessions_above_limit"], rows["none"]["sessions_above_limit"]) == (1, 0)


def test_trading_and_the_largest_name(rows: dict[str, Any]) -> None:
    half, free = rows["50%"], rows["none"]
    assert (half["reviews_capped"], half["capped_most"], free["reviews_capped"]) == (1, 1, 0)
    assert half["turnover_a_review"] is None  # the first list is no trade
    assert half["turnover_a_year"] == 0.0
    assert (half["largest_symbol"], half["largest_name"]) == ("A", "가나전자")
    assert half["largest_contribution"] == pytest.approx(4 / 80, rel=1e-12)
    assert free["largest_contribution"] == pytest.approx(6 / 100, rel=1e-12)


def test_compared_with_other_levels(swept: SweptRule) -> None:
    half = swept.levels[1]
    rows = {row["cap"]: row for row in summary_table(swept, half).to_pylist()}
    assert rows["50%"]["tracking_error"] == 0.0
    assert rows["none"]["tracking_error"] > 0.0


def test_a_figure_of_a_point_does_not_depend_on_its_neighbours() -> None:
    caps = [f"{percent}%" for percent in range(40, 60)]
    many = {row["cap"]: row for row in summary_table(swept_rule(caps)).to_pylist()}
    (alone, _) = summary_table(swept_rule(["59%"])).to_pylist()
    for name in ("total_return", "volatility", "tracking_error", "tracking_difference"):
        assert many["59%"][name] == alone[name], name


def test_levels_alone_have_neither_concentration_nor_trading() -> None:
    names = summary_table(swept_rule(["50%"], full=False)).column_names
    assert "tracking_error" in names
    assert not {"largest_weight_mean", "turnover_a_year", "largest_symbol"} & set(names)
