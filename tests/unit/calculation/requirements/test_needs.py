"""What a rule needs of a market, each with the path that asks first."""

from __future__ import annotations

import datetime as dt

from indexcalc.calculation.requirements.needs import Needs, daily_columns, needs_of
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small

HEAD = (
    small.HEAD
    + "review: {months: [6], effective: first session of month, cutoff: 1 session before effective}\n"
)
EVERYONE = "universe: {where: {symbol: {not_in: []}}}\n"
BY_SIZE = "selection: {steps: [{select: {size: {rank: 10}}}]}\n"


def needs(text: str, scheme: str = "equal") -> Needs:
    return needs_of(small.rule(HEAD + text + f"weighting: {{scheme: {scheme}}}\n"))


def test_columns_of_conditions_with_the_first_path() -> None:
    found = needs(
        "universe: {where: {board: {in: [main]}}}\neligibility: {board: {in: [main]}}\n"
        "measures: {size: {last: market_cap}}\n" + BY_SIZE
    )
    assert found.columns["board"] == "universe.where.board"
    assert found.columns["shares_outstanding"] == "measures.size.last"
    assert list(found.measures) == ["size"]
    assert "size" not in found.columns
    assert (("board", ("main",), "universe.where.board.in")) in found.labels


def test_words_of_the_review_are_no_columns() -> None:
    found = needs(
        "universe: {where: {symbol: {in: [A, B]}, designation: {not_in: [watch]},"
        " listed_for: {min: 3 months}}}\n"
        "measures: {size: {last: market_cap}}\n" + BY_SIZE
    )
    assert not {"symbol", "designation", "listed_for", "size", "all"} & set(found.columns)
    assert found.tables == {"designations": "universe.where.designation"}
    assert found.listed_for == "universe.where.listed_for"
    assert [names for names, _ in found.symbols] == [("A", "B")]


def test_ratios_and_free_float_ask_for_what_they_are_made_of() -> None:
    found = needs(
        EVERYONE + "measures: {t: {mean: float_turnover_ratio, over: 3 months}}\n"
        "selection: {steps: [{select: {t: {rank: 10}}}]}\n"
    )
    assert set(found.columns) == {"traded_value", "shares_outstanding"}
    assert found.float_factor == "measures.t.mean"
    assert needs(EVERYONE + "selection: {steps: [{select: all}]}\n").float_factor == ""


def test_tables_of_lists_weights_returns_and_money() -> None:
    found = needs(
        EVERYONE + "selection: given\nreturns: {kinds: [price, net], withholding: {KR: 15.4%}}\n",
        "given",
    )
    assert found.tables == {
        "memberships": "selection",
        "weight_factors": "weighting.scheme",
        "dividends": "returns.kinds",
    }
    assert found.columns == {"country": "returns.withholding"}
    flat = needs(
        EVERYONE + "selection: given\nreturns: {kinds: [price, net], withholding: 15.4%}\n"
    )
    assert "country" not in flat.columns
    in_dollars = needs(EVERYONE + "measures: {size: {last: market_cap, in: USD}}\n" + BY_SIZE)
    assert in_dollars.tables == {"fx": "measures.size.in"}


def test_caps_name_columns_and_lines_are_none() -> None:
    text = (
        HEAD + EVERYONE + "selection: given\nweighting: {scheme: equal, "
        "caps: [{per: security, limit: 50%}, {per: issuer, limit: 50%}]}\n"
    )
    found = needs_of(small.rule(text))
    assert found.columns == {"issuer": "weighting.caps[1].per"}


def test_daily_columns_are_those_of_levels_and_of_the_rules() -> None:
    plain = small.rule(HEAD + EVERYONE + "selection: given\nweighting: {scheme: equal}\n")
    asks = small.rule(
        HEAD + "universe: {where: {board: {in: [main]}}}\n"
        "measures: {t: {mean: traded_value, over: 3 months}}\n"
        "selection: {steps: [{select: {t: {rank: 10}}}]}\nweighting: {scheme: equal}\n"
    )
    levels = daily_columns([plain])
    assert {"close", "base_price", "shares_outstanding", "volume"} <= set(levels)
    assert set(daily_columns([plain, asks])) - set(levels) == {"board", "traded_value"}
    assert daily_columns([]) == levels


def test_groups_that_nothing_uses_on_the_days_asked_for_need_no_column() -> None:
    """The KOSDAQ 150 chose by industries of its own until June 2020, by GICS from then on."""
    rule = load_family(["kosdaq150"])["kosdaq150"]
    before = needs_of(rule, dt.date(2019, 1, 2), dt.date(2019, 12, 30)).columns
    assert "ksq_sector" in before
    assert "sector" not in before
    after = needs_of(rule, dt.date(2021, 1, 4), dt.date(2021, 12, 30)).columns
    assert "sector" in after
    assert "ksq_sector" not in after
