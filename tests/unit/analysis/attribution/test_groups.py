"""The group of each line on a day."""

from __future__ import annotations

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.attribution.groups import UNKNOWN, Groups
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation.small import day, line, market

CODES = np.arange(3, dtype=np.int32)
OVER = market(
    line("A", [1] * 4),
    line("B", [1] * 4),
    line("C", [1] * 4),
    securities=[
        {"symbol": "A", "valid_from": day(0), "sector": "iron"},
        {"symbol": "A", "valid_from": day(2), "sector": "ships"},
        {"symbol": "B", "valid_from": day(0), "sector": "iron"},
        {"symbol": "C", "valid_from": day(3), "sector": "ships"},
    ],
)


def named(groups: Groups, on: object) -> list[str]:
    return [groups.names[at] for at in groups.of(CODES, on).tolist()]  # type: ignore[arg-type]


def test_a_line_is_in_the_group_it_had_on_the_day() -> None:
    groups = Groups(OVER, "sector")
    assert named(groups, day_number(day(1))) == ["iron", "iron", UNKNOWN]
    assert named(groups, day_number(day(2))) == ["ships", "iron", UNKNOWN]
    assert named(groups, day_number(day(3))) == ["ships", "iron", "ships"]
    # A name met before keeps its place.
    assert sorted(groups.names) == sorted({"iron", "ships", UNKNOWN})


def test_each_line_can_have_a_day_of_its_own() -> None:
    days = np.array([day_number(day(at)) for at in (1, 2, 3)], dtype=np.int32)
    assert named(Groups(OVER, "sector"), days) == ["iron", "iron", "ships"]


def test_by_line_each_is_its_own_group() -> None:
    groups = Groups(OVER, "line")
    assert groups.names == ["A", "B", "C"]
    assert groups.of(CODES, 0).tolist() == [0, 1, 2]


def test_a_column_lines_do_not_have_is_refused() -> None:
    with pytest.raises(ic.UsageError, match=r"ANA001.*no `country`"):
        Groups(OVER, "country")
    with pytest.raises(ic.UsageError, match="ANA001"):
        Groups(market(line("A", [1])), "sector")
