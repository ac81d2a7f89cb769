"""Where a series starts, and at what level, by hand."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic
from indexcalc.calculation.base_date_and_level import Start, level_on, start_of, start_on
from indexcalc.diagnostics import Findings
from tests.unit.calculation import small
from tests.unit.calculation.small import day, line, market

ANCHORED = small.CAP.replace(
    "level: 1000}", "level: 1000, anchors: [{on: 2024-01-05, level: 1234.5}]}"
)
OVER = market(line("A", [1] * 6))


def start(
    text: str, first: int = 0, asked: dt.date | None = None, base: str = "2024-01-02"
) -> Start:
    rule = small.rule(text.replace("2024-01-02", base))
    return start_of(rule, OVER, first, asked, Findings())


def test_on_its_base_date_at_its_base_level() -> None:
    assert start(small.CAP) == Start(0, 1000.0, (), 0)
    assert start(small.CAP, base="2024-01-04") == Start(2, 1000.0, (), 2)


def test_at_an_anchor_where_the_base_date_is_not_in_the_data() -> None:
    found = start(ANCHORED, first=3, base="2020-01-02")
    assert (found.session, found.level, found.begin) == (3, 1234.5, 3)
    assert found.notes == ("test starts on 2024-01-05 at the official close 1234.5",)
    off = start(ANCHORED, first=2, base="2020-01-02")
    assert off.level == 1000.0
    assert off.notes[0].endswith(
        "the base date 2020-01-02 is not in the data and no anchor is on 2024-01-04"
    )


def test_members_that_come_later_are_said() -> None:
    found = start(small.CAP, first=1)
    assert (found.session, found.level) == (1, 1000.0)
    assert "no members are known on the base date 2024-01-02" in found.notes[0]


def test_what_is_told_later_has_the_levels_it_has_then() -> None:
    assert start(small.CAP, asked=day(3)) == Start(3, 1000.0, (), 0)
    assert start(small.CAP, asked=day(0)) == Start(0, 1000.0, (), 0)
    # On an anchor it begins anew.
    assert start(ANCHORED, asked=day(3)) == Start(
        3, 1234.5, ("test starts on 2024-01-05 at the official close 1234.5",), 3
    )


def test_begun_anew_where_it_is_asked_for_says_so() -> None:
    rule = small.rule(small.CAP)
    found = start_on(rule, OVER, 0, day(2), Findings())
    assert (found.session, found.begin, found.level) == (2, 2, 1000.0)
    assert "the levels from the base date 2024-01-02 on are not asked for" in found.notes[0]


def test_no_session_left_is_refused() -> None:
    for first, asked in ((6, None), (0, day(9))):
        with pytest.raises(ic.DataError, match=r"CAL010.*the data end on 2024-01-07"):
            start(small.CAP, first=first, asked=asked)
    assert start(small.CAP, first=5).session == 5


def test_a_divisor_that_was_given_for_the_base_is_not_used_elsewhere() -> None:
    text = small.CAP.replace("level: 1000}", "level: 1000, divisor: 2}")
    rule = small.rule(text)
    assert level_on(rule, rule.base.date) == (1000.0, ())  # type: ignore[union-attr]
    assert "the divisor given for it is not used" in level_on(rule, day(2))[1][0]
