"""Segments against each other, by hand and over a market of some years."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from indexcalc.analysis.segments.segments import Segments, segments
from tests.unit.calculation import small
from tests.unit.calculation.small import action, given, line, market

RULES = ("top-n-buffer", "equal-weight")
LARGE = small.GIVEN.replace("index: test", "index: large") + "weighting: {scheme: market_cap}\n"
SMALL = LARGE.replace("index: large", "index: small")


@pytest.fixture(scope="module")
def demo() -> ic.Market:
    return ic.Market.demo(securities=100, years=3, seed=20261030)


def two(n: int, **tables: Any) -> tuple[list[Any], ic.Market]:
    """A of the large index goes from 100 to 110 on session 2; B and C of the small 50 -> 40 -> 60, 20."""
    lists = [
        {**row, "index": index}
        for index, symbols in (("large", "A"), ("small", "BC"))
        for row in given(*symbols)
    ]
    over = market(
        line("A", [100, 100] + [110] * (n - 2)),
        line("B", [50, 50, 40] + [60] * (n - 3)),
        line("C", [20] * n),
        memberships=lists,
        **tables,
    )
    return [small.rule(LARGE), small.rule(SMALL)], over


def by_index(made: Segments) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in made.series.to_pylist():
        rows.setdefault(row["index"], []).append(row)
    return rows


def test_levels_from_a_hundred_and_relative_to_the_first() -> None:
    """B and C: 70, 60, 80 of 70."""
    rules, over = two(4)
    made = segments(rules, over, window=1)
    rows = by_index(made)["small"]
    assert [row["level"] for row in rows] == pytest.approx([100, 100 * 6 / 7, 100 * 8 / 7])
    assert [row["relative"] for row in rows] == pytest.approx([1, 6 / 7.7, 8 / 7.7])
    assert [row["drawdown"] for row in rows] == pytest.approx([0, -1 / 7, 0])
    assert rows[0]["rolling_return"] is None
    assert [row["rolling_return"] for row in rows[1:]] == pytest.approx([-1 / 7, 1 / 3])
    assert [row["rolling_relative"] for row in rows][1:] == pytest.approx([6 / 7.7 - 1, 1 / 3])
    # At the open of each session: 50 and 20, 50 and 20, 40 and 20.
    assert [row["largest_weight"] for row in rows] == pytest.approx([5 / 7, 5 / 7, 2 / 3])
    assert rows[2]["effective_number"] == pytest.approx(1 / (4 / 9 + 1 / 9))
    assert by_index(made)["large"][2]["relative"] == 1.0


def test_the_summary_of_each_segment() -> None:
    rules, over = two(4)
    large, small_ = segments(rules, over).summary.to_pylist()
    assert (large["index"], small_["index"]) == ("large", "small")
    assert (large["total_return"], small_["total_return"]) == pytest.approx((0.1, 1 / 7))
    assert small_["relative"] == pytest.approx(8 / 7.7)
    assert small_["deepest_drawdown"] == pytest.approx(-1 / 7)
    assert (large["members"], small_["members"]) == (1, 2)
    assert small_["above_a_year_ago"] is None  # no year of sessions


def test_breadth_counts_share_actions_and_lines_with_a_price_a_year_ago() -> None:
    """A year before the last session, on session 7, B was at 60 and C at 20, as it is after a split in
    two: B has gained nothing, C has doubled."""
    rules, over = two(260, corporate_actions=[action("C", 100, "split", ratio=2.0)])
    large, small_ = segments(rules, over).summary.to_pylist()
    assert small_["above_a_year_ago"] == 0.5
    assert large["above_a_year_ago"] == 0.0
    assert large["beating_the_index"] == 0.0


def test_too_few_segments_or_no_window_are_refused() -> None:
    rules, over = two(4)
    for asked, window in ((rules[:1], 252), (rules, 0)):
        with pytest.raises(ic.UsageError, match=r"ANA001.*at least two"):
            segments(asked, over, window=window)


def test_segments_against_the_first(demo: ic.Market) -> None:
    made = segments(RULES, demo, window=20)
    rows = made.series.to_pylist()
    by_index = {name: [row for row in rows if row["index"] == name] for name in RULES}
    for one, two in zip(*by_index.values(), strict=True):
        assert one["date"] == two["date"]
        assert one["relative"] == 1.0
        assert two["relative"] == pytest.approx(two["level"] / one["level"], abs=1e-12)
    large = by_index["top-n-buffer"]
    assert large[19]["rolling_return"] is None
    assert large[20]["rolling_return"] == pytest.approx(
        large[20]["level"] / large[0]["level"] - 1, abs=1e-12
    )
    assert 0 <= made.summary.to_pylist()[1]["above_a_year_ago"] <= 1
