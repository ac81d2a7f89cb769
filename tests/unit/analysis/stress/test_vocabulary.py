"""What a rule speaks of: its labels, thresholds, days and counts, each by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

import indexcalc as ic
from indexcalc.analysis.stress.vocabulary import EACH, Vocabulary, vocabulary_of
from indexcalc.methodology.load.family import load_family

RULE = """
index: test
currency: KRW
calendar: XKRX
base: {date: 2024-01-02, level: 1000}
universe: {where: {market: KOSPI}}
review: {months: [6, 12], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures: {size: {last: market_cap}, flow: {mean: traded_value, over: 5 sessions}}
eligibility: {security_type: {in: [stock, reit]}, designation: {none_of: [halted]}}
selection:
  count: 7
  within: sector
  steps:
    - require: {size: {min: 5000}, flow: {min: 70}}
    - select: {size: {rank: 12}}
    - trim: {to: 7, by: size}
weighting: {scheme: market_cap}
"""


def words(text: str = RULE, start: dt.date | None = None, reviews: int = 2) -> Vocabulary:
    return vocabulary_of(load_family([ic.Methodology.from_text(text)]), "test", start, reviews)


def test_labels_a_rule_asks_for_come_first() -> None:
    made = words()
    # Which lines the rule is about: always right. What it refuses or asks between: others as well.
    assert made.texts["market"] == ("KOSPI",)
    assert made.texts["security_type"][:2] == ("stock", "reit")
    assert len(made.texts["security_type"]) > 2
    # What counts together has a label for every line to begin with.
    assert made.texts["sector"][0] == EACH
    assert made.designations == ("halted",)


def test_values_are_multiples_of_a_tenth_of_each_threshold() -> None:
    made = words()
    assert made.sizes == (Fraction(500), Fraction(1_000_000))
    assert made.numbers["traded_value"] == (Fraction(7),)


def test_the_least_lines_are_the_count() -> None:
    assert words().least == 7
    # A rank from which on it takes names is further down than its count.
    assert words(RULE.replace("rank: 12", "rank: {from: 12}")).least == 12


def test_days_are_those_a_review_looks_at() -> None:
    """Cut-offs 31 May and 29 November 2024, effective 14 June and 13 December; priced the day before."""
    (one, two) = words(start=dt.date(2024, 2, 1)).sessions
    said = [str(day) for day in one]
    for day in ("2024-05-31", "2024-06-13", "2024-06-14", "2024-06-17"):
        assert day in said
    assert all(day <= "2024-12-12" for day in said)
    assert set(one) <= set(two)
    for day in (dt.date(2024, 11, 29), dt.date(2024, 12, 13)):
        assert day in two
        assert day not in one


def test_without_a_start_reviews_begin_with_the_last_change_of_the_rule() -> None:
    changed = RULE.replace("count: 7", "count: {2024-01-02: 7, 2026-03-02: 8}")
    assert words(changed).sessions[0][0] >= dt.date(2026, 3, 2)
    assert words().sessions[0][0].year == 2024


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("leveraged", "it is an overlay and has no members"),
        ("global-two-currency", "needs the table"),
    ],
)
def test_rules_no_market_can_be_made_for(rule: str, why: str) -> None:
    with pytest.raises(ic.UsageError, match=why):
        vocabulary_of(load_family([rule]), rule, None, 1)


def test_a_rule_without_reviews_in_four_years_is_refused() -> None:
    with pytest.raises(ic.UsageError, match="say another --from"):
        words(start=dt.date(2049, 1, 4))
