"""The facts of a market: what each may be, and what is said of one that is something else."""

from __future__ import annotations

import math
from typing import Any

import pytest

from indexcalc.diagnostics import DataError
from indexcalc.market.market_facts import said_fact, wrong_facts
from tests.unit.calculation.small import line, market


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ({"price_limit": "x"}, "price_limit"),
        ({"price_limit": 0}, "price_limit"),
        ({"price_limit": 1}, "price_limit"),
        ({"price_limit": 30}, "price_limit"),
        ({"price_limit": math.nan}, "price_limit"),
        ({"price_limit": True}, "price_limit"),
        ({"complete": "yes"}, "complete"),
        ({"synthetic": 1}, "synthetic"),
        ({"calendar": 7}, "calendar"),
        ({"name": "a\nb"}, "name"),
        ({"currency": ["KRW"]}, "currency"),
        ({"currency": "krw"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"mine": print}, "mine"),
        ({"mine": [1, [math.inf]]}, "mine"),
        ({"mine": 10**400}, "mine"),
        ({"plausible": 2}, "plausible"),
        ({"plausible": {"price_jmp": 2}}, "plausible.price_jmp"),
        ({"plausible": {"price_jump": "2"}}, "plausible.price_jump"),
        ({"plausible": {"price_jump": 0}}, "plausible.price_jump"),
    ],
    ids=str,
)
def test_a_fact_that_means_nothing_is_told(facts: dict[str, Any], where: str) -> None:
    ((found, said),) = wrong_facts(facts)
    assert found == where
    assert said
    daily = market(line("A", [100, 110])).daily_sources()[0]
    with pytest.raises(DataError, match=f"DAT014 {where}"):
        type(market(line("A", [100]))).from_tables(daily=daily, facts=facts)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"price_limit": 0.3, "complete": True, "synthetic": False, "currency": "KRW"},
        {"price_limit": None, "name": None},
        {"plausible": {"price_jump": None, "share_step": 2}},
        {"mine": [1, 2.5, "x", None, True, []]},
    ],
    ids=str,
)
def test_facts_that_are_as_they_must_be(facts: dict[str, Any]) -> None:
    assert wrong_facts(facts) == []


def test_every_wrong_fact_is_told_at_once() -> None:
    wrong = dict(wrong_facts({"complete": 1, "price_limit": 2, "plausible": {"rate": -1}}))
    assert set(wrong) == {"complete", "price_limit", "plausible.rate"}
    assert wrong["complete"] == "1 is not true or false"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("calendar", "XKRX", "XKRX"),
        ("complete", "true", True),
        ("complete", "false", False),
        ("price_limit", "0.3", 0.3),
        ("name", "1", "1"),
    ],
)
def test_a_fact_is_read_from_text(name: str, text: str, value: Any) -> None:
    said = said_fact(name, text)
    assert said == value
    assert type(said) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("complete", "yes", "'yes' is not true or false"),
        ("price_limit", "30", "0.3 is 30 %"),
        ("price_limit", "30%", "0.3 is 30 %"),
        ("calender", "XKRX", "there is no fact 'calender'; there are name, complete"),
        ("name", "a\nb", "is not text"),
        ("currency", "won", "'won' is not a code of three capital letters, such as KRW"),
    ],
)
def test_text_that_is_no_fact(name: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        said_fact(name, text)
