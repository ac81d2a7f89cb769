"""Values as the language writes them: read from a rule, said again."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from indexcalc.methodology.describe.wording import percent, say, say_day, say_tests
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.values.dated import BEGINNING, Dated
from indexcalc.methodology.values.values import NONE, UNKNOWN
from tests.unit.methodology.small_rule import rule

MEASURES = "measures: {size: {last: market_cap}}\n"


def said(text: str) -> str:
    return say(rule(MEASURES + f"eligibility: {text}\n").eligibility)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        (NONE, "none"),
        (UNKNOWN, "unknown"),
        ((1, "a"), "[1, a]"),
        ((), "[]"),
        ({"KR": 1, "US": (2,)}, "{KR: 1, US: [2]}"),
        (dt.date(2020, 1, 2), "2020-01-02"),
        (Dated.constant(5), "5"),
        (Dated(((BEGINNING, 5), (dt.date(2020, 1, 2), 6))), "{always: 5, 2020-01-02: 6}"),
    ],
)
def test_plain_values(value: Any, text: str) -> None:
    assert say(value) == text


def test_days_and_percentages() -> None:
    assert (say_day(BEGINNING), say_day(dt.date(2020, 1, 2))) == ("always", "2020-01-02")
    assert (percent(Fraction(1, 4)), percent(Fraction(1, 3))) == ("25%", "33.3333333333%")


@pytest.mark.parametrize(
    "text",
    [
        "{market: KOSPI}",
        "{close: {min: 1, below: 1000.5}}",
        "{sector: {not_in: [10, energy]}}",
        "{size: {rank: 85%}}",
        "{size: {rank: {max: 110% of existing, rounding: half_up}}}",
        "{size: {rank: {existing: 110, new: 90}}}",
        "{size: {rank: {from: 101, to: 300}}}",
        "{size: {coverage: 85%}}",
        "{size: {coverage: {max: 85%, share_cap: 5%}}}",
        "{size: {share: {above: 1%, among: kospi}}}",
        "{size: {rank: {max: 5, among: remaining, within: sector, for: 2 reviews, unless: existing}}}",
        "{size: {min: 3, among: {market: KOSPI}, unless: [existing, {close: {min: 1}}]}}",
        "{any: [{size: {rank: 1}}, {status: new}], not: {market: A}, was: {status: existing}}",
        "{group: {existing_count: {below: 3}}}",
        "{member_of: kospi}",
        "{member_of: {index: kospi, when: after}}",
        "{not: {2000-01-01: {market: A}, 2010-01-01: {market: B}}}",
    ],
)
def test_a_condition_is_said_as_it_was_written(text: str) -> None:
    assert said(text) == text


def test_what_is_the_default_is_left_out() -> None:
    assert said("{size: {rank: {max: 5, rounding: floor}}}") == "{size: {rank: 5}}"
    assert said("{member_of: {index: kospi, when: before}}") == "{member_of: kospi}"
    assert said("{size: {coverage: {reach: 80%}}}") == "{size: {coverage: 80%}}"
    # A bound other than the short one keeps its word.
    assert said("{size: {rank: {beyond: 5}}}") == "{size: {rank: {beyond: 5}}}"
    assert said("{size: {share: {max: 5%}}}") == "{size: {share: {max: 5%}}}"
    assert said("{close: {min: 1, for: 1 review}}") == "{close: {min: 1}}"
    everyone = rule("selection: {steps: [{select: all}]}\n").selection
    assert say(everyone) == "{steps: [{select: all}]}"


def test_the_tests_of_a_field_are_said_without_its_name() -> None:
    condition = rule("eligibility: {share_class: {1994-06-01: {in: [a, b]}, 2002-06-14: a}}\n")
    assert condition.eligibility is not None
    held = condition.eligibility.value
    assert isinstance(held, c.AllOf)
    (field,) = held.parts
    assert isinstance(field, c.Field)
    assert say_tests(field.tests) == "{1994-06-01: {in: [a, b]}, 2002-06-14: a}"
    assert say_tests(NONE) == "none"


def test_blocks_with_words_of_their_own() -> None:
    assert say(rule("selection: given\n").selection) == "given"
    assert say(rule("selection: {count: 5}\n").selection) == "{count: 5}"
    shares = rule("maintenance: {shares: daily}\n").maintenance.shares
    assert say(shares) == "daily"
    text = (
        "{source: holdings, exclude: [treasury, {strategic: {min: 10%}}], "
        "steps: [{round: up to 5%}, {round: down to 1%}, {bands: {15%: 10%, 100%: as is}}]}"
    )
    assert say(rule(f"float: {text}\n").float) == text
    taxes = "returns: {kinds: [net], withholding: WORDS}\n"
    for words in ("15%", "{KR: 15.4%, US: 30%}"):
        assert say(rule(taxes.replace("WORDS", words)).returns.withholding) == words
