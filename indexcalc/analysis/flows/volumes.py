"""What lines usually trade: mean volumes in today's shares, and their closes as a holder lives them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from indexcalc.analysis.flows.holdings import ActionDays
from indexcalc.arrays import Codes, Days, Floats
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import window
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.values import Special

SHORT, LONG = 20, 60


@dataclass(slots=True, eq=False)
class Traded:
    """Volumes and closes (n, n_sessions) of some lines over all observed sessions of a market.

    ``volume`` in shares as of its day, NaN without a row; None: the market has no such column.
    """

    market: Market
    codes: Codes
    actions: ActionDays
    days: Days = field(init=False)
    volume: Floats | None = field(init=False, default=None)
    close: Floats = field(init=False)
    steps: list[list[tuple[int, float]]] = field(init=False)

    def __post_init__(self) -> None:
        self.days = self.market.days
        panel = self.market.panel
        panel.need(("close", "volume"))
        shape = (self.codes.size, self.days.size)
        self.close = np.full(shape, np.nan)
        if panel.has("volume"):
            self.volume = np.full(shape, np.nan)
        for chunk in panel.chunks():
            bounds = (chunk.start, chunk.stop)
            self.close[:, chunk] = panel.column("close", *bounds)[:, self.codes].T
            if self.volume is not None:
                self.volume[:, chunk] = panel.column("volume", *bounds)[:, self.codes].T
        wanted = {int(code): column for column, code in enumerate(self.codes)}
        self.steps = [[] for _ in self.codes]
        for (session, line), rows in sorted(self.actions.cells.items()):
            if line in wanted:
                self.steps[wanted[line]].extend(
                    (session, row.share_factor) for row in rows if row.share_factor != 1.0
                )

    def mean_volume(self, codes: Codes, first: int, stop: int, on: int) -> Floats:
        """Mean volume (m,) of lines over the sessions ``[first, stop)``, in shares of session ``on``.

        Positions among the observed sessions; only those with a row count; NaN where there is none.
        """
        rows = np.searchsorted(self.codes, codes)
        if self.volume is None or stop <= first:
            return np.full(codes.size, np.nan)
        part = self.volume[rows, max(first, 0) : stop].copy()
        for line, row in enumerate(rows.tolist()):
            for session, factor in self.steps[row]:
                if first < session <= on:
                    part[line, : max(session - max(first, 0), 0)] *= factor
        seen = ~np.isnan(part)
        count = seen.sum(axis=1)
        total = np.where(seen, part, 0.0).sum(axis=1)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def last_sessions(self, n: int, to_day: int) -> tuple[int, int]:
        """The last ``n`` observed sessions up to a day, as positions ``[first, stop)``."""
        stop = int(np.searchsorted(self.days, to_day, side="right"))
        return max(0, stop - n), stop


def review_window(
    rule: Methodology, days: Days, cutoff: int, effective: int
) -> tuple[int, int] | None:
    """First and last day of the window over which a review measures trading, else size; None: neither.

    The longest window that ends with the cut-off, of measures of traded value or volume if there are any.
    """
    sessions = Sessions("observed", "", days)
    cutoff_date, on = date_of(cutoff), date_of(effective)
    windows: list[tuple[bool, int]] = []
    for dated in rule.measures.values():
        measure = dated.at(on)
        if isinstance(measure, Special) or measure.over is None:
            continue
        over = measure.over.at(on)
        if isinstance(over, Special):
            continue
        columns = [getattr(measure, kind) for kind in ("mean", "median", "sum", "min")]
        first, stop = window(over, sessions, cutoff_date)
        if first < stop:
            trades = bool({"traded_value", "volume"} & {name for name in columns if name})
            windows.append((trades, int(sessions.days[first])))
    if not windows:
        return None
    wanted = [day for trades, day in windows if trades] or [day for _, day in windows]
    return min(wanted), cutoff
