"""Indices over one market on the sessions they all have."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic
from indexcalc.analysis.segments.together import CommonDays, computed_together
from indexcalc.calculation.figures.returns_and_drawdown import periods_a_year
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation import small
from tests.unit.calculation.small import day, dividend, line, market

EARLY = small.CAP
LATE = small.CAP.replace("index: test", "index: late").replace("2024-01-02", "2024-01-04")
OVER = market(
    line("A", [100, 110, 121, 121, 242]),
    dividends=[dividend("A", 4, 21.0)],
)


def together(**said: object) -> CommonDays:
    return computed_together([small.rule(EARLY), small.rule(LATE)], OVER, **said)  # type: ignore[arg-type]


def test_the_days_are_those_of_all() -> None:
    """The second begins on session 2."""
    both = together()
    assert both.days.tolist() == [day_number(day(at)) for at in (2, 3, 4)]
    assert both.levels("test").tolist() == pytest.approx([1210, 1210, 2420])
    assert both.levels("late").tolist() == pytest.approx([1000, 1000, 2000])
    assert list(both.rules) == list(both.runs) == ["test", "late"]
    assert both.periods == periods_a_year(both.days)


def test_a_start_bounds_what_is_compared_and_not_the_indices() -> None:
    both = together(start=day(3))
    assert both.levels("late").tolist() == pytest.approx([1000, 2000])
    assert together(end=day(3)).levels("test").tolist() == pytest.approx([1210, 1210])


def test_other_series_are_there_where_they_are_asked_for() -> None:
    """21 a share on 121 before the last session: 1000 x (242 + 21) / 121."""
    both = together(returns=["tr"])
    assert both.levels("late", "level_tr")[-1] == pytest.approx(1000 * 263 / 121)


@pytest.mark.parametrize("start", [day(4), day(9)])
def test_fewer_than_two_sessions_are_refused(start: dt.date) -> None:
    with pytest.raises(
        ic.UsageError, match=r"(?s)ANA005.*in common of .* hint: say a --from before"
    ):
        together(start=start)
