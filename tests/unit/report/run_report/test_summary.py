"""Sentences and key figures of a report, from levels made by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.report.run_report.summary import comparison, figures_of, lead, sentences, shown
from tests.run_folders import run_folder

DATES = [dt.date(2024, 1, day) for day in (2, 3, 4, 5)]
REVIEWS = [
    {
        "effective_date": DATES[at],
        "kind": kind,
        "added": added,
        "removed": removed,
        "one_way_turnover": turnover,
        "largest_weight": largest,
        "effective_number": 4.0,
    }
    for at, kind, added, removed, turnover, largest in (
        (0, "regular", 5, 0, 1.0, 0.3),
        (2, "regular", 1, 2, 0.10, 0.35),
        (3, "deletion", 1, 1, 0.05, 0.4),
    )
]


def test_figures_by_hand() -> None:
    found = figures_of(run_folder(DATES, [100.0, 110.0, 99.0, 121.0], reviews=REVIEWS))
    assert found.total == pytest.approx(0.21)
    assert found.annual == pytest.approx(1.21 ** (252 / 3) - 1)
    # Daily returns +10 %, -10 %, +22.22 %; the deepest fall is from 110 to 99.
    returns = [0.1, -0.1, 121 / 99 - 1]
    assert found.volatility == pytest.approx(np.std(returns, ddof=1) * 252**0.5)
    assert found.depth == pytest.approx(-0.1)
    # The first list is no turnover: 0.15 in three of 252 sessions a year, as the annual return counts.
    assert found.turnover == pytest.approx(0.15 * 252 / 3)
    assert (found.largest, found.effective_number, found.constituents) == (0.4, 4.0, 1.0)
    assert np.isnan(found.annual_gross)


def test_sentences_say_the_fall_its_end_and_the_reviews() -> None:
    run = run_folder(DATES, [100.0, 110.0, 99.0, 121.0], reviews=REVIEWS)
    first, fall, changes = (text.en for text in sentences(run, figures_of(run)))
    assert first.startswith(
        "From 2 January 2024 to 5 January 2024 Mine went from 100.00 to 121.00: +21.0\u00a0%"
    )
    assert fall == (
        "The deepest fall was −10.0\u00a0%, from 3 January 2024 to 4 January 2024; it was back on "
        "5 January 2024."
    )
    assert changes.startswith(
        "2 regular reviews and 1 change in between brought 2 names in and 3 out"
    )
    assert "In the list of 5 January 2024 the largest name weighed 40.0\u00a0%" in changes


def test_a_level_that_never_fell_and_one_that_is_still_down() -> None:
    rising = run_folder(DATES, [100.0, 101.0, 102.0, 103.0])
    assert len(sentences(rising, figures_of(rising))) == 1
    # Without a list, as an overlay is: no turnover is known, and no name leads anywhere.
    assert np.isnan(figures_of(rising).turnover)
    assert "every name" not in lead([rising], "en")
    falling = run_folder(DATES, [100.0, 90.0, 80.0, 85.0])
    assert "it has not recovered since" in sentences(falling, figures_of(falling))[1].en


def test_dividends_are_told_in_points() -> None:
    run = run_folder(DATES, [100.0, 100.0, 100.0, 100.0])
    levels = {**run.series, "level_tr": np.array([100.0, 100.0, 100.0, 100.01])}
    paid = run_folder(DATES, levels["level"].tolist(), series=levels)
    # 1.0001 ^ 84 - 1 = 0.8435 %
    assert "+0.84\u00a0% a year, 0.84 points more" in sentences(paid, figures_of(paid))[1].en


def test_another_index_is_compared_on_common_days() -> None:
    one = run_folder(DATES, [100.0, 101.0, 102.0, 103.0])
    same = run_folder(DATES, [200.0, 202.0, 204.0, 206.0], name={"en": "Twice"})
    [text] = comparison([one, same], [figures_of(one), figures_of(same)])
    assert text.en.startswith("Against Mine, Twice returned 0.00 points a year more")
    apart = run_folder([dt.date(2020, 1, day) for day in (2, 3, 6)], [1.0, 1.0, 1.0])
    assert comparison([one, apart], [figures_of(one), figures_of(apart)]) == []


def test_the_first_line_and_how_figures_are_shown() -> None:
    assert lead([], "en") == ""
    assert lead([run_folder(DATES, [1.0] * 4, reviews=REVIEWS)], "en") == (
        "Computed from mine.yaml over 4 sessions, 2 January 2024 to 5 January 2024; every name leads to "
        "its decisions."
    )
    assert [shown(1234.5, style) for style in ("0", "1", "2")] == ["1,234", "1,234.5", "1,234.50"]
    assert shown(0.1234, "%") == "12.34\u00a0%"
