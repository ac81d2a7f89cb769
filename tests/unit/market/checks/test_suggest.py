"""Suggested corporate actions: a market by hand, and the demo market without its actions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexcalc.cli.main import cli
from indexcalc.market.checks.suggest import suggest_actions
from indexcalc.market.demo import demo_tables
from indexcalc.market.market import Market
from tests.unit.calculation.small import action, day, line, market
from tests.unit.calculation.stored import stored

# A splits two for one.  B issues a quarter of new shares at 60 with a base of (100 + 0.25 60) / 1.25 = 92,
# listed two sessions later.  C gives one for five, listed a session later.  D's shares double and its
# price stays: an issue for something else.  E falls to a fifth and its shares stay.
ROWS = (
    line("A", [100, 100, 50, 51, 52], [10, 10, 20, 20, 20]),
    line("B", [100, 100, 93, 92, 92], [100] * 4 + [125], base={1: 100, 2: 92, 3: 93, 4: 92}),
    line(
        "C", [120, 120, 101, 100, 100], [50] * 3 + [60] * 2, base={1: 120, 2: 100, 3: 101, 4: 100}
    ),
    line("D", [70] * 5, [10, 10, 20, 20, 20]),
    line("E", [500, 500, 500, 100, 101]),
)


def suggested(over: Market) -> dict[str, tuple[object, ...]]:
    return {
        row["symbol"]: (row["ex_date"], row["type"], row["ratio"], row["price"], row["list_date"])
        for row in suggest_actions(over).to_pylist()
    }


def test_moves_are_told_apart() -> None:
    assert suggested(market(*ROWS)) == {
        "A": (day(2), "split", 2.0, None, None),
        "B": (day(2), "rights", 0.25, 60.0, day(4)),
        "C": (day(2), "bonus", 1.2, None, day(3)),
        "E": (day(3), "split", 5.0, None, None),
    }


def test_what_a_row_explains_is_not_suggested() -> None:
    over = market(*ROWS, corporate_actions=[action("A", 2, "split", ratio=2)])
    assert set(suggested(over)) == {"B", "C", "E"}


def test_a_market_of_prices_alone_has_its_jumps() -> None:
    bare = [
        [{name: row[name] for name in ("date", "symbol", "close", "base_price")} for row in rows]
        for rows in (ROWS[0], ROWS[3], ROWS[4])
    ]
    # Without a share count the halved price of A says a split too; the threshold is 1.9 times.
    assert {name: row[1] for name, row in suggested(market(*bare)).items()} == {
        "A": "split",
        "E": "split",
    }


def test_the_actions_of_a_demo_market_are_found_again() -> None:
    """Every suggestion is an action there is, and the terms that can be read off are its terms."""
    demo = demo_tables(n_securities=150, n_years=6, seed=3)
    tables = {name: table for name, table in demo.tables.items() if name != "corporate_actions"}
    real = {
        (row["symbol"], row["ex_date"]): row for row in demo.tables["corporate_actions"].to_pylist()
    }
    kinds = {"stock_dividend": "bonus", "capital_reduction": "consolidation"}
    rows = suggest_actions(Market.from_tables(**tables)).to_pylist()
    assert len(rows) > 20
    for row in rows:
        there = real[row["symbol"], row["ex_date"]]
        if row["type"] is not None and there["type"] != "spin_off":
            assert row["type"] == kinds.get(there["type"], there["type"]), there
            assert row["ratio"] == pytest.approx(there["ratio"], rel=0.02), there


def test_the_file_is_imported_as_it_is(tmp_path: Path) -> None:
    folder, rows = stored(market(*ROWS), tmp_path / "market"), tmp_path / "actions.csv"
    check = CliRunner().invoke(
        cli, ["market", "check", "--market", str(folder), "--suggest", str(rows)]
    )
    assert "suggest  4 actions to confirm" in check.output
    again = CliRunner().invoke(
        cli, ["market", "import", str(rows), "--into", "corporate_actions", "--market", str(folder)]
    )
    assert again.exit_code == 0, again.output
    table = Market.open(folder).table("corporate_actions")
    assert table.num_rows == 4
    assert suggest_actions(Market.open(folder)).num_rows == 0
    assert dt.date(2024, 1, 4) in table.column("ex_date").to_pylist()
