"""A text computed for a page, by hand: levels, figures, the list in force, every cap."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.diagnostics import DataError, RuleError
from indexcalc.studio.work.studies import day_of, refusal, tracking_error_on_common_days
from tests.unit.calculation import small
from tests.unit.studio.three_lines import FREE, RULE, study


def test_levels_figures_and_members_of_the_rule_as_written() -> None:
    quick = study().quick()
    assert quick.index == "test"
    assert [day_of(day) for day in quick.days] == [small.day(1), small.day(2), small.day(3)]
    assert quick.point.level.tolist() == pytest.approx([1000, 1050, 1087.5])
    assert quick.point.figures["level_last"] == pytest.approx(1087.5)
    assert quick.point.figures["total_return"] == pytest.approx(0.0875)
    assert quick.point.figures["largest_weight_last"] == pytest.approx(44 / 84)
    assert [(m.symbol, m.name) for m in quick.point.members] == [
        ("A", "가나전자"),
        ("B", "다라화학"),
        ("C", "마바은행"),
    ]
    assert [m.weight for m in quick.point.members] == pytest.approx([0.5, 0.375, 0.125])


def test_the_whole_run_has_the_list_in_force_heaviest_first() -> None:
    full = study().full()
    assert full.sessions == 3
    assert [row["symbol"] for row in full.members] == ["A", "B", "C"]
    assert full.members[0]["capping_factor"] == pytest.approx(2 / 3)
    assert [row["effective_date"] for row in full.reviews] == [small.day(1)]


def test_every_cap_is_a_point_and_one_that_cannot_be_met_says_why() -> None:
    caps = study().caps("security")
    assert caps is not None
    assert len(caps.points) == 41
    assert caps.points["none"].level.tolist() == pytest.approx([1000, 1060, 1090])
    # Three names of at most 40 %: A 40, B and C share 60 as 30 to 10, but B is then at 45 and held too.
    assert [m.weight for m in caps.points["40%"].members] == pytest.approx([0.4, 0.4, 0.2])
    refused = caps.points["33%"]
    assert refused.level.size == 0
    assert "33" in refused.refused


def test_what_a_sweep_does_not_compute_is_said_by_the_run() -> None:
    """Whole index shares, which 1,000 of each already are: worth 100, 106 and 109."""
    rounded = study(FREE + "rounding: {index_shares: 0}\n")
    quick = rounded.quick()
    assert quick.point.level.tolist() == pytest.approx([1000, 1060, 1090])
    assert quick.point.figures["total_return"] == pytest.approx(0.09)
    assert "turnover_a_year" not in quick.point.figures
    assert [m.weight for m in quick.point.members] == pytest.approx([0.6, 0.3, 0.1])
    assert rounded.caps("security") is None


def test_a_text_that_does_not_read_and_a_market_without_the_data_are_refused() -> None:
    with pytest.raises(RuleError):
        study(RULE.replace("50%", "50")).quick()
    with pytest.raises(DataError) as found:
        study(FREE.replace("market_cap", "float_market_cap")).quick()
    said = refusal(found.value, study().path)
    assert said.marks
    assert {mark.severity for mark in said.marks} <= {"error", "warning"}


def test_the_tracking_error_is_of_the_days_both_have() -> None:
    """Common days 1, 2, 4: returns 0.1 and 0.1 against 0.0 and 0.1, so differences of 0.1 and 0."""
    mine = np.asarray([1, 2, 4], dtype=np.int32), np.asarray([100.0, 110.0, 121.0])
    theirs = np.asarray([1, 2, 3, 4], dtype=np.int32), np.asarray([50.0, 50.0, 60.0, 55.0])
    one_day = tracking_error_on_common_days(*mine, *theirs)
    # The deviation of (0.1, 0) is 0.1 / sqrt 2; a year has 252 sessions.
    assert one_day == pytest.approx(0.1 / 2**0.5 * 252**0.5)
    assert np.isnan(tracking_error_on_common_days(*mine, theirs[0] + 10, theirs[1]))
    # Two common days are one difference, of which there is no deviation.
    assert np.isnan(tracking_error_on_common_days(*mine, theirs[0][1:3], theirs[1][1:3]))
    assert np.isnan(tracking_error_on_common_days(mine[0][:2], mine[1][:2], *theirs))


def test_a_day_number_is_a_date() -> None:
    assert day_of(0) == dt.date(1970, 1, 1)
    assert day_of(np.int32(19_724)) == dt.date(2024, 1, 2)
