"""Year fractions between two days, by the conventions a rule may name."""

from __future__ import annotations

import datetime as dt


def year_fraction(convention: str, start: dt.date, end: dt.date) -> tuple[int, int]:
    """(days, days of a year) from ``start`` to ``end`` under ``ACT/365``, ``ACT/360`` or ``30/360``.

    ``30/360`` is the bond basis: a start on the 31st is the 30th, and so is an end on the 31st if
    the start is the 30th or 31st.
    """
    if convention == "30/360":
        first = min(start.day, 30)
        last = 30 if end.day == 31 and first == 30 else end.day
        months = 12 * (end.year - start.year) + end.month - start.month
        return 30 * months + last - first, 360
    return (end - start).days, 365 if convention == "ACT/365" else 360


def accrued(rate: float, convention: str, start: dt.date, end: dt.date) -> float:
    """Simple interest on one unit at a yearly ``rate`` over the days from ``start`` to ``end``."""
    days, year = year_fraction(convention, start, end)
    return rate * days / year
