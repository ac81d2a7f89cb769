"""Days as a caller from Python says them, and what is no day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from indexcalc.diagnostics import UsageError
from indexcalc.market.calendar.said_dates import date_said, day_needed


@pytest.mark.parametrize(
    "said",
    [
        "2024-02-29",
        " 2024-02-29\n",
        dt.date(2024, 2, 29),
        dt.datetime(2024, 2, 29),
        pd.Timestamp("2024-02-29"),
        np.datetime64("2024-02-29"),
        np.datetime64("2024-02-29T00:00:00"),
    ],
    ids=repr,
)
def test_one_day_in_every_form(said: Any) -> None:
    found = date_said(said, "start")
    assert found == dt.date(2024, 2, 29)
    assert type(found) is dt.date or isinstance(said, dt.date)
    assert day_needed(said, "start") == found


@pytest.mark.parametrize(
    "said",
    [
        "2023-02-29",
        "29.2.2024",
        "",
        20240229,
        1.5,
        ["2024-02-29"],
        pd.NaT,
        np.datetime64("NaT", "D"),
        np.datetime64("2024-02-29T15:00:00"),
        dt.time(),
    ],
    ids=repr,
)
def test_what_is_no_day_is_refused_with_the_name_of_the_argument(said: Any) -> None:
    with pytest.raises(UsageError, match=r"CAL010.*is not a day") as caught:
        date_said(said, "start")
    (found,) = caught.value.diagnostics
    assert found.where == "start"
    assert "'2026-06-12'" in found.hint


def test_a_time_within_a_day_says_so() -> None:
    with pytest.raises(UsageError, match="a time within a day"):
        date_said(dt.datetime(2024, 2, 29, 0, 0, 1), "end")


def test_nothing_is_no_day_only_where_one_is_needed() -> None:
    assert date_said(None, "start") is None
    with pytest.raises(UsageError, match=r"None is not a day"):
        day_needed(None, "on")
