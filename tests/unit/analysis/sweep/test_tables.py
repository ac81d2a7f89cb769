"""The tables of a sweep, cell by cell, by hand."""

from __future__ import annotations

import pytest

from indexcalc.analysis.sweep.swept_rule import SweptRule
from indexcalc.analysis.sweep.tables import (
    factors_table,
    labels_of,
    levels_table,
    reviews_table,
    weights_table,
)
from tests.unit.analysis.sweep.three_lines import swept_rule
from tests.unit.calculation.small import day


@pytest.fixture(scope="module")
def swept() -> SweptRule:
    """30 % cannot be met by three lines; at 50 % A's 60 count as 40."""
    return swept_rule(["30%", "50%"])


def test_a_point_without_levels_is_named_and_has_no_rows(swept: SweptRule) -> None:
    assert labels_of(swept) == ["30%", "50%", "none"]
    for table in (levels_table, reviews_table, weights_table, factors_table):
        assert "30%" not in table(swept).column("cap").to_pylist()


def test_a_level_for_each_point_and_session(swept: SweptRule) -> None:
    rows = levels_table(swept).to_pylist()
    assert [(row["cap"], row["date"]) for row in rows] == [
        (cap, day(at)) for cap in ("50%", "none") for at in (1, 2, 3)
    ]
    assert [str(row["level_published"]) for row in rows] == [
        "1000.00", "1050.00", "1087.50", "1000.00", "1060.00", "1090.00",
    ]  # fmt: skip
    assert [row["level"] for row in rows[:3]] == pytest.approx([1000, 1050, 1087.5], rel=1e-12)
    assert rows[2]["largest_weight"] == pytest.approx(44 / 84, rel=1e-12)
    assert rows[3]["effective_number"] == pytest.approx(1 / (0.36 + 0.09 + 0.01), rel=1e-12)


def test_levels_alone_have_no_concentration() -> None:
    names = levels_table(swept_rule(["50%"], full=False)).column_names
    assert names == ["cap", "date", "level", "level_published"]


def test_a_row_for_each_point_and_list(swept: SweptRule) -> None:
    half, free = reviews_table(swept).to_pylist()
    assert (half["cap"], half["effective_date"], half["kind"]) == ("50%", day(1), "regular")
    assert (half["constituents"], half["capped"], half["one_way_turnover"]) == (3, 1, 0.0)
    assert (free["cap"], free["capped"], free["largest_symbol"]) == ("none", 0, "A")
    assert (half["largest_weight"], free["largest_weight"]) == pytest.approx((0.5, 0.6))


def test_weights_of_all_members_and_factors_of_the_capped(swept: SweptRule) -> None:
    rows = weights_table(swept).to_pylist()
    assert [(row["cap"], row["symbol"]) for row in rows] == [
        (cap, symbol) for cap in ("50%", "none") for symbol in "ABC"
    ]
    assert [row["weight"] for row in rows[:3]] == pytest.approx([0.5, 0.375, 0.125], rel=1e-12)
    assert [row["capping_factor"] for row in rows] == pytest.approx([2 / 3, 1, 1, 1, 1, 1])
    (capped,) = factors_table(swept).to_pylist()
    assert (capped["cap"], capped["symbol"], capped["name"]) == ("50%", "A", "가나전자")
    assert capped["effective_date"] == day(1)
    assert (capped["weight"], capped["weight_uncapped"]) == pytest.approx((0.5, 0.6), rel=1e-12)
