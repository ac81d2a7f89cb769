"""Dates as callers from Python say them: text, date, datetime or a pandas Timestamp."""

from __future__ import annotations

import datetime as dt
from typing import Any

from indexcalc.diagnostics import UsageError

Said = dt.date | str | None


def date_said(value: Any, name: str) -> dt.date | None:
    """The day that ``value`` says; None for None.

    UsageError (CAL010): a text that is no date, a time within a day, or another kind of value.
    """
    if value is None:
        return None
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            raise _wrong(value, name) from None
    if type(value).__module__.startswith("numpy") and type(value).__name__ == "datetime64":
        value = value.item()  # a date, a datetime, or (in nanoseconds, or none) neither
    if type(value).__name__ == "NaTType":
        raise _wrong(value, name)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date()
        raise _wrong(value, name, "it is a time within a day; give the day alone")
    if isinstance(value, dt.date):
        return value
    raise _wrong(value, name)


def day_needed(value: Any, name: str) -> dt.date:
    """As ``date_said``, where a day is needed.  UsageError (CAL010) for None too."""
    day = date_said(value, name)
    if day is None:
        raise _wrong(value, name)
    return day


def _wrong(value: Any, name: str, why: str = "") -> UsageError:
    return UsageError.of(
        "CAL010",
        f"{value!r:.80} is not a day{f': {why}' if why else ''}",
        where=name,
        hint="write '2026-06-12', a datetime.date or a pandas.Timestamp",
    )
