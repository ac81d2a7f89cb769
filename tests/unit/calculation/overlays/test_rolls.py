"""Day counts by their definition, and hedge contracts from one roll to the next."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.calculation.overlays.rolls import contracts, year_fraction
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.calendar.sessions import date_of, day_number
from tests.unit.calculation.level_table import dates, rule

HEDGED = "{hedge: USD, ratio: 100%, roll: last session of month, forward: 1 month, adjust: monthly}"


@pytest.mark.parametrize(
    ("convention", "start", "end", "expected"),
    [
        ("ACT/365", "2024-02-28", "2024-03-01", (2, 365)),
        ("ACT/360", "2024-02-28", "2024-03-01", (2, 360)),
        ("30/360", "2024-02-28", "2024-03-01", (3, 360)),
        ("30/360", "2024-01-30", "2024-01-31", (0, 360)),
        ("30/360", "2024-01-31", "2024-03-31", (60, 360)),
        ("30/360", "2024-01-15", "2024-01-31", (16, 360)),
        ("30/360", "2023-12-15", "2024-12-15", (360, 360)),
    ],
)
def test_day_counts(convention: str, start: str, end: str, expected: tuple[int, int]) -> None:
    """Bond basis by its definition: both ends on the 31st are the 30th, the end only after one."""
    assert year_fraction(convention, *dates(start, end)) == expected


def test_contracts_run_from_roll_to_roll() -> None:
    """XKRX: last sessions 2023-12-28, 2024-01-31, 2024-02-29; the data end on 02-20, before a roll
    that the calendar knows; a roll without levels is on the last session that has them."""
    sessions = packaged("XKRX")
    said = rule(HEDGED, "2024-01-10", below="USD")
    assert said.overlay is not None
    assert said.overlay.roll is not None
    days = [day for day in sessions.days.tolist() if day <= day_number(dt.date(2024, 2, 20))]
    days = [day for day in days if day >= day_number(dt.date(2024, 1, 10))]
    days.remove(day_number(dt.date(2024, 1, 31)))
    observed = np.array(days, dtype=np.int32)
    made, notes = contracts(said, said.overlay.roll, sessions, observed, 0)
    assert notes == []
    told = [tuple(str(date_of(day)) for day in (c.opened, c.start, c.end)) for c in made]
    assert told == [
        ("2023-12-28", "2024-01-10", "2024-01-30"),
        ("2024-01-30", "2024-01-30", "2024-02-29"),
    ]
