"""Likelihoods against the review itself, made on markets that hold the drawn sessions as rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.likelihood.backtest import backtest
from indexcalc.analysis.likelihood.likelihood import likelihood
from indexcalc.analysis.likelihood.paths import Paths
from indexcalc.analysis.next_session import with_sessions_alike
from indexcalc.analysis.pro_forma import pro_forma
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.panel_cache.segment import PRESENT
from indexcalc.methodology.load.family import load_family
from indexcalc.review.measures.series import Sessions
from tests.oracle.rows import table_of
from tests.unit.analysis.coming_review import AS_OF, FILL, RULE, market_until

CUTOFF = dt.date(2024, 5, 31)
# Three by size out of those that trade enough; the turnover of the last five sessions comes in too.
STEPS = "[{require: {traded: {rank: 8}}}, {fill: {to: 3, by: size}}]"
LIQUID = RULE.replace(
    "  recent:", "  traded: {mean: traded_value, over: 2 calendar months}\n  recent:"
)
PARENT = LIQUID.replace("index: test", "index: big").replace("count: 3", "count: 6")


def lively(last: dt.date = AS_OF) -> tuple[list[dict[str, Any]], ic.Market]:
    """Ten lines of much the same size that move a lot, from September 2023 on."""
    sessions = packaged("XKRX")
    generator = np.random.default_rng(5)
    closes = np.linspace(100.0, 120.0, 10)
    rows: list[dict[str, Any]] = []
    for at in range(sessions.at_or_after(dt.date(2023, 9, 1)), sessions.at_or_before(last) + 1):
        closes = closes * np.exp(generator.normal(0.0, 0.04, 10))
        traded = generator.integers(1, 1000, 10)
        rows += [
            {
                "date": sessions.date(at),
                "symbol": f"L{line}",
                "close": float(closes[line]),
                "shares_outstanding": 1000,
                "traded_value": int(traded[line]),
            }
            for line in range(10)
        ]
    return rows, ic.Market.from_tables(daily=table_of(rows), complete=True)


def coming(market: ic.Market, seed: int) -> list[dict[str, Any]]:
    """The rows of the sessions that a seed draws, up to the cut-off."""
    sessions = packaged("XKRX")
    first, last = sessions.at_or_after(AS_OF) + 1, sessions.at_or_before(CUTOFF)
    days = [sessions.date(at) for at in range(first, last + 1)]
    template = with_sessions_alike(market, days)
    size = template.panel.size
    part = Sessions.read(
        template.panel,
        (PRESENT, "close", "shares_outstanding", "traded_value"),
        slice(size - len(days), size),
    )
    drawn = Paths(market, part).draw(np.random.default_rng(seed))
    return [
        {
            "date": date_of(day),
            "symbol": f"L{line}",
            "close": float(drawn.close[at, line]),
            "shares_outstanding": 1000,
            "traded_value": int(drawn.columns["traded_value"][at, line]),
        }
        for at, day in enumerate(drawn.days)
        for line in range(10)
    ]


@pytest.mark.parametrize("seed", range(8))
def test_a_try_is_the_review_on_a_market_with_those_sessions(seed: int) -> None:
    rows, market = lively()
    rule = ic.Methodology.from_text(LIQUID.replace("STEPS", STEPS))
    found = likelihood(rule, market, on="2024-06-01", tries=1, seed=seed)
    assert (found.effective, found.cutoff) == (dt.date(2024, 6, 14), CUTOFF)
    # From 15 to 31 May there are twelve sessions: the 15th was a holiday.
    assert found.missing == 12
    whole = ic.Market.from_tables(daily=table_of([*rows, *coming(market, seed)]), complete=True)
    paper = pro_forma(load_family([rule]), whole, dt.date(2024, 6, 1))
    assert paper.cutoff == paper.data_until == CUTOFF
    chosen = {symbol for symbol, share in zip(found.symbols, found.share, strict=True) if share}
    assert chosen == {row["symbol"] for row in paper.members.to_pylist()}


def test_the_tries_differ_and_the_share_is_theirs() -> None:
    _, market = lively()
    rule = ic.Methodology.from_text(LIQUID.replace("STEPS", STEPS))
    found = likelihood(rule, market, on="2024-06-01", tries=60, seed=1)
    assert found.share.sum() == pytest.approx(3.0)
    assert ((found.share > 0.0) & (found.share < 1.0)).sum() >= 2
    assert found.names.equals(likelihood(rule, market, on="2024-06-01", tries=60, seed=1).names)
    rows = found.names.to_pylist()
    assert [row["likelihood"] for row in rows] == sorted(
        (row["likelihood"] for row in rows), reverse=True
    )
    assert all(row["rank_low"] <= row["rank"] <= row["rank_high"] for row in rows)


def test_a_child_follows_the_list_its_parent_has_in_the_same_try(tmp_path: Path) -> None:
    """The three smallest of the six largest: never one that is not among the six."""
    _, market = lively()
    parent = PARENT.replace("STEPS", "[{fill: {to: 6, by: size}}]")
    child = (
        "index: small\nuniverse: {of: big}\nreview: {follows: big}\n"
        "measures: {size: {mean: market_cap, over: 3 calendar months, best: lowest}}\n"
        "selection: {count: 3, steps: [{fill: {to: 3, by: size}}]}\nweighting: {scheme: market_cap}\n"
    )
    (tmp_path / "big.yaml").write_text(parent, encoding="utf-8")
    (tmp_path / "small.yaml").write_text(child, encoding="utf-8")
    for seed in range(6):
        above = likelihood(tmp_path / "big.yaml", market, on="2024-06-01", tries=1, seed=seed)
        below = likelihood(tmp_path / "small.yaml", market, on="2024-06-01", tries=1, seed=seed)
        assert below.share.sum() == 3.0
        assert (below.share <= above.share).all()


def test_prices_that_never_moved_leave_nothing_open() -> None:
    rule = ic.Methodology.from_text(RULE.replace("STEPS", FILL))
    found = likelihood(rule, market_until(AS_OF), on="2024-06-01", tries=20)
    assert (found.share == found.forecast).all()
    assert found.names.num_rows == 0


def test_a_review_whose_windows_are_over_is_certain() -> None:
    _, market = lively(CUTOFF)
    rule = ic.Methodology.from_text(LIQUID.replace("STEPS", STEPS))
    found = likelihood(rule, market, on="2024-06-01", tries=50)
    assert (found.missing, found.tries) == (0, 1)
    assert (found.share == found.forecast).all()


def test_an_index_without_a_selection_of_its_own_is_refused(tmp_path: Path) -> None:
    _, market = lively()
    parent = PARENT.replace("STEPS", "[{fill: {to: 6, by: size}}]")
    child = "index: same\nuniverse: {of: big}\nreview: {follows: big}\nweighting: {scheme: equal}\n"
    (tmp_path / "big.yaml").write_text(parent, encoding="utf-8")
    (tmp_path / "same.yaml").write_text(child, encoding="utf-8")
    with pytest.raises(ic.UsageError) as refused:
        likelihood(tmp_path / "same.yaml", market, on="2024-06-01", tries=2)
    assert [item.code for item in refused.value.diagnostics] == ["ANA007"]


def test_scores_by_hand() -> None:
    """Six lines stand still, so likelihoods are 0 and 1: Brier 0 of the likelihood and of the forecast.

    From 2 May 2025 on E is worth most: seen a month before the cut-off of 30 May, nobody knew."""
    rule = ic.Methodology.from_text(RULE.replace("STEPS", FILL))
    sessions = packaged("XKRX")
    rows = []
    for at in range(
        sessions.at_or_after(dt.date(2023, 9, 1)), sessions.at_or_before(dt.date(2025, 6, 30)) + 1
    ):
        day = sessions.date(at)
        closes = {"A": 100.0, "B": 90.0, "C": 80.0, "D": 76.0, "E": 10.0}
        if day >= dt.date(2025, 5, 2):
            closes["E"] = 5000.0
        rows += [
            {"date": day, "symbol": name, "close": close, "shares_outstanding": 1000}
            for name, close in closes.items()
        ]
    market = ic.Market.from_tables(daily=table_of(rows), complete=True)
    scored = backtest(rule, market, reviews=2, months=(1,), tries=5)
    before, after = scored.scores.to_pylist()
    assert before["effective"] == dt.date(2024, 12, 13)
    assert (before["names"], before["changes"], before["brier"]) == (0, 0, 0.0)
    assert after["as_of"] == dt.date(2025, 4, 30)
    # E came for C: both were said with certainty, wrongly: the mean of two squares of one.
    assert (after["names"], after["changes"], after["hits"], after["alarms"]) == (2, 2, 0, 0)
    assert after["brier"] == after["brier_no_change"] == after["brier_forecast"] == 1.0
    bins = scored.bins.to_pylist()
    assert [(row["names"], row["share_in"]) for row in bins if row["names"]] == [(1, 1.0), (1, 0.0)]
