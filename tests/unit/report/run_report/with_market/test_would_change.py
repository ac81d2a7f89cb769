"""The change that would have moved a name, by hand: sizes 100, 90, 80 | 76, 10 of which three are taken."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic
from indexcalc.calculation.stored_run import StoredRun
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import line_names
from indexcalc.report.run_report.with_market.would_change import WouldChange, would_change
from tests.unit.analysis.coming_review import FILL, RULE, market_until
from tests.unit.calculation.stored_runs import stored


@pytest.fixture(scope="module")
def found() -> WouldChange:
    market = market_until(dt.date(2024, 5, 14))
    run = ic.compute(ic.Methodology.from_text(RULE.replace("STEPS", FILL)), market)
    return would_change(stored(run), line_names(market), ["E"])


def test_the_smallest_change_is_the_distance_to_the_other_side(found: WouldChange) -> None:
    exact = {"C": 76 / 80 - 1, "B": 76 / 90 - 1, "A": 76 / 100 - 1, "D": 80 / 76 - 1}
    changes = {item.symbol: item.change for item in found.names}
    assert changes.pop("E") is None  # it would need eight times its size
    assert [item.symbol for item in found.names] == ["C", "B", "A", "D", "E"]
    assert set(changes) == set(exact)
    for symbol, change in changes.items():
        assert change is not None
        assert abs(exact[symbol]) <= abs(change) <= abs(exact[symbol]) * (1 + 1 / 32)
    others = {item.symbol: item.others for item in found.names}
    assert others == {"A": ("D",), "B": ("D",), "C": ("D",), "D": ("C",), "E": ()}


def test_what_is_said_is_enough(found: WouldChange) -> None:
    texts = found.texts()
    assert {item.measure for item in found.names} == {"size"}
    assert texts["C"]["en"] == (
        "With size 5.1\u00a0% lower it would have left at the review of 2023-12-15, "
        "and D would have entered."
    )
    assert texts["D"]["ko"] == (
        "2023-12-15 변경에서 규모 값이 5.3\u00a0% 높았다면 편입되었다 (대신 제외: C)."
    )
    assert "up to 50\u00a0%" in texts["E"]["en"]


@pytest.mark.parametrize("index", ["kospi200", "kospi-mid"])
def test_the_nearest_of_the_page_are_those_of_review(index: str) -> None:
    market = ic.Market.demo(securities=1000, years=3)
    run = ic.compute(index, market)
    found = would_change(stored(run), line_names(market), list(market.symbols[:3]))
    told = ic.review(index, market, on=date_of(found.day)).near.to_pylist()
    for inside, side in ((True, "in"), (False, "out")):
        expected = {
            row["symbol"]: row["needed_change"]
            for row in [row for row in told if row["side"] == side and row["needed_change"]][:5]
        }
        near = {
            item.symbol: item.change for item in found.names if item.near and item.inside == inside
        }
        assert len(near) == 5
        assert list(near) == list(expected)
        for symbol, change in near.items():
            assert change is not None
            assert 0 <= change / expected[symbol] - 1 <= 1 / 32


def test_a_composite_has_no_review_to_ask_again() -> None:
    market = market_until(dt.date(2023, 10, 4))
    rule = ic.Methodology.from_text(
        "index: all\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2023-09-01, level: 100}\n"
        "universe: {where: {symbol: {not_in: []}}}\nreview: {every: session}\n"
        "weighting: {scheme: market_cap}\n"
    )
    run = ic.compute(rule, market)
    assert would_change(stored(run), line_names(market)) == WouldChange()


def test_the_last_review_asked_from_the_lists_before_says_what_the_whole_run_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market = ic.Market.demo(securities=420, years=4, seed=3)
    run = ic.compute("kospi200", market)
    names, top = line_names(market), list(market.symbols[:3])
    found = would_change(stored(run), names, top)
    monkeypatch.setattr(StoredRun, "_last_review", lambda _: None)
    assert would_change(stored(run), names, top) == found
    assert len(found.names) > 5
