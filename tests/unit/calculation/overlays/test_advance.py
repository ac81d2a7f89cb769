"""The level of an overlay, session by session, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.calculation.overlays.advance import Track, advance
from indexcalc.calculation.overlays.forms import form_of
from indexcalc.calculation.overlays.overlay_inputs import Ground
from tests.unit.calculation.level_table import dates
from tests.unit.calculation.overlays.grounds import ground

DAYS = dates("2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05")
TWICE = "{leverage: 2, reset: daily}"


def track(over: Ground, first: int = 0, base: float = 1000.0) -> Track:
    return advance(over, form_of(over, first), first, base)


def test_twice_each_day() -> None:
    """+10 %, -10 %, +10 % twice: 1200, 960, 1152."""
    made = track(ground(TWICE, DAYS, [100, 110, 99, 108.9]))
    assert made.level.tolist() == pytest.approx([1000, 1200, 960, 1152], rel=1e-12)
    assert made.exposure is not None
    np.testing.assert_array_equal(made.exposure, [np.nan, 2.0, 2.0, 2.0])


def test_it_begins_where_it_is_told_with_its_base_level() -> None:
    made = track(ground(TWICE, DAYS, [100, 110, 99, 108.9]), first=2, base=50.0)
    assert made.first == 2
    assert made.level.tolist() == pytest.approx([50.0, 60.0], rel=1e-12)


def test_a_level_that_falls_to_zero_stays_there_and_is_told() -> None:
    """-60 % twice is less than nothing."""
    over = ground(TWICE, DAYS, [100, 40, 80, 80])
    made = track(over)
    assert made.level.tolist() == [1000.0, 0.0, 0.0, 0.0]
    (told,) = over.findings.items
    assert told.code == "CAL015"
    assert f"falls to -200 on {DAYS[1]}" in told.message
    (event,) = over.log.table(over.below.days, (), {}, {}).to_pylist()
    assert (event["event"], event["date"], event["after"]) == ("lost", DAYS[1], 0.0)


def test_a_floor_holds_it_up_and_it_goes_on_from_there() -> None:
    """400 a day: 1000, 600, 200 held at 500; from there the level below doubles, less 400: 600."""
    over = ground(
        "{decrement: 146000 points, day_count: ACT/365, floor: 500}", DAYS, [1000, 1000, 1000, 2000]
    )
    made = track(over)
    assert made.level.tolist() == pytest.approx([1000, 600, 500, 600], rel=1e-12)
    events = over.log.table(over.below.days, (), {}, {}).to_pylist()
    assert [(row["event"], row["date"]) for row in events] == [("floor", DAYS[2])]
    assert made.exposure is None


def test_levels_in_another_currency_are_taken_at_the_spot_rate() -> None:
    """100 dollars at 10, 110 at 11: 1000 -> 1210 won, 21 %, twice."""
    rates = dict(zip(DAYS, (10.0, 11.0, 11.0, 11.0), strict=True))
    over = ground(
        TWICE, DAYS, [100, 110, 110, 110], below="USD", fx={("USD", "KRW", "spot"): rates}
    )
    assert track(over).level[1] == pytest.approx(1420.0, rel=1e-12)
