"""Delivered files read back to the same bits, and give the level back."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import pytest

import indexcalc as ic
from indexcalc.analysis.deliver.desk_files import desk_files
from indexcalc.report.tables import write_table
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"


@pytest.fixture(scope="module")
def over() -> ic.Market:
    return ic.Market.demo(securities=100, years=3, seed=20261030)


def test_files_read_back_equal_and_give_the_level(over: ic.Market, tmp_path: Path) -> None:
    run = ic.compute("top-n-buffer", over)
    files = desk_files(run)
    for name, table in files.items():
        write_table(tmp_path / f"{name}.csv", table)
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == table.num_rows
        for read, written in zip(rows, table.to_pylist(), strict=True):
            for column, value in written.items():
                if isinstance(value, float):
                    assert float(read[column]) == value
                else:
                    assert read[column] == ("" if value is None else str(value))
    closing = files["closing"].to_pylist()
    last = run.levels.to_pylist()[-1]
    value = sum(row["index_shares"] * row["price"] for row in closing)
    assert value / closing[0]["divisor"] == pytest.approx(last["level"], rel=1e-12)
    opening = run.composition.to_pylist()[-len(closing) :]
    assert [row["weight"] for row in files["opening"].to_pylist()] == pytest.approx(
        [row["weight"] for row in opening], rel=1e-12
    )


def test_the_actions_of_the_coming_sessions_with_what_they_do() -> None:
    """A split of A leaves 50 and doubles the shares; rights of B at 30, one for one: 50 becomes 40."""
    over = market(
        line("A", [100, 100, 100], 10),
        line("B", [50, 50, 50], 20),
        memberships=given("A", "B"),
        n_sessions=8,
        corporate_actions=[
            action("A", 3, "split", ratio=2.0, known_at=day(0)),
            action("B", 4, "rights", ratio=1.0, price=30.0, known_at=day(0)),
        ],
    )
    files = desk_files(ic.compute(small.rule(CAP), over))
    rows = {row["symbol"]: row for row in files["actions"].to_pylist()}
    assert (rows["A"]["price_after"], rows["A"]["index_shares_after"]) == (50.0, 20.0)
    assert rows["A"]["divisor_change"] == 0.0
    assert (rows["B"]["price_after"], rows["B"]["index_shares_after"]) == (40.0, 40.0)
    assert rows["B"]["divisor_change"] == pytest.approx(600 / 2000)
    following = {row["symbol"]: row for row in files["next"].to_pylist()}
    assert (following["A"]["index_shares"], following["A"]["price"]) == (20.0, 50.0)


def test_a_day_without_a_level_is_refused(over: ic.Market) -> None:
    with pytest.raises(ic.UsageError, match="has no level on"):
        desk_files(ic.compute("top-n-buffer", over), day(4000))


def test_shares_are_those_the_index_counts_on_the_day() -> None:
    """10 shares of A are 12 from session 3 on, without a new list: 12 stand in every composition."""
    over = market(
        line("A", [100, 100, 100, 100], [10, 10, 10, 12]),
        line("B", [50, 50, 50, 50], 20),
        memberships=given("A", "B"),
        n_sessions=8,
    )
    files = desk_files(ic.compute(small.rule(CAP), over))
    for name in ("opening", "closing", "next"):
        shares = {row["symbol"]: row["shares"] for row in files[name].to_pylist()}
        assert shares == {"A": 12.0, "B": 20.0}, name
    rows = {row["symbol"]: row for row in files["next"].to_pylist()}
    assert rows["A"]["old_shares"] == 12.0


def test_a_session_on_which_nothing_is_held_is_refused() -> None:
    """A is gone from session 2 on."""
    over = market(
        line("A", [100, 100], 10),
        line("B", [50, 50, 50], 20),
        memberships=given("A"),
        n_sessions=8,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ic.FindingsWarning)
        run = ic.compute(small.rule(CAP), over)
    with pytest.raises(ic.UsageError, match=r"ANA003.*holds nothing on 2024-01-04"):
        desk_files(run)
