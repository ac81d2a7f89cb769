"""The charts of a run and the figures under them, from levels made by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from indexcalc.report.run_report.line_charts import Stretch
from indexcalc.report.run_report.run_charts import (
    charts,
    divisor,
    months,
    shading_note,
    stretches,
    weight_by_rank,
    years,
)
from tests.run_folders import run_folder

# Month ends of two years: 2023 whole from its first session, 2024 until March.
DATES = [dt.date(2022, 12, 30), dt.date(2023, 1, 31), dt.date(2023, 12, 28), dt.date(2024, 3, 29)]
LEVELS = [100.0, 110.0, 121.0, 60.5]


def test_years_and_months_by_hand() -> None:
    run = run_folder(DATES, LEVELS)
    rows = months(run)
    assert [(year, gain) for year, _, _, gain in rows][:2] == [("2024", "−50.0"), ("2023", "+21.0")]
    texts, classes = rows[1][1], rows[1][2]
    assert texts[0] == "+10.0"
    assert texts[11] == "+10.0"
    assert texts[5] == ""
    assert classes[0] == "up3"
    assert classes[5] == ""
    assert rows[0][2][2] == "down3"


def test_only_years_that_are_parts_are_named() -> None:
    assert years(run_folder(DATES, LEVELS), "en")["note"].startswith(
        "2022 and 2024 are parts of years"
    )
    whole = [dt.date(2021, 12, 30), dt.date(2022, 12, 29), dt.date(2023, 12, 28)]
    said = years(run_folder(whole, [1.0, 2.0, 3.0]), "ko")["note"]
    assert "2022" not in said


def test_each_chart_has_its_table_and_its_unit() -> None:
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=at) for at in range(100)]
    level, fall, deviation = charts(run_folder(days, [100.0] * 50 + [90.0] * 50), "en", ())
    assert (level["head"], fall["head"]) == (["price"], ["drawdown"])
    assert level["rows"][-1] == ("2024-04-09", "90.00")
    assert fall["rows"][-1] == ("2024-04-09", "−10.00")
    # One return of -10 % in a window of sixty: its deviation by hand.
    returns = np.zeros(60)
    returns[0] = -0.1
    assert float(deviation["rows"][-1][1]) == pytest.approx(
        100 * np.std(returns, ddof=1) * 252**0.5, abs=0.006
    )
    assert not level["log"]


def test_a_divisor_starts_at_a_hundred_and_an_overlay_has_none() -> None:
    assert divisor(run_folder(DATES, LEVELS), "en", ()) == []
    table = pa.table({"date": pa.array(DATES, pa.date32()), "divisor": [2.0, 3.0, 3.0, 5.0]})
    [made] = divisor(run_folder(DATES, LEVELS, levels_table=table), "en", ())
    assert [row[1] for row in made["rows"]] == ["100.00", "150.00", "150.00", "250.00"]


def test_what_the_shades_mean() -> None:
    run = run_folder(DATES, LEVELS)
    assert "backtested" in shading_note(run, (), "en")
    assert "Hatched" in shading_note(run, (Stretch(1, 2, "gap"),), "en")
    reviewed = run_folder(DATES, LEVELS, reviews=[{"effective_date": DATES[0]}])
    assert shading_note(reviewed, (), "en").startswith("Marks at the foot of the level")


def test_levels_before_the_launch_are_tinted() -> None:
    table = pa.table(
        {"date": pa.array(DATES, pa.date32()), "status": ["backtest", "backtest", "live", "live"]}
    )
    run = run_folder(DATES, LEVELS, levels_table=table)
    first = stretches(run)[0]
    assert (first.kind, first.stop - first.start) == ("back", (DATES[2] - DATES[0]).days)
    assert "before the launch on 2023-12-28" in shading_note(run, (first,), "en")


def test_ranks_that_are_never_held_have_no_picture() -> None:
    held = [(day, symbol, 0.5) for day in DATES[:2] for symbol in "AB"]
    made = weight_by_rank(run_folder(DATES, LEVELS, held), "en", ())
    assert made["head"] == ["Largest", "Ranks 2 to 10"]
