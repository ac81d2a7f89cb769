"""What must hold of every review: no order of rows, no later value and no unit of price changes it,
and its ledger yields its members."""

from __future__ import annotations

import datetime as dt
from random import Random

from hypothesis import assume, given, note
from hypothesis import strategies as st

from tests.oracle.engine import EngineReview, engine_reviews
from tests.oracle.language import Rule, to_yaml
from tests.oracle.rows import Row, SmallMarket
from tests.oracle.strategies import markets_and_rules


@given(markets_and_rules(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(pair: tuple[SmallMarket, Rule], shuffle: Random) -> None:
    market, rule = pair
    note(to_yaml(rule))
    # The texts are compared: a float factor that is not known is NaN.
    assert repr(engine_reviews(rule, market)) == repr(engine_reviews(rule, market, shuffle=shuffle))


def decided(review: EngineReview) -> tuple[object, ...]:
    """All that a review decides of members (weights use later days)."""
    return (review.effective, review.cutoff, review.members, review.reserve, review.decided)


KEYS = {
    "securities": ("symbol", "valid_from"),
    "designations": ("symbol", "from", "kind"),
    "float_factors": ("symbol", "effective_date"),
}


def poisoned(market: SmallMarket, cutoff: dt.date) -> SmallMarket:
    """Another market from the day after a cut-off on: prices, labels, designations, float."""
    after = cutoff + dt.timedelta(days=1)
    daily: list[Row] = []
    for number, row in enumerate(market.tables["daily"]):
        if row["date"] > cutoff:
            row = {
                **row,
                "close": row["close"] * 7 + number % 11,
                "shares_outstanding": row["shares_outstanding"] * 3 + number % 5,
                "traded_value": row["traded_value"] * 5 + number % 7,
                "volume": number % 13,
            }
        daily.append(row)
    tables = {**market.tables, "daily": daily}
    tables["securities"] = market.tables["securities"] + [
        {"symbol": symbol, "valid_from": after, "sector": "poison", "share_class": "poison"}
        for symbol in market.symbols
    ]
    tables["designations"] = market.tables["designations"] + [
        {"symbol": symbol, "from": after, "kind": kind, "to": None}
        for symbol in market.symbols
        for kind in ("administrative", "caution")
    ]
    tables["float_factors"] = market.tables["float_factors"] + [
        {"symbol": symbol, "effective_date": after, "float_factor": 0.01}
        for symbol in market.symbols
    ]
    for name, key in KEYS.items():
        last = {tuple(row[column] for column in key): row for row in tables[name]}
        tables[name] = list(last.values())
    return SmallMarket(market.sessions, tables, market.lists)


@given(markets_and_rules(), st.integers(0, 3))
def test_what_comes_after_the_cut_off_changes_no_review(
    pair: tuple[SmallMarket, Rule], which: int
) -> None:
    market, rule = pair
    note(to_yaml(rule))
    found = engine_reviews(rule, market)
    assume(which < len(found))
    # The reviews before have earlier cut-offs: none of them may move either.
    again = engine_reviews(rule, poisoned(market, found[which].cutoff))
    for one, other in zip(found[: which + 1], again[: which + 1], strict=True):
        assert decided(one) == decided(other)


@given(markets_and_rules(scale_free=True), st.sampled_from((-3, 4, 10)))
def test_prices_in_another_unit_change_no_selection(
    pair: tuple[SmallMarket, Rule], power: int
) -> None:
    market, rule = pair
    note(to_yaml(rule))
    daily = [{**row, "close": row["close"] * 2.0**power} for row in market.tables["daily"]]
    scaled = SmallMarket(market.sessions, {**market.tables, "daily": daily}, market.lists)
    for one, other in zip(engine_reviews(rule, market), engine_reviews(rule, scaled), strict=True):
        assert decided(one) == decided(other)


@given(markets_and_rules())
def test_the_ledger_yields_the_members(pair: tuple[SmallMarket, Rule]) -> None:
    market, rule = pair
    note(to_yaml(rule))
    existing: set[str] = set()
    if market.tables["memberships"]:
        existing = {row["symbol"] for row in market.tables["memberships"]}
    for review in engine_reviews(rule, market):
        eve = market.session_before(review.effective)
        existing = {name for name in existing if market.row(name, eve) is not None}
        told = [name for name, _ in review.decided]
        assert len(told) == len(set(told))
        if "of" not in rule["universe"]:
            listed = {n for n in market.symbols if market.row(n, review.cutoff) is not None}
            assert listed <= set(told), "a listed line has no row"
        members = {name for name, outcome in review.outcomes.items() if outcome != "out"}
        assert members == set(review.members)
        kept = {name for name, outcome in review.outcomes.items() if outcome == "kept"}
        assert kept == members & existing
        existing = members
