"""The tables of an overlay, cell by cell."""

from __future__ import annotations

import numpy as np

import indexcalc as ic
from indexcalc.calculation.overlays.advance import Track
from indexcalc.calculation.overlays.tables import (
    CONSTITUENTS,
    DECISIONS,
    REVIEWS,
    empty,
    levels_table,
)
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation import small
from tests.unit.calculation.level_table import dates
from tests.unit.calculation.overlays.grounds import ground
from tests.unit.calculation.small import given, line, market

DAYS = dates("2024-01-02", "2024-01-03", "2024-01-04")
TWICE = "{leverage: 2, reset: daily}"


def test_levels_from_where_the_overlay_begins() -> None:
    over = ground(TWICE, DAYS, [100, 110, 121])
    track = Track(1, np.array([1000.0, 1200.005]), np.array([np.nan, 2.0]))
    one, two = levels_table(over, track, over.rule.published, day_number(DAYS[2])).to_pylist()
    assert (one["date"], one["level"], one["underlying"]) == (DAYS[1], 1000.0, 110.0)
    assert (one["exposure"], one["status"]) == (None, "backtested")
    assert (two["exposure"], two["status"]) == (2.0, "live")
    assert str(two["level_published"]) == "1200.01"
    assert "fx" not in one


def test_the_rate_is_told_where_there_is_one_and_exposure_where_there_is_leverage() -> None:
    rates = {("USD", "KRW", "spot"): dict(zip(DAYS, (10.0, 11.0, 12.0), strict=True))}
    over = ground(TWICE, DAYS, [100, 110, 121], below="USD", fx=rates)
    table = levels_table(over, Track(1, np.array([1.0, 2.0]), None), over.rule.published, None)
    assert table.column("fx").to_pylist() == [11.0, 12.0]
    assert "exposure" not in table.column_names
    assert table.column("status").to_pylist() == ["backtested", "backtested"]


def test_empty_tables_read_like_those_of_a_run_with_members() -> None:
    over = market(line("A", [100] * 3), memberships=given("A"))
    run = ic.compute(small.rule(small.GIVEN + "weighting: {scheme: market_cap}\n"), over)
    for columns, table in (
        (CONSTITUENTS, run.constituents),
        (REVIEWS, run.reviews),
        (DECISIONS, run.decisions),
    ):
        made = empty(columns)
        assert made.num_rows == 0
        assert made.column_names == table.column_names
        for name in made.column_names:
            own, whole = str(made.schema.field(name).type), str(table.schema.field(name).type)
            assert own == whole or {own, whole} <= {"string", own, whole}, name
