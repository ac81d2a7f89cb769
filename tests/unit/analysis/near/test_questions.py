"""One question asked within a budget, and its answer in words, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from indexcalc.analysis.near.moved_review import Budget
from indexcalc.analysis.near.questions import (
    CAP,
    CLOSE,
    CUT_OFF,
    FLOAT,
    LEVEL,
    MEMBER,
    PRICE,
    Change,
    Question,
    answer,
    in_words,
    percent,
    reach,
)

FIRST, LAST = dt.date(2024, 3, 4), dt.date(2024, 5, 14)
SYMBOLS, NAMES = ("A", "B", "C"), ("Alpha", None, None)


def asked(edge: Callable[[float], bool], most: int = 1000, **more: Any) -> Change:
    """A question about A whose outcome is the change itself."""
    question: Question[float] = Question(
        **{
            "flips": MEMBER,
            "codes": (0,),
            "side": "out",
            "moved": PRICE,
            "span": (FIRST, LAST),
            "on": lambda change: change,
            "flipped": edge,
            "told": lambda change: (("A",), ("C",)),
            **more,
        }
    )
    budget = Budget(None, most)
    budget.share(1)
    (change,) = answer(question, budget, SYMBOLS, NAMES)
    return change


def test_the_edge_lies_between_what_is_enough_and_what_is_not() -> None:
    found = asked(lambda change: change >= 0.1)
    assert found.enough is not None
    assert found.short is not None
    assert found.short < 0.1 <= found.enough
    assert found.enough - found.short < 0.001
    assert (found.symbol, found.name, found.side) == ("A", "Alpha", "out")
    assert (found.comes, found.goes, found.searched) == (("A",), ("C",), True)
    assert found.tries > 0
    assert found.what.startswith("A enters with +10.")


def test_what_is_found_quickly_is_asked_again() -> None:
    """Quickly the edge seems to be at 5 %; it is at 10 %."""
    found = asked(lambda change: change >= 0.1, quickly=lambda change: change * 2)
    assert found.enough is not None
    assert found.short is not None
    assert found.short < 0.1 <= found.enough


def test_no_change_in_reach_and_no_time_are_told_apart() -> None:
    never = asked(lambda change: False)
    assert (never.enough, never.short, never.searched) == (None, None, True)
    assert never.what == "A: prices of 2024-03-04 to 2024-05-14: no change from -50% to +50% does"
    short = asked(lambda change: change >= 0.1, most=1)
    assert (short.enough, short.searched) == (None, False)
    assert short.what.endswith("the time was up")


def test_several_lines_move_together() -> None:
    found = asked(lambda change: change >= 0.1, codes=(0, 2), flips=LEVEL, side="")
    assert (found.symbol, found.name) == ("A C", None)
    assert found.what.startswith("the level moves with A C with +10.")


def change(**said: Any) -> Change:
    return Change(
        **{
            "flips": MEMBER, "symbol": "A", "name": None, "side": "in", "moved": CLOSE,
            "first": LAST, "last": LAST, "enough": -0.05, "short": -0.049, "down": 0.5, "up": 0.5,
            "searched": True, **said,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "A leaves with -5.00 % on its prices of 2024-05-14 (-4.90 % is not enough)"),
        (
            {"side": "free", "flips": CAP, "enough": 0.02, "short": None},
            "A: prices of 2024-05-14: no change from -50% to +50% does",
        ),
        (
            {"side": "capped", "moved": FLOAT, "short": 0.0},
            "A is no longer capped with -5.00 % on its float factor from 2024-05-14 on",
        ),
        (
            {"moved": CUT_OFF, "enough": 2.0, "short": 1.0},
            "A leaves with the cut-off on 2024-05-14, 2 sessions later (1 later is not enough)",
        ),
        (
            {"moved": CUT_OFF, "enough": -1.0, "short": 0.0},
            "A leaves with the cut-off on 2024-05-14, 1 session earlier",
        ),
        (
            {"moved": CUT_OFF, "enough": None, "down": 5.0, "up": 3.0},
            "A: no cut-off 5 sessions earlier to 3 later does",
        ),
    ],
)
def test_an_answer_in_words(said: dict[str, Any], words: str) -> None:
    assert in_words(change(**said)) == words


def test_lines_that_come_and_go_with_it() -> None:
    told = in_words(change(comes=("B", "A"), goes=("C", "D", "E")))
    assert told.endswith("; with it B, C, D and 1 more")


def test_how_far_something_was_moved() -> None:
    assert reach(change()) == "from -50% to +50%"
    assert reach(change(down=0.0, up=0.25)) == "up to +25%"
    assert reach(change(down=0.25, up=0.0)) == "up to -25%"


def test_what_is_enough_is_rounded_away_from_zero_and_what_is_not_towards_it() -> None:
    assert percent(0.052631) == "+5.27 %"
    assert percent(0.052631, enough=False) == "+5.26 %"
    assert percent(-0.05) == percent(-0.05, enough=False) == "-5.00 %"
    assert percent(0.001234567) == "+0.1235 %"
    assert percent(0.001234567, enough=False) == "+0.1234 %"
