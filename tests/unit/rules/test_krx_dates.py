"""Effective dates of the Korean indices: those the press and the exchange reported, against the rules.

The dates were written down from the reports, none was computed.
"""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.market.calendar.packaged import packaged
from indexcalc.methodology.dates.schedules import ReviewDates, review_dates
from indexcalc.methodology.load.family import load_family

K200, KQ150, KRX300 = "kospi200", "kosdaq150", "krx300"

# Effective date, the day it was announced (None: not reported), and who changed on it.
REPORTED: list[tuple[str, str | None, tuple[str, ...]]] = [
    ("2001-06-15", "2001-06-07", (K200,)),
    ("2007-06-15", "2007-05-29", (K200,)),
    ("2014-06-13", "2014-05-29", (K200,)),
    ("2015-06-12", "2015-05-27", (K200,)),
    ("2017-06-09", "2017-05-24", (K200, KQ150)),
    ("2017-12-15", "2017-11-23", (KQ150,)),
    ("2018-06-15", "2018-05-24", (K200, KQ150, KRX300)),
    ("2018-12-14", "2018-11-23", (KQ150, KRX300)),
    ("2019-06-14", "2019-05-21", (K200, KQ150, KRX300)),
    ("2019-12-13", "2019-11-27", (KQ150, KRX300)),
    ("2020-12-11", None, (K200,)),
    ("2021-06-11", "2021-05-25", (K200, KQ150, KRX300)),
    ("2021-12-10", "2021-11-24", (K200, KQ150, KRX300)),
    ("2022-06-10", "2022-05-24", (K200, KQ150, KRX300)),
    ("2022-12-09", "2022-11-16", (K200, KQ150, KRX300)),
    ("2023-06-09", "2023-05-17", (K200, KQ150, KRX300)),
    ("2024-06-14", "2024-05-24", (K200, KQ150, KRX300)),
    ("2024-12-13", "2024-11-21", (K200, KQ150, KRX300)),
    ("2025-06-13", "2025-05-27", (K200, KQ150, KRX300)),
    ("2025-12-12", "2025-11-18", (K200, KQ150, KRX300)),
    ("2026-06-12", "2026-05-22", (K200,)),
]
# The committee meets two to four weeks before; the rules say ten sessions.  No report is further off.
ANNOUNCED_WITHIN = dt.timedelta(days=10)

# Size indices: a holiday on the Monday and Tuesday after the expiry of September 2022.
SIZES = {
    "kospi-large": ["2012-03-09", "2013-03-15", "2014-03-14", "2022-03-11", "2022-09-13"],
    "kosdaq-mid": ["2012-03-09", "2013-03-15", "2014-03-14", "2023-03-10"],
}


def dates_of(index: str, start: str = "2001-01-01", end: str = "2026-12-31") -> list[ReviewDates]:
    """The review dates of a rule on the packaged calendar."""
    begin, stop = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    return list(review_dates(load_family([index])[index], packaged("XKRX"), begin, stop))


def test_there_are_twenty_one_reports() -> None:
    assert len(REPORTED) == len({day for day, _, _ in REPORTED}) == 21


@pytest.mark.parametrize("index", [K200, KQ150, KRX300])
def test_every_reported_effective_date_comes_out_of_the_rule(index: str) -> None:
    made = {str(dates.effective) for dates in dates_of(index)}
    reported = [day for day, _, names in REPORTED if index in names]
    assert [day for day in reported if day not in made] == []


def test_kospi200_had_no_review_in_december_before_2020() -> None:
    made = [dates.effective for dates in dates_of(K200, end="2020-06-30")]
    assert {day.month for day in made} == {6}
    made = [dates.effective for dates in dates_of(K200, start="2020-07-01")]
    assert [f"{day:%Y-%m}" for day in made[:3]] == ["2020-12", "2021-06", "2021-12"]


@pytest.mark.parametrize("index", [K200, KQ150, KRX300])
def test_announcements_are_within_ten_days_of_the_reported_ones(index: str) -> None:
    announced = {str(dates.effective): dates.announcement for dates in dates_of(index)}
    for effective, day, names in REPORTED:
        if day is None or index not in names:
            continue
        made = announced[effective]
        assert made is not None
        assert abs(made - dt.date.fromisoformat(day)) <= ANNOUNCED_WITHIN, effective


# "Last trading day of April and October": written from calendars.  In 2022 April ends on a Saturday,
# in 2021 October on a Sunday.
@pytest.mark.parametrize(
    ("effective", "cutoff"),
    [
        ("2021-12-10", "2021-10-29"),
        ("2022-06-10", "2022-04-29"),
        ("2022-12-09", "2022-10-31"),
        ("2023-06-09", "2023-04-28"),
        ("2026-12-11", "2026-10-30"),
    ],
)
@pytest.mark.parametrize("index", [K200, KQ150, KRX300])
def test_screening_base_dates(index: str, effective: str, cutoff: str) -> None:
    found = {str(dates.effective): str(dates.cutoff) for dates in dates_of(index)}
    assert found[effective] == cutoff


@pytest.mark.parametrize("index", SIZES)
def test_size_indices_change_after_the_expiry_of_march_and_september(index: str) -> None:
    made = {str(dates.effective) for dates in dates_of(index)}
    assert set(SIZES[index]) <= made
    # Until 2022 they changed in March alone.
    assert not [day for day in made if day < "2022-01-01" and "-09-" in day]
