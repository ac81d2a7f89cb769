"""Figures side by side against their definitions, from the tables of the same runs."""

from __future__ import annotations

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.segments.compare import compare
from tests.unit.calculation import small
from tests.unit.calculation.small import given, line, market

RULES = ("top-n-buffer", "equal-weight")


@pytest.fixture(scope="module")
def demo() -> ic.Market:
    return ic.Market.demo(securities=100, years=3, seed=20261030)


def test_the_figures_of_each_index(demo: ic.Market) -> None:
    made = compare(RULES, demo, start="2024-06-14")
    for row in made.summary.to_pylist():
        run = ic.compute(row["index"], demo, returns=["tr"])
        levels = [item for item in run.levels.to_pylist() if made.start <= item["date"] <= made.end]
        price = np.array([item["level"] for item in levels])
        years = (len(price) - 1) / 252
        assert row["price_return"] == pytest.approx(price[-1] / price[0] - 1, abs=1e-12)
        assert row["gross_return"] == pytest.approx(
            levels[-1]["level_tr"] / levels[0]["level_tr"] - 1, abs=1e-12
        )
        returns = np.diff(price) / price[:-1]
        assert row["volatility"] == pytest.approx(np.std(returns, ddof=1) * 252**0.5, abs=1e-12)
        assert row["deepest_drawdown"] == pytest.approx(
            min(price[t] / price[: t + 1].max() - 1 for t in range(len(price))), abs=1e-12
        )
        turnover = sum(
            item["one_way_turnover"]
            for item in run.reviews.to_pylist()
            if made.start < item["effective_date"] <= made.end
        )
        assert row["turnover_a_year"] == pytest.approx(turnover / years, abs=1e-12)
        weights = run.weights(made.end).column("weight").to_pylist()
        assert row["largest_weight"] == pytest.approx(max(weights), abs=1e-12)
        assert row["effective_number"] == pytest.approx(1 / sum(w * w for w in weights), rel=1e-12)
    assert made.summary.to_pylist()[0]["tracking_error"] == 0.0


def test_what_cannot_be_compared_is_told() -> None:
    over = market(line("A", [100, 100, 110], 10), memberships=given("A"))
    rule = small.rule(small.GIVEN + "weighting: {scheme: market_cap}\n")
    with pytest.raises(ic.UsageError, match=r"in common of test from"):
        compare([rule], over, start="2024-01-04")
