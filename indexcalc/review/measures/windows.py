"""Measures over windows: every (measure, window) of all reviews of a run from one streaming scan.

Each window is summed from its own first session, session by session in order, so that its bits
depend neither on where blocks end nor on what data lies outside the window.

Readings chosen where the reference leaves room:

- Only observed sessions on which the line has a row enter (the sessions listed).  A row without a
  close has the last close; without trading (no close, or volume 0) a null traded value is 0.
- A window's values are in the currency of the measure, converted at the rate of each session.
- ``last`` over one session is the last observed session of the window's end or before.
- ``std`` is the sample deviation (ddof 1) of daily log returns of the adjusted close.
- ``close`` is adjusted for share-changing actions and rights whose ex-date lies in the window and
  which were known at its end.
- ``per: issuer`` adds the values of all lines of the issuer that have one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from indexcalc.arrays import Bools, Days, Floats, Ints
from indexcalc.market import arrow
from indexcalc.market.as_of import known_days
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.market.market import Market
from indexcalc.market.panel import blocks, carried
from indexcalc.methodology.model.universe_and_measures import Measure
from indexcalc.review.data.currency import Rates
from indexcalc.review.data.issuers import by_issuer
from indexcalc.review.measures.adjusted_closes import adjustments

MONEY = ("close", "base_price", "market_cap", "float_market_cap", "traded_value")
_KEPT = ("median", "std")
FloatAt = Callable[[int, int, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Window:
    """One series over one stretch of sessions: ``first_day`` .. ``last_day``, both in.

    ``how``: ``sum`` (and count), ``min``, ``max``, ``last``, ``median`` or ``std``.
    """

    series: str
    currency: str
    how: str
    first_day: int
    last_day: int


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
    kept: list[Floats] = field(default_factory=list)
    days: list[Days] = field(default_factory=list)
    observed: int = 0


def columns_of(series: Iterable[str]) -> tuple[str, ...]:
    """The columns of ``daily`` the series are made from."""
    found: dict[str, None] = {}
    for name in series:
        if name in ("market_cap", "float_market_cap"):
            found.update(dict.fromkeys(("close", "shares_outstanding")))
        elif name in ("traded_value", "volume"):
            found.update(dict.fromkeys(("close", "volume", name)))
        else:
            found[name] = None
    return tuple(found)


def scan(
    market: Market,
    windows: Sequence[Window],
    float_at: FloatAt,
    rates: Rates,
    sessions_per_block: int = 250,
    threads: int = 2,
    late_float: bool = False,
) -> dict[Window, WindowValues]:
    """All windows in one pass over the daily rows from the earliest to the latest of them.

    ``float_at(day, known_by, shares)`` gives float factors in force on a day (n_symbols,), where the
    listed shares of the day are ``shares``; ``late_float``: some become known after the day they hold
    from, so that windows see different ones.

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
    names = columns_of(window.series for window in wanted)
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
            open_.append(_opened(waiting.pop(0), n_symbols))
        if not open_:
            continue
        made: dict[tuple[str, str, int], Floats] = {}
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
            floating[start:stop] |= item.window.series == "float_market_cap"
        for item, start, stop in inside:
            window = item.window
            if start >= stop:
                continue
            late = late_float and window.series == "float_market_cap"
            known_by = window.last_day if late else 0
            key = (window.series, window.currency, known_by)
            if key not in made:
                raw = _series(
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
                # Session-major, so that a running sum adds one whole session at a time.
                made[key] = np.ascontiguousarray(raw.T)
            _take(item, made[key][start:stop], block.days[start:stop])
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
        done[window] = _closed(_opened(window, n_symbols), adjusted)
    return done


def _carry(close: Floats, present: Bools, initial: Floats) -> tuple[Floats, Floats]:
    """(last close of each line, closes with the last one in rows that have none)."""
    filled = carried(close, initial)
    last = filled[:, -1].copy()
    return last, filled if present.all() else np.where(present, filled, np.nan)


def _series(
    name: str,
    columns: Mapping[str, Floats],
    present: Bools,
    close: Floats,
    days: Days,
    float_at: FloatAt,
    known_by: int,
    floating: Bools,
) -> Floats:
    """One series (n_symbols, n_sessions); NaN where the line has no value that session.

    ``floating`` (n_sessions,): where float factors are asked for.
    """
    if name in ("market_cap", "float_market_cap"):
        shares = columns.get("shares_outstanding")
        if shares is None:
            return np.full(present.shape, np.nan)
        cap = close * shares
        if name == "market_cap":
            return cap
        factors = np.full_like(cap, np.nan)
        for place in np.flatnonzero(floating):
            day = int(days[place])
            factors[:, place] = float_at(day, known_by or day, shares[:, place])
        return cap * factors
    if name == "close":
        return close
    found = columns.get(name)
    if found is None:
        return np.full(present.shape, np.nan)
    if name in ("traded_value", "volume"):
        volume, traded_at = columns.get("volume"), columns.get("close")
        idle = np.isnan(traded_at) if traded_at is not None else np.zeros(present.shape, np.bool_)
        if volume is not None and name == "traded_value":
            idle = idle | (volume == 0)
        return np.where(present & np.isnan(found) & idle, 0.0, found)
    return found


def _opened(window: Window, n_symbols: int) -> _Open:
    start = 0.0 if window.how == "sum" else np.nan
    return _Open(window, np.full(n_symbols, start), np.zeros(n_symbols, dtype=np.int64))


def _take(item: _Open, values: Floats, days: Days) -> None:
    """Let some sessions (n_sessions, n_symbols) enter a window."""
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
    return WindowValues(total, item.count, item.observed)


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


# --- from measures to windows ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """One measure at one review: its windows, how many sessions its window spans, and its end."""

    measure: Measure
    windows: tuple[Window, ...]
    expected: int
    first_day: int
    last_day: int


def asked(
    measure: Measure,
    span: tuple[int, int],
    start: int,
    sessions: Sessions,
    market: Market,
    currency: str,
) -> Asked:
    """The windows a measure needs over the session positions ``[first, stop)``.

    ``start``: the window's first calendar day, which rows of a table may have.
    """
    first, stop = span
    first_day = int(sessions.days[first]) if first < stop else 0
    last_day = int(sessions.days[stop - 1]) if first < stop else -1
    expected = stop - first
    statistic = measure.statistic
    if statistic == "count":
        return Asked(measure, (), expected, start, last_day)
    if statistic == "last" and expected == 1:
        # An unobserved session takes the last observed one before it.
        place = int(np.searchsorted(market.days, last_day, side="right")) - 1
        if place >= 0:
            first_day = last_day = int(market.days[place])
    how = {"mean": "sum", "ratio": "sum"}.get(statistic, statistic)
    found: list[Window] = []
    for column in measure.columns:
        money = column in MONEY
        found.append(Window(column, currency if money else "", how, first_day, last_day))
    return Asked(measure, tuple(found), expected, first_day, last_day)


def value_of(
    item: Asked, found: Mapping[Window, WindowValues], market: Market, issuers: Ints | None
) -> tuple[Floats, Ints]:
    """(values (n_symbols,), sessions that entered): NaN where a line has none.

    ``issuers``: the issuer of each line where the measure is ``per: issuer``.
    """
    statistic = item.measure.statistic
    if statistic == "count":
        return _years_with_rows(item, market), np.zeros(len(market.symbols), dtype=np.int64)
    parts = [found[window] for window in item.windows]
    count = parts[0].count
    with np.errstate(invalid="ignore", divide="ignore"):
        if statistic == "mean":
            values = [parts[0].total / parts[0].count]
        else:
            values = [part.total for part in parts]
        if issuers is not None:
            values = [by_issuer(value, issuers) for value in values]
        made: Floats = values[0] / values[1] if statistic == "ratio" else values[0]
    return np.where(np.isfinite(made), made, np.nan), count


def _years_with_rows(item: Asked, market: Market) -> Floats:
    """Distinct calendar years within the window in which a table has a row of the line."""
    name = item.measure.columns[0]
    table = market.table(name)
    n_symbols = len(market.symbols)
    if table is None:
        return np.full(n_symbols, np.nan)
    dates = next(
        key for key in ("ex_date", "effective_date", "from", "date") if key in table.column_names
    )
    codes = arrow.codes_into(table.column("symbol"), market.order)
    days = arrow.days(table.column(dates))
    keep = (codes >= 0) & (days >= item.first_day) & (days <= item.last_day)
    keep &= known_days(table) <= item.last_day
    years = np.array([date_of(int(day)).year for day in days[keep]], dtype=np.int64)
    pairs = np.unique(codes[keep].astype(np.int64) * 10_000 + years)
    return np.bincount(pairs // 10_000, minlength=n_symbols).astype(np.float64)
