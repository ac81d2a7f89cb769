"""What is a break and what is not, on markets of a few alike lines."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

import indexcalc as ic
from indexcalc.analysis.stress.broken_limits import KINDS, Bounds, Verdict, expectations, judged
from indexcalc.analysis.stress.small_markets import Block, Change, Sketch
from indexcalc.analysis.stress.tables import small_market
from indexcalc.analysis.stress.vocabulary import vocabulary_of
from indexcalc.methodology.load.family import load_family

RULE = """
index: test
currency: KRW
calendar: XKRX
base: {date: 2024-01-02, level: 1000}
universe: {where: {market: KOSPI}}
review: {months: [6, 12], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures: {size: {last: market_cap}}
eligibility: {float_factor: {min: 20%}}
selection: {count: 3, steps: [{fill: {to: 3, by: size}}]}
weighting: {scheme: market_cap}
"""


def block(lines: int, times: int = 100, float_percent: int = 100) -> Block:
    return Block(
        lines=lines,
        unit=0,
        times=times,
        labels=(0,),
        numbers=(),
        float_percent=float_percent,
        listed=0,
    )


def verdict(
    *blocks: Block, text: str = RULE, bounds: Bounds | None = None, changes: tuple[Change, ...] = ()
) -> Verdict:
    family = load_family([ic.Methodology.from_text(text)])
    words = vocabulary_of(family, "test", dt.date(2024, 2, 1), 2)
    assert words.sizes == (Fraction(1_000_000),)
    small = small_market(Sketch(reviews=2, blocks=blocks, changes=changes), words)
    return judged(family, "test", small, bounds or Bounds(), words.least)


def test_a_full_list_is_no_break() -> None:
    found = verdict(block(3), block(1, 50))
    assert found.breaks == {}
    assert found.lists["2024-06-14"] == ("A0001", "A0002", "A0003")
    assert found.weights["2024-06-14"] == pytest.approx(
        dict.fromkeys(found.lists["2024-06-14"], 1 / 3)
    )
    assert found.set_aside == ""


def test_a_count_that_cannot_be_filled_though_there_are_lines() -> None:
    """Four lines, two of them with a float below 20 %: two of three places."""
    found = verdict(block(2), block(2, float_percent=10))
    assert list(found.breaks) == ["count"]
    assert "REV003" in found.breaks["count"]
    assert "2 names" in found.breaks["count"]


def test_too_few_lines_break_every_rule_and_are_no_break() -> None:
    assert verdict(block(2)).breaks == {}


def test_nobody_is_chosen() -> None:
    found = verdict(block(4, float_percent=10))
    assert "members" in found.breaks


def test_weights_above_the_bound_of_the_user() -> None:
    """100 : 100 : 300 of 500: 60 %; a bound of exactly 60 % is kept."""
    lines = (block(2), block(1, 300))
    assert verdict(*lines, bounds=Bounds(weight=0.6)).breaks == {}
    found = verdict(*lines, bounds=Bounds(weight=0.59))
    assert "A0003 has 60.00% on 2024-06-14 (regular), above 59.00%" in found.breaks["limit"]


def test_turnover_and_moves_are_judged_with_a_bound_alone() -> None:
    """On the fourth day the third line is worth ten times as much: 100 : 100 : 1000 of 300."""
    at = next(number for number, day in enumerate(sessions()) if day == dt.date(2024, 6, 17))
    changes = (Change(what="price", block=1, session=at, to=4),)
    lines = (block(2), block(1))
    assert verdict(*lines, changes=changes).breaks == {}
    found = verdict(*lines, changes=changes, bounds=Bounds(move=0.5))
    # 1200 / 300 - 1.
    assert found.breaks["move"] == "+300.00% on 2024-06-17, beyond 50.00%"
    assert verdict(*lines, changes=changes, bounds=Bounds(move=3.01)).breaks == {}


def sessions() -> tuple[dt.date, ...]:
    family = load_family([ic.Methodology.from_text(RULE)])
    return vocabulary_of(family, "test", dt.date(2024, 2, 1), 2).sessions[-1]


def test_what_is_looked_for() -> None:
    assert set(Bounds().judged) == set(KINDS) - {"turnover", "move"}
    assert Bounds(move=0.1, kinds=("move", "turnover")).judged == ("move",)


def test_a_case_expects_what_shows_the_break() -> None:
    found = verdict(block(2), block(2, float_percent=10))
    assert expectations(found, "count") == {
        "diagnostics": list(found.codes),
        "members": found.lists,
    }
    assert expectations(found, "limit")["weights"] == found.weights
    assert expectations(found, "move")["levels"] == found.levels
    assert expectations(Verdict({"members": "x"}, ("CAL006",)), "members") == {
        "diagnostics": ["CAL006"]
    }
