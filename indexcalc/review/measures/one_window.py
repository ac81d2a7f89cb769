"""One window while sessions enter it, and its value when it is closed.

Sessions are added one after the other, so that the bits do not depend on how many enter at once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Days, Floats, Ints
from indexcalc.review.measures.series import FLOWS, Window

_KEPT = ("median", "std")


class WindowValues(Struct):
    """What the scan found in one window, shape (n_symbols,): ``total`` by ``how``, NaN where the
    line has no value in it; ``count``: sessions that entered; ``observed``: sessions with data."""

    total: Floats
    count: Ints
    observed: int = 0


class OpenWindow(Struct):
    """A window that sessions enter: ``total`` and ``count`` (n,) so far; ``begin`` (n,): the day from which
    those of each line count; ``listed`` (n,): lines with a row; ``kept``: sessions needed all at once."""

    window: Window
    total: Floats
    count: Ints
    begin: Days | None = None
    listed: Bools | None = None
    kept: list[Floats] = field(default_factory=list)
    days: list[Days] = field(default_factory=list)
    observed: int = 0


def opened(window: Window, n_symbols: int, begins: Callable[[Window], Days] | None) -> OpenWindow:
    """A window that no session has entered yet."""
    start = 0.0 if window.how in ("sum", "count") else np.nan
    begin = begins(window) if window.since and begins is not None else None
    traded = window.traded and window.series in FLOWS
    listed = np.zeros(n_symbols, dtype=np.bool_) if traded else None
    return OpenWindow(
        window, np.full(n_symbols, start), np.zeros(n_symbols, dtype=np.int64), begin, listed
    )


class SeriesRead(Struct):
    """A series on some sessions (k, n), read once for all windows: ``values``, NaN where not ``known``, and
    on how many of the sessions each line is (n,)."""

    values: Floats
    known: Bools
    count: Ints

    @classmethod
    def of(cls, values: Floats) -> SeriesRead:
        """A series as it is."""
        known = ~np.isnan(values)
        return cls(values, known, _counted(known))


def _counted(known: Bools) -> Ints:
    """How many of the rows are true of each line; in bytes, which is much faster than in whole numbers."""
    count = np.zeros(known.shape[1], dtype=np.int64)
    for at in range(0, known.shape[0], 255):
        count += np.add.reduce(known[at : at + 255].view(np.uint8), axis=0, dtype=np.uint8)
    return count


def let_in(item: OpenWindow, read: SeriesRead, every_day: Days, start: int, stop: int) -> None:
    """Let the sessions ``start .. stop`` of a series enter a window."""
    days, values, known = every_day[start:stop], read.values[start:stop], read.known[start:stop]
    count = read.count if known.shape == read.known.shape else _counted(known)
    how = item.window.how
    late = np.flatnonzero(item.begin > days[0]) if item.begin is not None else ()
    if item.begin is not None and len(late):
        known = known.copy()
        known[:, late] &= days[:, None] >= item.begin[late]
        count = _counted(known)
        values = values if how == "sum" else np.where(known, values, np.nan)
    item.count += count
    item.observed += days.size
    if how == "sum":
        _add(item.total, values, known, count)
    elif how == "count":
        item.total += count
    elif how == "min":
        item.total = np.fmin(item.total, np.fmin.reduce(values, axis=0))
    elif how == "max":
        item.total = np.fmax(item.total, np.fmax.reduce(values, axis=0))
    elif how == "last":
        for row, here in zip(values, known, strict=True):
            item.total[here] = row[here]
    if how in _KEPT or (item.window.series == "close" and how != "count"):
        item.kept.append(values if how != "sum" else np.where(known, values, np.nan))
        item.days.append(days)


def _add(total: Floats, values: Floats, known: Bools, count: Ints) -> None:
    """Add sessions (k, n) to totals (n,), one after the other, where known: ``count`` (n,) times."""
    odd = np.flatnonzero(count < values.shape[0])
    before = total[odd]
    for row in values:
        total += row
    total[odd] = before
    some = odd[count[odd] > 0]
    if some.size:
        rows = np.where(known[:, some], values[:, some], 0.0)
        total[some] = np.add.accumulate(np.concatenate((total[some][None], rows)))[-1]


def closed(item: OpenWindow, adjusted: Callable[[Floats, Days], Floats] | None) -> WindowValues:
    """What was found in a window; ``adjusted`` makes closes of its days comparable."""
    if item.kept:
        values, days = np.concatenate(item.kept), np.concatenate(item.days)
        if item.window.series == "close" and adjusted is not None:
            values = adjusted(values, days)
        item.total = _of_all(item.window.how, values)
        item.kept, item.days = [], []
    total = np.where(item.count > 0, item.total, np.nan)
    count = item.count
    if item.listed is not None:
        # Listed, and traded on none of the sessions.
        idle = item.listed & (count == 0)
        total, count = np.where(idle, 0.0, total), np.where(idle, 1, count)
    return WindowValues(total, count, item.observed)


def _of_all(how: str, values: Floats) -> Floats:
    """A statistic of the sessions of a window (n_sessions, n_symbols), those without value left out."""
    known = ~np.isnan(values)
    if how == "std":
        return _deviation(values)
    if how == "median":
        ordered = np.sort(values, axis=0)  # NaN last
        count = known.sum(axis=0)
        column = np.arange(values.shape[1])
        low = ordered[np.maximum((count - 1) // 2, 0), column]
        high = ordered[np.minimum(count // 2, max(values.shape[0] - 1, 0)), column]
        return np.where(count > 0, np.where(low == high, low, (low + high) / 2.0), np.nan)
    if how in ("min", "max"):
        reduce = np.fmin.reduce if how == "min" else np.fmax.reduce
        reduced: Floats = reduce(values, axis=0)
        return reduced
    if how == "last":
        last = np.where(known, np.arange(values.shape[0])[:, None], -1).max(axis=0)
        return np.where(last >= 0, values[last, np.arange(values.shape[1])], np.nan)
    total = np.zeros(values.shape[1])
    for row in np.where(known, values, 0.0):
        total += row
    return total


def _deviation(closes: Floats) -> Floats:
    """Sample standard deviation of log returns from each known close to the next, (n_symbols,)."""
    n_sessions, n_symbols = closes.shape
    position = np.where(np.isnan(closes), -1, np.arange(n_sessions)[:, None])
    np.maximum.accumulate(position, axis=0, out=position)
    before = np.concatenate((np.full((1, n_symbols), -1), position[:-1]))
    last = np.take_along_axis(closes, np.maximum(before, 0), axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        moves = np.log(closes / np.where(before >= 0, last, np.nan))
    count = np.count_nonzero(~np.isnan(moves), axis=0)
    filled = np.where(np.isnan(moves), 0.0, moves)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.cumsum(filled, axis=0)[-1] / count
        off = np.where(np.isnan(moves), 0.0, (moves - mean) ** 2)
        deviation = np.sqrt(np.cumsum(off, axis=0)[-1] / (count - 1))
    return np.where(count > 1, deviation, np.nan)
