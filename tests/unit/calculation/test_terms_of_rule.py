"""What the level pass is given of a rule on the day a series begins."""

from __future__ import annotations

import datetime as dt

import indexcalc as ic
from indexcalc.calculation.base_date_and_level import Start
from indexcalc.calculation.terms_of_rule import index_terms, options_of, who_says
from indexcalc.methodology.load.family import Family
from tests.unit.calculation.small import GIVEN

ON = dt.date(2024, 1, 3)


def family(text: str, child: str = "") -> Family:
    rules = {"test": ic.Methodology.from_text(GIVEN + text)}
    if child:
        rules["child"] = ic.Methodology.from_text(
            "index: child\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2024-01-03, level: 1}\n"
            f"universe: {{of: test}}\nreview: {{follows: test}}\n{child}"
        )
    return Family(rules, tuple(rules)[-1:])


def test_the_scheme_is_that_of_the_day() -> None:
    rules = family(
        "weighting: {scheme: {2024-01-03: market_cap, 2024-06-03: equal}}\n"
        "maintenance: {shares: {1990-01-01: at_rebalance}}\n"
        "rounding: {divisor: 2, index_shares: 0}\n"
    )
    terms = index_terms(rules["test"], rules, Start(3, 1000.0, (), 1), ON, 9, None)
    assert not terms.scheme.value_neutral
    assert terms.scheme.shares == "at_rebalance"
    assert (terms.scheme.share_digits, terms.divisor_decimals) == (0, 2)
    assert (terms.begin, terms.start, terms.last_session) == (1, 3, 9)
    assert (terms.base_level, terms.base_divisor, terms.lead) == (1000.0, None, None)
    later = index_terms(rules["test"], rules, Start(3, 1000.0, (), 3), dt.date(2024, 6, 3), 9, None)
    assert later.scheme.value_neutral


def test_prices_are_treated_as_the_nearest_rule_says_that_says_anything() -> None:
    rules = family("maintenance: {base_price: terms}\n", "weighting: {scheme: market_cap}\n")
    assert who_says("maintenance.base_price", rules["child"], rules).index == "test"
    assert who_says("maintenance.rights", rules["child"], rules).index == "child"
    options = options_of(rules["child"], ON, {"missing_row": "carried"}, rules)
    assert not options.exchange_base
    assert options.missing_row == "carried"
