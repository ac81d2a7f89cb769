"""What trackers trade: against the composition of the same run, and several indices netted."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.analysis.flows.flows import Flows, flows
from indexcalc.analysis.flows.trades import CAUSES
from tests.unit.calculation import small
from tests.unit.calculation.small import day, given, line

ASSETS = 5e12
CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
RULE = """index: small
currency: KRW
calendar: XKRX
base: {date: 2024-06-14, level: 1000}
universe: {where: {security_type: stock}}
review: {months: [6, 12], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures: {size: {mean: market_cap, over: 2 calendar months}}
selection: {count: 20, steps: [{select: {size: {rank: 20}}}]}
weighting: {scheme: float_market_cap, caps: [{per: security, limit: 12%}]}
"""
OTHER = RULE.replace("index: small", "index: level").replace(
    "weighting: {scheme: float_market_cap, caps: [{per: security, limit: 12%}]}",
    "weighting: {scheme: equal}",
)


@pytest.fixture(scope="module")
def market() -> ic.Market:
    return ic.Market.demo(securities=100, years=3, seed=20261030)


@pytest.fixture(scope="module")
def study(market: ic.Market) -> Flows:
    rules = [ic.Methodology.from_text(text) for text in (RULE, OTHER)]
    return flows(rules, market, aum=ASSETS)


def test_flows_are_the_difference_of_the_composition_files_to_the_won(study: Flows) -> None:
    checked = 0
    for index, run in study.runs.items():
        by_day: dict[object, dict[str, dict[str, float]]] = defaultdict(dict)
        for row in run.composition.to_pylist():
            by_day[row["date"]][row["symbol"]] = row
        days = sorted(by_day)  # type: ignore[type-var]
        moved = {
            (row["date"], row["symbol"])
            for row in run.events.to_pylist()
            if row["event"]
            in ("split", "bonus", "rights", "spin_off", "special", "merger", "return_of_capital")
        }
        for review in study.reviews.to_pylist():
            on = review["effective_date"]
            if review["index"] != index or any(date == on for date, _ in moved):
                continue
            before, after = by_day[days[days.index(on) - 1]], by_day[on]
            k0 = ASSETS / sum(row["index_shares"] * row["close"] for row in before.values())
            k1 = ASSETS / sum(row["index_shares"] * row["base_price"] for row in after.values())
            expected = {}
            for symbol in {*before, *after}:
                old, new = before.get(symbol), after.get(symbol)
                units = (k1 * new["index_shares"] if new else 0.0) - (
                    k0 * old["index_shares"] if old else 0.0
                )
                expected[symbol] = units * (new["base_price"] if new else old["close"])
            told = {
                row["symbol"]: row["amount"]
                for row in study.trades.to_pylist()
                if row["index"] == index and row["effective_date"] == on
            }
            for symbol, amount in expected.items():
                assert told.get(symbol, 0.0) == pytest.approx(amount, abs=1.0)
                checked += 1
            assert abs(sum(told.values()) - review["cash"]) < 1.0
            assert review["one_way_turnover"] == pytest.approx(
                {row["effective_date"]: row["one_way_turnover"] for row in run.reviews.to_pylist()}[
                    on
                ],
                abs=1e-12,
            )
    assert checked > 80


def test_causes_sum_to_every_trade(study: Flows) -> None:
    rows = study.trades.to_pylist()
    assert rows
    for row in rows:
        assert sum(row[cause] for cause in CAUSES) == pytest.approx(row["amount"], abs=1e-3)
    assert any(row["capping_factor"] for row in rows)
    assert any(row["target_weight"] for row in rows)
    assert any(row["joined_left"] for row in rows)


def test_several_indices_are_netted_and_counted(study: Flows) -> None:
    trades, net = study.trades.to_pylist(), study.net.to_pylist()
    for row in net:
        own = [
            item
            for item in trades
            if (item["effective_date"], item["symbol"]) == (row["effective_date"], row["symbol"])
        ]
        assert row["amount"] == pytest.approx(sum(item["amount"] for item in own), abs=1e-3)
        assert row["buyers"] == sum(item["amount"] > 0 for item in own)
        assert row["sellers"] == sum(item["amount"] < 0 for item in own)
        if row["days_20"] is not None and own[0]["days_20"]:
            volume = abs(own[0]["units"]) / own[0]["days_20"]
            assert row["days_20"] == pytest.approx(abs(row["units"]) / volume, rel=1e-9)
    assert max(row["buyers"] + row["sellers"] for row in net) == 2


def test_trading_over_several_sessions_is_compared_with_all_at_once(market: ic.Market) -> None:
    """A second way: sum over lines of units x (mean of the closes, in shares of the day, less B)."""
    rule = ic.Methodology.from_text(OTHER)
    study = flows(rule, market, aum=ASSETS, implement=3)
    daily = {
        (row["date"], row["symbol"]): row["close"]
        for row in market.table("daily").select(["date", "symbol", "close"]).to_pylist()
    }
    days = sorted({date for date, _ in daily})
    actions = {
        (row["ex_date"], row["symbol"]) for row in market.table("corporate_actions").to_pylist()
    }
    specials = {
        (r["ex_date"], r["symbol"])
        for r in market.table("dividends").to_pylist()
        if r["kind"] != "ordinary"
    }
    checked = 0
    for review in study.reviews.to_pylist():
        on = days.index(review["effective_date"])
        span = days[on - 1 : on + 2]
        lines = [r for r in study.trades.to_pylist() if r["effective_date"] == days[on]]
        if any((date, r["symbol"]) in actions | specials for date in span[1:] for r in lines):
            continue
        cost = 0.0
        for row in lines:
            closes = [daily.get((date, row["symbol"])) for date in span]
            if None in closes:
                break
            cost += row["units"] * (sum(closes) / 3 - closes[0])
        else:
            assert review["tracking_difference"] == pytest.approx(-cost / ASSETS, abs=1e-12)
            checked += 1
    assert checked


def test_what_cannot_be_asked_is_told() -> None:
    over = small.market(line("A", [100, 100, 100], 10), memberships=given("A"))
    with pytest.raises(ic.UsageError, match="is not known"):
        flows(small.rule(CAP), over, every_session=True)
    with pytest.raises(ic.UsageError, match="not among the rules"):
        flows(small.rule(CAP), over, aum={"other": 1.0})
    with pytest.raises(ic.UsageError, match="no way to trade"):
        flows(small.rule(CAP), over, aum=1.0, implement=0)


def test_assets_of_the_market_are_the_newest_known_with_their_source() -> None:
    over = small.market(
        line("A", [100, 100, 100, 100], [10, 10, 20, 30]),
        line("B", [50, 50, 50, 50], 20),
        memberships=given("A", "B"),
        tracked_assets=[
            {"index": "test", "date": day(0), "assets": 100.0, "source": "a fact sheet"},
            {
                "index": "test",
                "date": day(2),
                "assets": 200.0,
                "source": "another",
                "certainty": "about",
            },
        ],
    )
    made = flows(small.rule(CAP), over, every_session=True).reviews.to_pylist()
    assert [row["assets"] for row in made] == [100.0, 200.0]
    assert made[1]["assets_source"] == "another, 2024-01-04"
    assert made[1]["assets_certainty"] == "about"


def changed(**tables: Any) -> ic.Market:
    """The lists of `test` and `other` begin with A and B; on session 2 C takes B's place, 1000 each."""
    lists = [*given("A", "B"), *given("A", "C", on=2)]
    return small.market(
        line("A", [100] * 3, 10),
        line("B", [50] * 3, 20),
        line("C", [25] * 3, 40),
        memberships=[{**row, "index": index} for index in ("test", "other") for row in lists],
        **tables,
    )


MONTHS = CAP.replace("months: [1]", "months: [1, 2]")


def test_indices_in_two_currencies_are_netted_in_that_of_the_first() -> None:
    """Of B 500 won and 500 dollars of a thousand won are sold."""
    rate = {"from_currency": "USD", "to_currency": "KRW", "rate": 1000.0}
    over = changed(
        securities=[{"symbol": symbol, "currency": "KRW"} for symbol in "ABC"],
        fx=[{**rate, "date": day(at)} for at in range(3)],
    )
    dollars = MONTHS.replace("index: test", "index: other").replace(
        "currency: KRW", "currency: USD"
    )
    made = flows([small.rule(MONTHS), small.rule(dollars)], over, aum=1000.0)
    net = {row["symbol"]: row for row in made.net.to_pylist()}
    assert net["B"]["currency"] == "KRW"
    assert net["B"]["amount"] == pytest.approx(-500_500.0, abs=1e-6)
    assert net["C"]["amount"] == pytest.approx(500_500.0, abs=1e-6)
    assert (net["C"]["buyers"], net["B"]["sellers"]) == (2, 2)


def test_the_float_of_an_index_that_counts_none_is_that_of_the_market() -> None:
    """Of 500 won, 10 of B and 20 of C are traded: of 20 and 40 shares, a quarter of which float in B."""
    factor = {"symbol": "B", "effective_date": day(0), "known_at": day(0), "float_factor": 0.25}
    made = flows(small.rule(MONTHS), changed(float_factors=[factor]), aum=1000.0)
    rows = {row["symbol"]: row["of_float"] for row in made.trades.to_pylist()}
    assert rows == pytest.approx({"B": 10 / 5, "C": 20 / 40}, abs=1e-12)


def test_what_leaves_is_set_against_the_shares_it_had_by_then() -> None:
    """B's 20 shares are 40 after a split on session 2; on session 3 it leaves, 20 k0 of them."""
    over = small.market(
        line("A", [100] * 4, 10),
        line("B", [50, 50, 25, 25], [20, 20, 40, 40]),
        memberships=[*given("A", "B"), *given("A", on=3)],
        corporate_actions=[small.action("B", 2, "split", ratio=2.0)],
    )
    made = flows(small.rule(MONTHS), over, aum=1000.0)
    rows = {row["symbol"]: row["of_float"] for row in made.trades.to_pylist()}
    assert rows["B"] == pytest.approx(20 / 40, abs=1e-12)
