"""The tables of a flows study, cell by cell, from the trades of sessions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.analysis.flows.assets import Assets
from indexcalc.analysis.flows.tables import SessionFlows, net_table, reviews_table, trades_table
from indexcalc.analysis.flows.trades import trades_of
from indexcalc.market.calendar.sessions import day_number
from tests.unit.analysis.flows.three_lines import turn
from tests.unit.calculation.small import day, line, market

OVER = market(
    line("A", [100]),
    line("B", [50]),
    line("C", [25]),
    securities=[{"symbol": "A", "name": "Alpha"}, {"symbol": "C", "name": "Gamma"}],
)


def flows(index: str = "one", after: Any = (10.0, 0.0, 40.0), **more: Any) -> SessionFlows:
    """With 1000 of assets: A stays at 5; of B 10 are sold, of C 20 bought, 500 each."""
    volume = np.array([100.0, 40.0, 8.0])
    given: dict[str, Any] = {
        "index": index,
        "day": day_number(day(2)),
        "kind": "regular",
        "currency": "KRW",
        "assets": Assets(1000.0, "as given"),
        "trades": trades_of(turn(after=np.array(after)), 1000.0),
        "volumes": {
            "20": volume,
            "60": volume / 2,
            "window": np.full(3, np.nan),
            "20_cutoff": volume * 0.0,
            "60_cutoff": volume,
        },
        "float_shares": np.array([1000.0, 0.0, 200.0]),
        "capacity": np.array([np.nan, 4000.0, 800.0]),
        "difference": -0.5,
    }
    return SessionFlows(**{**given, **more})


def test_a_row_for_each_line_that_is_traded() -> None:
    b, c = trades_table([flows()], OVER).to_pylist()
    assert (b["symbol"], b["name"], b["change"], b["units"], b["amount"]) == (
        "B", None, "removed", -10.0, -500.0,
    )  # fmt: skip
    assert (c["symbol"], c["name"], c["change"], c["units"], c["amount"]) == (
        "C", "Gamma", "added", 20.0, 500.0,
    )  # fmt: skip
    assert (b["price"], b["of_position"], c["of_position"]) == (50.0, -1.0, 1.0)
    assert (b["days_20"], b["days_60"], b["days_60_cutoff"]) == (0.25, 0.5, 0.25)
    assert b["days_window"] is b["days_20_cutoff"] is None
    assert b["of_float"] is None  # nothing is known to float
    assert c["of_float"] == 0.1
    assert (b["capacity"], c["capacity"]) == (4000.0, 800.0)
    assert b["joined_left"] == -500.0
    assert (b["index"], b["effective_date"]) == ("one", day(2))


def test_small_trades_are_told_as_well() -> None:
    """C is 1.5e-12 of the index: that much of 1000 is bought, and half of it sold of A and of B each."""
    rows = trades_table([flows(after=(10.0, 20.0, 1.2e-10))], OVER).to_pylist()
    amounts = [row["amount"] for row in rows]
    assert amounts == pytest.approx([-7.5e-10, -7.5e-10, 1.5e-9], abs=2e-13)
    # The same list is no trade, whatever its sums round to.
    same = flows(after=(10.0, 20.0, 0.0), trades=trades_of(turn(), 1000 / 3))
    assert trades_table([same], OVER).num_rows == 0


def test_whole_units_and_what_they_leave_over() -> None:
    """C 41 of 2025: k1 = 1000 / 2025; the units are 4.938 - 5, -10 and 20.247: 0, -10 and 20."""
    found = flows(after=(10.0, 0.0, 41.0))
    rows = trades_table([found], OVER).to_pylist()
    assert [row["whole_units"] for row in rows] == [0.0, -10.0, 20.0]
    assert flows().residue() == 0.0  # what is not traded leaves nothing over
    left = (10_000 / 2025 - 5) * 100 + (41_000 / 2025 - 20) * 25
    assert found.residue() == pytest.approx(left, abs=1e-9)


def test_the_capacity_of_an_index_is_its_smallest_and_the_median_by_money() -> None:
    assert flows().index_capacity() == (800.0, 800.0)  # half of the money lies at it
    assert flows(capacity=np.array([1.0, 4000.0, np.nan])).index_capacity() == (4000.0, 4000.0)
    nothing = flows(capacity=np.full(3, np.nan)).index_capacity()
    assert np.isnan(nothing).all()


def test_a_row_for_each_review() -> None:
    empty = flows("two", after=(10.0, 20.0, 0.0), difference=float("nan"))
    one, two = reviews_table([flows(), empty]).to_pylist()
    assert (one["added"], one["removed"], one["traded"]) == (1, 1, 2)
    assert (one["bought"], one["sold"], one["cash"], one["one_way_turnover"]) == (500, 500, 0, 0.5)
    assert (one["assets"], one["assets_source"], one["assets_certainty"]) == (
        1000.0, "as given", None,
    )  # fmt: skip
    assert (one["capacity"], one["tracking_difference"]) == (800.0, -0.5)
    assert (two["traded"], two["one_way_turnover"]) == (0, 0.0)
    assert two["capacity"] is two["tracking_difference"] is None


def test_trades_of_several_indices_are_netted_by_line_and_session() -> None:
    """The second holds B again and sells half of A; a third trades on another day."""
    other = flows("two", after=(5.0, 30.0, 0.0))  # A 5 -> 2.5, B 10 -> 15: 250 each
    later = flows("three", after=(5.0, 30.0, 0.0), day=day_number(day(3)))
    trades = trades_table([flows(), other, later], OVER)
    rows = {
        (row["effective_date"], row["symbol"]): row
        for row in net_table(trades, [flows(), other, later], "KRW").to_pylist()
    }
    assert sorted(rows) == [
        (day(2), "A"), (day(2), "B"), (day(2), "C"), (day(3), "A"), (day(3), "B"),
    ]  # fmt: skip
    b = rows[day(2), "B"]
    assert (b["units"], b["amount"], b["gross"]) == (-5.0, -250.0, 750.0)
    assert (b["buyers"], b["sellers"]) == (1, 1)
    assert b["days_20"] == 0.125  # 5 of a volume of 40
    c = rows[day(2), "C"]
    assert (c["name"], c["buyers"], c["sellers"], c["of_float"]) == ("Gamma", 1, 0, 0.1)


def test_no_session_makes_empty_tables() -> None:
    trades = trades_table([], OVER)
    net = net_table(trades, [], "KRW")
    assert trades.num_rows == net.num_rows == reviews_table([]).num_rows == 0


def test_money_in_other_currencies_is_netted_in_one() -> None:
    """Of B the first sells 500, the second, in a money worth two of it, buys 250."""
    sessions = [flows(), flows("two", after=(5.0, 30.0, 0.0), currency="USD", netted_at=2.0)]
    net = net_table(trades_table(sessions, OVER), sessions, "KRW").to_pylist()
    b = next(row for row in net if row["symbol"] == "B")
    assert (b["units"], b["currency"], b["amount"], b["gross"]) == (-5.0, "KRW", 0.0, 1000.0)


@pytest.mark.parametrize("assets", [50e9, 1e12, 2e12, 1e9 / 3])
def test_the_median_capacity_does_not_depend_on_the_assets(assets: float) -> None:
    """B is sold for what C is bought: half of the money is traded in the line that carries less."""
    one = flows(trades=trades_of(turn(after=np.array([10.0, 0.0, 40.0])), assets))
    assert one.index_capacity() == (800.0, 800.0)
