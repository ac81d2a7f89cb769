"""Measures over windows: every (measure, window) of all reviews of a run from one streaming scan.

Each window is summed from its own first session, session by session in order, so that its bits
depend neither on where blocks end nor on what data lies outside the window.

Readings chosen where the reference leaves room:

- Only observed sessions on which the line has a row enter (the sessions listed).  A row without a
  close has the last close; without trading (no close, or volume 0) a null traded value is 0.
- A window's values are in the currency of the measure, converted at the rate of each session.
- ``last`` over one session is the last observed session of the window's end or before.
- ``halted: skip`` leaves the sessions out on which the line does not trade; one that trades on none
  of them has a traded value and turnover of 0.
- ``std`` is the sample deviation (ddof 1) of daily log returns of the adjusted close.
- ``close`` is adjusted for share-changing actions and rights whose ex-date lies in the window and
  which were known at its end.
- ``per: issuer`` adds the values of all lines of the issuer that have one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from indexcalc.arrays import Bools, Days, Floats, Ints
from indexcalc.market.market import Market
from indexcalc.market.panel import blocks, carried
from indexcalc.review.data.currency import Rates
from indexcalc.review.measures.adjusted_closes import adjustments
from indexcalc.review.measures.series import (
    FLOATING,
    FLOWS,
    MONEY,
    FloatAt,
    Window,
    columns_of,
    idle_sessions,
    series_of,
)

_KEPT = ("median", "std")


@dataclass(slots=True)
class WindowValues:
    """What the scan found in one window, shape (n_symbols,): ``total`` by ``how``, NaN where the
    line has no value in it; ``count``: sessions that entered; ``observed``: sessions with data."""

    total: Floats
    count: Ints
    observed: int = 0


@dataclass(slots=True)
class _Open:
    window: Window
    total: Floats
    count: Ints
    begin: Days | None = None
    listed: Bools | None = None
    kept: list[Floats] = field(default_factory=list)
    days: list[Days] = field(default_factory=list)
    observed: int = 0


def scan(
    market: Market,
    windows: Sequence[Window],
    float_at: FloatAt,
    rates: Rates,
    sessions_per_block: int = 250,
    threads: int = 2,
    late_float: bool = False,
    begins: Callable[[Window], Days] | None = None,
) -> dict[Window, WindowValues]:
    """All windows in one pass over the daily rows from the earliest to the latest of them.

    ``float_at(day, known_by, shares)`` gives float factors in force on a day (n_symbols,), where the
    listed shares of the day are ``shares``; ``late_float``: some become known after the day they hold
    from, so that windows see different ones.  ``begins``: the day (n_symbols,) from which the sessions
    of each line count in a window that says ``since``.

    Memory: the blocks in flight, one row of state a window, and the sessions of windows that need
    them all (median, std).
    """
    wanted = list(dict.fromkeys(windows))
    n_symbols = len(market.symbols)
    done: dict[Window, WindowValues] = {}
    if not wanted:
        return done
    waiting = sorted(wanted, key=lambda window: window.first_day)
    last_day = max(window.last_day for window in wanted)
    names = columns_of(wanted)
    last_close = np.full(n_symbols, np.nan)
    open_: list[_Open] = []
    adjusted = adjustments(market) if any(w.series == "close" for w in wanted) else None
    for block in blocks(
        market, names, None, last_day, threads, sessions_per_block, by_session=True
    ):
        close = block.columns.get("close")
        if close is not None:
            last_close, filled = _carry(close, block.present, last_close)
        else:
            filled = np.full(block.shape, np.nan)
        while waiting and waiting[0].first_day <= int(block.days[-1]):
            open_.append(_opened(waiting.pop(0), n_symbols, begins))
        if not open_:
            continue
        made: dict[tuple[str, str, int, bool], Floats] = {}
        inside = [
            (
                item,
                int(np.searchsorted(block.days, item.window.first_day, side="left")),
                int(np.searchsorted(block.days, item.window.last_day, side="right")),
            )
            for item in open_
        ]
        floating = np.zeros(block.days.size, dtype=np.bool_)
        for item, start, stop in inside:
            floating[start:stop] |= item.window.series in FLOATING
        for item, start, stop in inside:
            window = item.window
            if start >= stop:
                continue
            late = late_float and window.series in FLOATING
            known_by = window.last_day if late else 0
            key = (window.series, window.currency, known_by, window.traded)
            if key not in made:
                raw = series_of(
                    window.series,
                    block.columns,
                    block.present,
                    filled,
                    block.days,
                    float_at,
                    known_by,
                    floating,
                )
                if window.series in MONEY:
                    needed = np.zeros(block.days.size, dtype=np.bool_)
                    for other, begin, end in inside:
                        if other.window.currency == window.currency:
                            needed[begin:end] |= other.window.series == window.series
                    raw = rates.converted(raw, block.days, window.currency, needed)
                if window.traded:
                    raw = np.where(idle_sessions(block.columns, block.present), np.nan, raw)
                # Session-major, so that a running sum adds one whole session at a time.
                made[key] = np.ascontiguousarray(raw.T)
            _take(item, made[key][start:stop], block.days[start:stop])
            if item.listed is not None:
                item.listed |= block.present[:, start:stop].any(axis=1)
        still: list[_Open] = []
        for item in open_:
            if item.window.last_day <= int(block.days[-1]):
                done[item.window] = _closed(item, adjusted)
            else:
                still.append(item)
        open_ = still
    for item in open_:
        done[item.window] = _closed(item, adjusted)
    for window in waiting:
        done[window] = _closed(_opened(window, n_symbols, None), adjusted)
    return done


def _carry(close: Floats, present: Bools, initial: Floats) -> tuple[Floats, Floats]:
    """(last close of each line, closes with the last one in rows that have none)."""
    filled = carried(close, initial)
    last = filled[:, -1].copy()
    return last, filled if present.all() else np.where(present, filled, np.nan)


def _opened(window: Window, n_symbols: int, begins: Callable[[Window], Days] | None) -> _Open:
    start = 0.0 if window.how == "sum" else np.nan
    begin = begins(window) if window.since and begins is not None else None
    traded = window.traded and window.series in FLOWS
    listed = np.zeros(n_symbols, dtype=np.bool_) if traded else None
    return _Open(
        window, np.full(n_symbols, start), np.zeros(n_symbols, dtype=np.int64), begin, listed
    )


def _take(item: _Open, values: Floats, days: Days) -> None:
    """Let some sessions (n_sessions, n_symbols) enter a window."""
    if item.begin is not None:
        values = np.where(days[:, None] >= item.begin, values, np.nan)
    known = ~np.isnan(values)
    whole = bool(known.all())
    item.count += values.shape[0] if whole else np.count_nonzero(known, axis=0)
    item.observed += values.shape[0]
    how = item.window.how
    if how == "sum":
        for row in values if whole else np.where(known, values, 0.0):
            item.total += row
    elif how == "min":
        item.total = np.fmin(item.total, np.fmin.reduce(values, axis=0))
    elif how == "max":
        item.total = np.fmax(item.total, np.fmax.reduce(values, axis=0))
    elif how == "last":
        for row, here in zip(values, known, strict=True):
            item.total[here] = row[here]
    if how in _KEPT or item.window.series == "close":
        item.kept.append(values)
        item.days.append(days)


def _closed(item: _Open, adjusted: Callable[[Floats, Days], Floats] | None) -> WindowValues:
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
        found: Floats = reduce(values, axis=0)
        return found
    if how == "last":
        place = np.where(known, np.arange(values.shape[0])[:, None], -1).max(axis=0)
        return np.where(place >= 0, values[place, np.arange(values.shape[1])], np.nan)
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
