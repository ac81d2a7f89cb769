"""The change that would have moved a name, by hand: sizes 100, 90, 80 | 76, 10 of which three are taken."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic
from indexcalc.calculation.plan import Request, make_plan
from indexcalc.market.market import line_names
from indexcalc.methodology.load.family import load_family
from indexcalc.report.run_report.with_market.would_change import WouldChange, would_change
from tests.unit.analysis.coming_review import FILL, RULE, market_until


@pytest.fixture(scope="module")
def found() -> WouldChange:
    market = market_until(dt.date(2024, 5, 14))
    family = load_family([ic.Methodology.from_text(RULE.replace("STEPS", FILL))])
    plan = make_plan(family, market, Request())
    return would_change(plan, "test", line_names(market))


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
    assert found.measure == "size"
    assert texts["C"]["en"] == (
        "With size 5.1\u00a0% lower it would have left at the review of 2023-12-15, "
        "and D would have entered."
    )
    assert texts["D"]["ko"] == (
        "2023-12-15 변경에서 규모 값이 5.3\u00a0% 높았다면 편입되었다 (대신 제외: C)."
    )
    assert "up to 50\u00a0%" in texts["E"]["en"]


def test_a_composite_has_no_review_to_ask_again() -> None:
    market = market_until(dt.date(2023, 10, 4))
    rule = ic.Methodology.from_text(
        "index: all\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2023-09-01, level: 100}\n"
        "universe: {where: {symbol: {not_in: []}}}\nreview: {every: session}\n"
        "weighting: {scheme: market_cap}\n"
    )
    plan = make_plan(load_family([rule]), market, Request())
    assert would_change(plan, "all", line_names(market)) == WouldChange()
