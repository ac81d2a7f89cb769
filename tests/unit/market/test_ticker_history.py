"""A renamed line keeps its place, its windows and its history; a ticker used again is two lines."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from indexcalc.calculation.run.run import Run
from indexcalc.market.checks.check import check_market
from indexcalc.market.market import Market
from indexcalc.market.ticker_history import ticker_history
from tests.unit.calculation import small
from tests.unit.calculation.small import day, line, market
from tests.unit.calculation.stored import stored

# Reviewed on session 30 (2024-02-01) by the mean of the whole month before; two names of three.
RULE = """index: test
currency: KRW
calendar: XKRX
base: {date: 2024-02-01, level: 1000}
universe: {where: {symbol: {not_in: []}}}
review: {months: [2], effective: first session of month, cutoff: 1 session before effective}
measures: {size: {mean: market_cap, over: 20 sessions}}
selection: {steps: [{select: {size: {rank: 1}}}]}
weighting: {scheme: market_cap}
"""
LISTED = {"listing_date": day(0)}


def security(symbol: str, **said: Any) -> dict[str, Any]:
    return {"symbol": symbol, "name": symbol.title(), **said}


def renamed(at: int, shares: int = 1000, **tables: Any) -> Market:
    """OLD at 30 becomes NEW on session ``at``; B stands at 20; forty sessions."""
    return market(
        line("OLD", [30.0] * at),
        line("NEW", [30.0] * (35 - at) + [33.0] * 5, shares, start=at),
        line("B", [20.0] * 40),
        securities=[
            security("OLD", delisting_date=day(at), successor="NEW", **LISTED),
            security("NEW", valid_from=day(at), listing_date=day(at)),
            security("B", **LISTED),
        ],
        **tables,
    )


def names(run: Run) -> list[tuple[str, str]]:
    rows = run.constituents.to_pylist()
    return [(row["symbol"], row["name"]) for row in rows]


@pytest.mark.parametrize("place", ["memory", "disk"])
def test_a_renamed_line_keeps_its_place_and_its_levels(place: str, tmp_path: Path) -> None:
    """Renamed on session 33, in force: nothing happens to the index but the price of session 35."""
    over = renamed(33)
    if place == "disk":
        over = Market.open(stored(over, tmp_path / "market"))
    run = small.run(RULE, over)
    assert small.levels(run) == pytest.approx([1000.0] * 5 + [1100.0] * 5, rel=1e-12)
    assert run.reviews.num_rows == 1
    assert small.events(run) == []
    assert names(run) == [("NEW", "Old")]  # the name is that of the day
    assert run.diagnostics == ()
    assert "renamed lines are one line: OLD as NEW" in run.manifest["assumptions"]


def test_its_window_goes_on_from_the_old_ticker() -> None:
    """Renamed two sessions before the cut-off: its mean is over twenty sessions, not over two."""
    run = small.run(RULE, renamed(28))
    assert names(run) == [("NEW", "New")]
    (note,) = [n for n in run.manifest["assumptions"] if "renamed" in str(n)]
    assert "OLD as NEW" in str(note)
    assert not [n for n in run.manifest["assumptions"] if "is observed on" in str(n)]


def test_lists_and_rules_may_call_it_by_either_ticker() -> None:
    given = small.GIVEN.replace("2024-01-03", "2024-02-01").replace("[1]", "[2]")
    lists = [{"index": "test", "effective_date": day(30), "symbol": "OLD"}]
    run = small.run(given + "weighting: {scheme: market_cap}\n", renamed(33, memberships=lists))
    assert names(run) == [("NEW", "Old")]
    excluded = RULE.replace("symbol: {not_in: []}", "symbol: {not_in: [OLD]}")
    assert names(small.run(excluded, renamed(33))) == [("B", "B")]


@pytest.mark.parametrize(
    ("over", "why"),
    [
        (renamed(33, shares=2000), "other shares"),
        (
            renamed(
                33,
                corporate_actions=[
                    {"symbol": "OLD", "ex_date": day(33), "type": "merger", "ratio": 1.0,
                     "other_symbol": "NEW"}
                ],
            ),
            "a merger",
        ),
    ],
)  # fmt: skip
def test_a_successor_that_is_another_company_is_another_line(over: Market, why: str) -> None:
    assert ticker_history(over).renamed == {}, why


def test_a_ticker_used_again_is_two_lines() -> None:
    """X at 10 until session 5, another X at 100 from session 24 on: its mean is 100, not in between."""
    over = market(
        line("X", [10.0] * 5),
        line("X", [100.0] * 16, start=24),
        line("B", [90.0] * 40),
        securities=[
            security("X", name="One", delisting_date=day(5), **LISTED),
            security("X", name="Two", valid_from=day(24), listing_date=day(24)),
            security("B", **LISTED),
        ],
    )
    run = small.run(RULE.replace("20 sessions", "29 sessions"), over)
    assert names(run) == [("X", "Two")]
    assert small.levels(run) == [1000.0] * 10
    (note,) = [n for n in run.manifest["assumptions"] if "used again" in str(n)]
    assert f"X before {day(24)}" in str(note)
    every = small.run(small.CAP, over)
    assert {row["name"] for row in every.constituents.to_pylist()} == {"One", "Two", "B"}
    assert f"X~{day(24)}" in every.constituents.column("symbol").to_pylist()
    # B alone while there is no X; neither is the other's gap.
    assert every.diagnostics == ()
    assert small.levels(every) == pytest.approx([1000.0] * 40, rel=1e-12)


def test_a_row_that_only_says_more_is_no_other_line() -> None:
    over = market(
        line("X", [10.0] * 8),
        securities=[
            security("X", sector="a", delisting_date=day(5), **LISTED),
            security("X", sector="b", valid_from=day(2), delisting_date=day(5), **LISTED),
        ],
    )
    assert ticker_history(over).reused == {}


def test_names_nobody_has_are_told() -> None:
    """A misspelt line in a condition or a decision of the committee acts on nobody."""
    text = RULE.replace("not_in: []", "not_in: [OLDD]") + (
        "committee: [{effective: 2024-02-01, refuse: [NEWW, B], why: a, ref: b}]\n"
    )
    run = small.run(text, renamed(33))
    told = {item.where: item for item in run.diagnostics if item.code == "DAT043"}
    assert set(told) == {"universe.where.symbol.not_in", "committee[0].refuse"}
    assert "no line of the market is called OLDD" in told["universe.where.symbol.not_in"].message
    assert told["committee[0].refuse"].hint == "did you mean `NEW`?"


def test_a_successor_alone_says_it() -> None:
    """`securities` may have no column of days at all: a rename was passed over in silence then."""
    over = market(
        line("OLD", [30.0] * 3),
        line("NEW", [31.0, 32.0], start=3),
        securities=[{"symbol": "OLD", "successor": "NEW"}, {"symbol": "NEW", "successor": None}],
    )
    assert ticker_history(over).renamed == {"OLD": "NEW"}
    run = small.run(small.CAP, over)
    assert small.levels(run) == pytest.approx([1000, 1000, 1000, 1000 * 31 / 30, 1000 * 32 / 30])


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ([line("OLD", [30.0] * 5), line("NEW", [31.0] * 2, start=3)], "both have rows at a time"),
        ([line("OLD", [30.0] * 3), line("NEW", [31.0] * 2, 900, start=3)], "other listed shares"),
        ([line("OLD", [30.0] * 3)], "no rows"),
    ],
)
def test_a_successor_that_does_nothing_is_told(over: list[Any], said: str) -> None:
    """It was passed over in silence."""
    rows: list[dict[str, Any]] = [{"symbol": "OLD", "successor": "NEW"}]
    told = market(*deepcopy(over), securities=rows)
    assert ticker_history(told).unfollowed == {"OLD": f"NEW ({said})"}
    run = small.run(small.CAP, told)
    assert f"successors that do nothing: OLD: NEW ({said})" in run.manifest["assumptions"]
    (found,) = [item for item in check_market(told).findings.items if item.code == "DAT038"]
    assert found.message == f"1 successor does nothing: OLD: NEW ({said})"
    # A delisting or a merger says what becomes of the line, and a demerger where the other comes from.
    delisted = market(*deepcopy(over), securities=[{**rows[0], "delisting_date": day(5)}])
    parted = market(*deepcopy(over), securities=[*rows, {"symbol": "NEW", "listed_by": "demerger"}])
    for other in (delisted, parted):
        assert ticker_history(other).unfollowed == {}
