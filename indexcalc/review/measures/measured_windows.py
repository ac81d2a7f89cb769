"""From the measures of a rule at a review to the windows they need, and from windows to values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Days, Floats, Ints, position_in
from indexcalc.market import arrow
from indexcalc.market.as_of import known_days
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.market.market import Market
from indexcalc.methodology.model.universe_and_measures import Measure
from indexcalc.methodology.values.dated import value_on
from indexcalc.review.data.issuers import by_issuer
from indexcalc.review.measures.one_window import WindowValues
from indexcalc.review.measures.series import MONEY, Window


class RequestedWindows(Struct, frozen=True):
    """One measure at one review: its windows, how many sessions its window spans, and its end.

    ``least``: the windows are those of calendar months, and what counts is in how many of them the
    statistic reaches this.
    """

    measure: Measure
    windows: tuple[Window, ...]
    expected: int
    first_day: int
    last_day: int
    least: float | None = None


def asked(
    measure: Measure,
    span: tuple[int, int],
    start: int,
    sessions: Sessions,
    market: Market,
    currency: str,
    effective: dt.date,
) -> RequestedWindows:
    """The windows a measure needs over the session positions ``[first, stop)``.

    ``start``: the window's first calendar day, which rows of a table may have.
    """
    first, stop = span
    first_day = int(sessions.days[first]) if first < stop else 0
    last_day = int(sessions.days[stop - 1]) if first < stop else -1
    expected = stop - first
    statistic = measure.statistic
    if statistic == "count":
        return RequestedWindows(measure, (), expected, start, last_day)
    if statistic == "last" and expected == 1:
        # An unobserved session takes the last observed one before it.
        row = position_in(market.days, last_day, "right") - 1
        if row >= 0:
            first_day = last_day = int(market.days[row])
    how = {"mean": "sum", "ratio": "sum", "sessions": "count"}.get(statistic, statistic)
    least = value_on(measure.months_at_least, effective)
    spans = [(first_day, last_day)] if least is None else _months(sessions.days[first:stop])
    since = measure.since.at(effective)
    windows = [
        Window(
            series=column,
            currency=currency if column in MONEY else "",
            how=how,
            first_day=begin,
            last_day=end,
            traded=measure.halted.at(effective) == "skip",
            since=since if isinstance(since, tuple) else (),
        )
        for begin, end in spans
        for column in measure.columns
    ]
    threshold = None if least is None else float(least)
    return RequestedWindows(measure, tuple(windows), expected, first_day, last_day, threshold)


def _months(days: Days) -> list[tuple[int, int]]:
    """The first and last session of each calendar month among ``days``."""
    if not days.size:
        return []
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    changes = np.flatnonzero(month[1:] != month[:-1])
    begins, ends = np.append(0, changes + 1), np.append(changes, days.size - 1)
    return list(zip(days[begins].tolist(), days[ends].tolist(), strict=True))


def value_of(
    item: RequestedWindows,
    window_values: Mapping[Window, WindowValues],
    market: Market,
    issuers: Ints | None,
) -> tuple[Floats, Ints]:
    """(values (n_symbols,), sessions that entered): NaN where a line has none.

    ``issuers``: the issuer of each line where the measure is ``per: issuer``.
    """
    statistic = item.measure.statistic
    if statistic == "count":
        return _years_with_rows(item, market), np.zeros(len(market.symbols), dtype=np.int64)
    if item.least is not None:
        return _months_reaching(item, window_values, market, issuers)
    parts = [window_values[window] for window in item.windows]
    count = parts[0].count
    with np.errstate(invalid="ignore", divide="ignore"):
        if statistic == "mean":
            values = [parts[0].total / parts[0].count]
        else:
            values = [part.total for part in parts]
        if statistic == "sessions":
            values = [np.nan_to_num(values[0])]
        if issuers is not None:
            values = [by_issuer(value, issuers) for value in values]
        measured: Floats = values[0] / values[1] if statistic == "ratio" else values[0]
    return np.where(np.isfinite(measured), measured, np.nan), count


def _months_reaching(
    item: RequestedWindows,
    window_values: Mapping[Window, WindowValues],
    market: Market,
    issuers: Ints | None,
) -> tuple[Floats, Ints]:
    """In how many months the statistic reaches ``item.least``; NaN where it is known in none."""
    assert item.least is not None
    n, size = len(market.symbols), len(item.measure.columns)
    months, known, entered = np.zeros(n), np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.int64)
    for first in range(0, len(item.windows), size):
        month = replace(item, windows=item.windows[first : first + size], least=None)
        value, count = value_of(month, window_values, market, issuers)
        known |= np.isfinite(value)
        with np.errstate(invalid="ignore"):
            months += np.round(value, 12) >= item.least
        entered += count
    return np.where(known, months, np.nan), entered


def _years_with_rows(item: RequestedWindows, market: Market) -> Floats:
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
