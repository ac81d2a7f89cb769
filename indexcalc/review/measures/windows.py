"""Measures over windows: every (measure, window) of all reviews of a run from one pass over the panel.

Each window is summed from its own first session, session by session in order, so that its bits
depend neither on how the data are stored nor on what data lies outside the window.

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

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Bools, Days, Floats, position_in
from indexcalc.market.market import Market
from indexcalc.review.data.currency import Rates
from indexcalc.review.measures.one_window import (
    OpenWindow,
    SeriesRead,
    WindowValues,
    closed,
    let_in,
    opened,
)
from indexcalc.review.measures.series import (
    FLOATING,
    MONEY,
    FloatAt,
    Sessions,
    Window,
    columns_of,
    idle_sessions,
    series_of,
)

_CELLS = 1 << 17
"""Cells of a column taken at once: arrays that stay in the cache and whose memory is used again."""
_SHARED_BYTES = 64_000_000
"""How much of the sums of windows is kept for the other rules of a run."""


def scan(
    market: Market,
    windows: Sequence[Window],
    float_at: FloatAt,
    rates: Rates,
    late_float: bool = False,
    begins: Callable[[Window], Days] | None = None,
    floats: Hashable | None = None,
) -> dict[Window, WindowValues]:
    """All windows, read from the panel in one pass over the sessions they span.

    ``float_at(day, known_by, shares)`` gives float factors in force on a day (n_symbols,), where the
    listed shares of the day are ``shares``; ``late_float``: some become known after the day they hold
    from, so that windows see different ones.  ``begins``: the day (n_symbols,) from which the sessions
    of each line count in a window that says ``since``.

    What was found is kept for the other rules of a run.  ``floats``: what the float factors depend on;
    None: windows that need them are not shared.

    Memory: a stretch of sessions, one row of state a window, and the sessions of windows that need
    them all (median, std).
    """
    shared: dict[Hashable, WindowValues] = market.memo("windows", dict)
    wanted = tuple(dict.fromkeys(windows))
    keys = _shared_keys(market, wanted, rates, floats)
    done = {window: shared[key] for window, key in keys.items() if key in shared}
    made = _Scan(market, float_at, rates, late_float, begins).run(
        [window for window in wanted if window not in done]
    )
    for window, values in made.items():
        if window in keys and len(shared) * values.total.nbytes < _SHARED_BYTES:
            shared[keys[window]] = values
    return done | made


def _shared_keys(
    market: Market, windows: Sequence[Window], rates: Rates, floats: Hashable | None
) -> dict[Window, Hashable]:
    """What the values of windows depend on besides the market, by window; those of one rule lack."""
    by_currency: dict[str, Hashable] = {}
    keys: dict[Window, Hashable] = {}
    own = market.memo(("float factors of", floats), object)
    for window in windows:
        floating = window.series in FLOATING
        if floating and floats is None:
            continue
        currency = window.currency
        if currency not in by_currency:
            by_currency[currency] = market.memo(("rates of", rates.key(currency)), object)
        money = by_currency[currency] if window.series in MONEY else None
        keys[window] = (window, money, own if floating else None)
    return keys


class _Scan:
    """One pass over the sessions that some windows span."""

    def __init__(
        self,
        market: Market,
        float_at: FloatAt,
        rates: Rates,
        late_float: bool,
        begins: Callable[[Window], Days] | None,
    ) -> None:
        self.market, self.panel = market, market.panel
        self.float_at, self.rates = float_at, rates
        self.late_float, self.begins = late_float, begins
        self.adjusted: Callable[[Floats, Days], Floats] | None = None
        self.names: tuple[str, ...] = ()

    def run(self, windows: Sequence[Window]) -> dict[Window, WindowValues]:
        """The values of windows, none of them twice."""
        done, open_ = self.begun(windows)
        for item in open_:
            done[item.window] = closed(item, self.adjusted)
        return done

    def begun(
        self, windows: Sequence[Window]
    ) -> tuple[dict[Window, WindowValues], list[OpenWindow]]:
        """(values of the windows that end within the data, the others with the sessions known so far)."""
        n_symbols = self.panel.n
        done: dict[Window, WindowValues] = {}
        if any(window.series == "close" for window in windows):
            from indexcalc.review.measures.adjusted_closes import adjustments

            self.adjusted = adjustments(self.market)
        waiting = sorted(windows, key=lambda window: window.first_day)
        self.names = columns_of(windows)
        if waiting:
            self.panel.need(self.names)
        open_: list[OpenWindow] = []
        first = self.panel.row(waiting[0].first_day) if waiting else self.panel.size
        for rows in self.panel.chunks(first):
            days = self.panel.days[rows]
            while waiting and waiting[0].first_day <= int(days[-1]):
                open_.append(opened(waiting.pop(0), n_symbols, self.begins))
            if open_:
                self._let_in(open_, rows)
            still: list[OpenWindow] = []
            for item in open_:
                if item.window.last_day <= int(days[-1]):
                    done[item.window] = closed(item, self.adjusted)
                else:
                    still.append(item)
            open_ = still
            if not open_ and not waiting:
                break
        return done, [*open_, *(opened(window, n_symbols, self.begins) for window in waiting)]

    def _let_in(self, open_: Sequence[OpenWindow], rows: slice) -> None:
        """Let the sessions of some rows enter the windows they lie in."""
        spans = _spans(open_, self.panel.days[rows])
        if not spans:
            return
        # Only the sessions of some window are read.
        low, high = min(start for _, start, _ in spans), max(stop for _, _, stop in spans)
        taken = slice(rows.start + low, rows.start + high)
        some = Sessions.read(self.panel, self.names, taken)
        step = max(_CELLS // max(self.panel.n, 1), 1)
        for at in range(low, high, step):
            end = min(at + step, high)
            inside = [
                (item, max(start, at) - at, min(stop, end) - at)
                for item, start, stop in spans
                if start < end and at < stop
            ]
            if inside:
                self.enter(some.between(at - low, end - low), inside)

    def enter(self, part: Sessions, inside: Sequence[tuple[OpenWindow, int, int]]) -> None:
        """Let sessions enter windows, each those of a span of them."""
        alike: dict[tuple[str, str, int, bool], list[tuple[OpenWindow, int, int]]] = {}
        for item, start, stop in inside:
            window = item.window
            late = self.late_float and window.series in FLOATING
            key = (window.series, window.currency, window.last_day if late else 0, window.traded)
            alike.setdefault(key, []).append((item, start, stop))
            if item.listed is not None:
                item.listed |= part.present[start:stop].any(axis=0)
        for (_, _, known_by, _), items in alike.items():
            # Only the sessions of these windows are made.
            low, high = min(start for _, start, _ in items), max(stop for _, _, stop in items)
            needed = np.zeros(high - low, dtype=np.bool_)
            for _, start, stop in items:
                needed[start - low : stop - low] = True
            some = part.between(low, high)
            read = SeriesRead.of(self._series(items[0][0].window, some, known_by, needed))
            for item, start, stop in items:
                let_in(item, read, some.days, start - low, stop - low)

    def _series(self, window: Window, part: Sessions, known_by: int, needed: Bools) -> Floats:
        """What a window is made from on some sessions, (n_sessions, n_symbols), of which some are
        ``needed`` (n_sessions,)."""
        raw = series_of(window.series, part, self.float_at, known_by, needed)
        if window.series in MONEY:
            raw = self.rates.converted(raw, part.days, window.currency, needed)
        if window.traded:
            raw = np.where(idle_sessions(part), np.nan, raw)
        return raw


def _spans(open_: Sequence[OpenWindow], days: Days) -> list[tuple[OpenWindow, int, int]]:
    """Which of some sessions lie in each window, for the windows in which any do."""
    spans = (
        (
            item,
            position_in(days, item.window.first_day),
            position_in(days, item.window.last_day, "right"),
        )
        for item in open_
    )
    return [(item, start, stop) for item, start, stop in spans if start < stop]


class OpenWindows:
    """Windows with the sessions known so far, to be ended with sessions that may come, as often as asked.

    The arguments are those of ``scan``; ``market`` ends with what is known.
    """

    def __init__(
        self,
        market: Market,
        windows: Sequence[Window],
        float_at: FloatAt,
        rates: Rates,
        late_float: bool = False,
        begins: Callable[[Window], Days] | None = None,
    ) -> None:
        self._scan = _Scan(market, float_at, rates, late_float, begins)
        self._done, self._open = self._scan.begun(tuple(dict.fromkeys(windows)))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of ``daily`` the windows are made from."""
        return self._scan.names

    def ended(self, coming: Sessions) -> dict[Window, WindowValues]:
        """The values of all windows, where the sessions ``coming`` follow those known."""
        open_ = [
            replace(
                item,
                total=item.total.copy(),
                count=item.count.copy(),
                listed=None if item.listed is None else item.listed.copy(),
                kept=list(item.kept),
                days=list(item.days),
            )
            for item in self._open
        ]
        self._scan.enter(coming, _spans(open_, coming.days))
        return self._done | {item.window: closed(item, self._scan.adjusted) for item in open_}
