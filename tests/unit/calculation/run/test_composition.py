"""Every member of every session, by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

import indexcalc as ic
from indexcalc.calculation.run.composition import Holdings
from indexcalc.market import arrow
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"


def holdings(over: ic.Market, text: str = CAP) -> Holdings:
    run = ic.compute(small.rule(text), over)
    assert run.holdings is not None
    return run.holdings


def plain(**tables: Any) -> ic.Market:
    """A 10 at 100, 110, 55 after a split; B 20 at 50; a line that is no member."""
    return market(
        line("A", [100, 100, 110, 55], [10, 10, 10, 20]),
        line("B", [50] * 4, 20),
        line("C", [7] * 4),
        memberships=given("A", "B"),
        corporate_actions=[action("A", 3, "split", ratio=2.0)],
        **tables,
    )


def test_weights_open_a_session_and_the_start_is_at_its_closes() -> None:
    over = plain()
    made = holdings(over)
    for session, hand in ((1, [0.5, 0.5]), (2, [0.5, 0.5]), (3, [1100 / 2100, 1000 / 2100])):
        found = made.on(session, over)
        assert found is not None
        assert found[0].tolist() == [0, 1]
        np.testing.assert_allclose(found[1], hand, rtol=1e-14)
    assert made.on(0, over) is None
    assert made.on(4, over) is None


def test_a_row_for_each_member_and_session() -> None:
    over = plain()
    rows = holdings(over).table(over).to_pylist()
    assert [(row["date"], row["symbol"]) for row in rows] == [
        (day(at), symbol) for at in (1, 2, 3) for symbol in "AB"
    ]
    a = rows[4]
    assert (a["base_price"], a["close"], a["index_shares"]) == (55.0, 55.0, 20.0)
    assert a["weight"] == pytest.approx(1100 / 2100, rel=1e-14)
    # The divisor of the next session, and of the last there is none yet.
    assert [row["divisor"] for row in rows] == [2.0] * 4 + [None] * 2
    assert (rows[0]["base_price"], rows[0]["close"]) == (100.0, 100.0)
    assert "fx_rate" not in rows[0]


def test_prices_are_as_quoted_and_the_rates_stand_beside_them() -> None:
    over = small.two_currencies()
    rows = holdings(over).table(over).to_pylist()
    first, last = rows[1], rows[3]
    assert (first["close"], first["fx_before"], first["fx_rate"]) == (5.0, 10.0, 10.0)
    assert (last["base_price"], last["close"]) == (5.0, 6.0)
    assert (last["fx_before"], last["fx_rate"], last["weight"]) == (10.0, 11.0, 0.5)


def test_year_by_year_is_the_whole_table() -> None:
    """400 sessions from 3 January 2024: 364 of them are in that leap year."""
    over = market(line("A", [100] * 400, 10), memberships=given("A"))
    made = holdings(over)
    years = list(made.years(over))
    assert [table.num_rows for table in years] == [364, 35]
    assert {row.year for row in years[0].column("date").to_pylist()} == {2024}
    assert years[1].column("date").to_pylist()[0] == dt.date(2025, 1, 1)
    whole = made.table(over)
    assert [row for table in years for row in table.to_pylist()] == whole.to_pylist()


def test_the_whole_table_is_one_chunk() -> None:
    over = market(line("A", [100] * 400, 10), memberships=given("A"))
    table = holdings(over).table(over)
    assert {column.num_chunks for column in table.columns} == {1}


@pytest.mark.parametrize("made_years", [False, True])
def test_no_number_that_is_none_is_handed_out(made_years: bool) -> None:
    over = plain()
    made = holdings(over)
    wrong = replace(made, divisor=np.array([2.0, np.inf, 2.0]))
    with pytest.raises(ic.DataError, match=r"CAL030.* composition\.divisor"):
        list(wrong.years(over)) if made_years else wrong.table(over)
    (block,) = made.blocks
    shares = replace(block.shares, opening=np.array([np.inf, 20.0]))
    with pytest.raises(ic.DataError, match=r"CAL030.* composition\.index_shares"):
        replace(made, blocks=(replace(block, shares=shares),)).table(over)


def test_the_columns_are_those_of_the_table() -> None:
    over = small.two_currencies()
    made = holdings(over)
    table, columns = made.table(over), made.columns(over)
    assert arrow.days(table.column("date")).tolist() == columns.days.tolist()
    assert arrow.codes_into(table.column("symbol"), over.order).tolist() == columns.codes.tolist()
    for name in ("base_price", "close", "index_shares", "weight"):
        np.testing.assert_array_equal(arrow.floats(table.column(name)), getattr(columns, name))
    assert columns.rates is not None
    for name, values in zip(("fx_before", "fx_rate"), columns.rates, strict=True):
        np.testing.assert_array_equal(arrow.floats(table.column(name)), values)
    assert columns.starts.tolist() == [0, 2]
    nothing = Holdings("test", 0, (), np.zeros(0)).columns(over)
    assert nothing.starts.size == nothing.weight.size == 0
