"""What every opponent shares, so that only the data work differs: dates, the buffer, the cap."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

COUNT, STAY, COME, CAP = 200, 220, 180, 0.05


@dataclass(frozen=True, slots=True)
class Review:
    """Days since 1970-01-01: the window's first and last day, the day before, the effective day."""

    first: int
    cutoff: int
    before: int
    effective: int


def reviews(days: Any) -> list[Review]:
    """June and December, the session after the second Thursday; six whole months to two before."""
    made = []
    dates = [dt.date(1970, 1, 1) + dt.timedelta(days=int(day)) for day in days]
    for year in range(dates[0].year, dates[-1].year + 1):
        for month in (6, 12):
            first = dt.date(year, month, 1)
            expiry = first + dt.timedelta(days=(3 - first.weekday()) % 7 + 7)
            at = int(np.searchsorted(days, _number(expiry), side="right"))
            end = _number(dt.date(year, month - 1, 1))
            start = dt.date(year - 1, 11, 1) if month == 6 else dt.date(year, 5, 1)
            cutoff = int(np.searchsorted(days, end, side="left")) - 1
            if cutoff >= 0 and at < days.size:
                made.append(
                    Review(_number(start), int(days[cutoff]), int(days[at - 1]), int(days[at]))
                )
    return made


def _number(date: dt.date) -> int:
    return (date - dt.date(1970, 1, 1)).days


def members(size: Any, existing: Any) -> Any:
    """Positions of the members, ascending: the buffer, then the largest (ties by position)."""
    order = np.argsort(-size, kind="stable")
    rank = np.empty(size.size, dtype=np.int64)
    rank[order] = np.arange(1, size.size + 1)
    chosen = np.where(existing, rank <= STAY, rank <= COME) if existing.any() else rank <= COME
    chosen = chosen.copy()
    inside = order[chosen[order]]
    chosen[inside[COUNT:]] = False
    missing = COUNT - int(chosen.sum())
    if missing > 0:
        chosen[order[~chosen[order]][:missing]] = True
    return np.flatnonzero(chosen)


def capping_factors(values: Any) -> Any:
    """Factors of a single cap: names at the cap stay there while the rest is scaled up."""
    order = np.argsort(-values, kind="stable")
    ordered = values[order] / values.sum()
    left, k = 1.0, 0
    while ordered[k] * (1 - k * CAP) / left > CAP:
        left -= ordered[k]
        k += 1
    factors = np.ones(values.size)
    if k:
        factors[order[:k]] = CAP / (1 - k * CAP) * left / ordered[:k]
    return factors
