"""Which lines something may have happened to; for every other line nothing did.

These are the lines of actions and endings, and their other lines; with pending shares; that ended, or
whose price is not their last close; with a base price other than the last close, a large step of the
listed shares, or a move beyond the daily limit where no base price is known.  Where only some lines are
asked for, all others are left as their rows have them.  A line that comes with a base price of the
exchange and trades is none of them: that base is all there is to it.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints, true_cells
from indexcalc.calculation.prices.apply_actions import LineEvents
from indexcalc.calculation.prices.daily_rows import DailyRows
from indexcalc.calculation.prices.gaps import large_steps
from indexcalc.calculation.prices.lines import State
from indexcalc.calculation.prices.pending_shares import PENDING_SESSIONS
from indexcalc.market.panel_cache.cells import Cells


class Touched(Struct, frozen=True):
    """What may have happened to lines over some sessions.

    ``codes``: the lines (ascending) whose sessions have to be worked out one by one.  Of all others,
    ``opened`` are the first base prices, and ``away`` lines (ascending) that ended and are still gone.
    """

    codes: Codes
    opened: Cells
    away: Codes


def touched(rows: DailyRows, events: LineEvents, state: State, partly: Ints) -> Touched:
    """What may have happened over the sessions ``rows``; ``partly``: lines that lack a row in some."""
    first, stop = rows.first, rows.first + rows.days.size
    unknown = np.isnan(state.close) & np.isnan(state.raw_close)
    marked = (state.close != state.raw_close) & ~unknown
    gone = np.array(sorted(state.gone), dtype=np.int32)
    marked[gone] = rows.printed[:, gone].any(axis=0)
    # An ending sets the price of the session before it.
    happens = (*events.acting.within(first, stop), *events.endings.within(first, stop + 1))
    marked[[action.code for _, action in happens]] = True
    marked[[action.other for _, action in happens if action.other >= 0]] = True
    marked[[code for code, waiting in state.pending.items() if waiting]] = True
    waiting = {*state.ended, *state.frozen, *state.unjudged, *state.entering}
    marked[sorted(waiting)] = True
    _mark_shares(rows, state.listed, marked)
    if events.leaves():
        # Without a price before it there was nothing to leave.
        marked |= rows.present[0] & ~state.present & ~np.isnan(state.raw_close)
        present = rows.present[:, partly]
        session, place = true_cells(present[1:] & ~present[:-1])
        marked[partly[place[~np.isnan(rows.raw[session, partly[place]])]]] = True
    first_bases = _mark_prices(rows, events, marked)
    for takeover in events.takeovers:
        # The shares an acquirer issues explain a step of its count.
        if first - PENDING_SESSIONS <= takeover.session < stop and marked[takeover.acquirer]:
            marked[takeover.target] = True
    others = ~marked
    if events.only is not None:
        marked &= events.only
        others &= events.only
    opened = Cells(*(part[others[first_bases.codes]] for part in first_bases))
    return Touched(np.flatnonzero(marked).astype(np.int32), opened, gone[~marked[gone]])


def _mark_shares(rows: DailyRows, listed: Floats, marked: Bools) -> None:
    """Large steps of the listed shares; ``listed`` (n_symbols,): before the first session."""
    order = np.argsort(rows.shares.codes, kind="stable")
    codes, counts = rows.shares.codes[order], rows.shares.values[order]
    if not codes.size:
        return
    begins = np.append(True, codes[1:] != codes[:-1])
    was = np.where(begins, listed[codes], np.append(0.0, counts[:-1]))
    with np.errstate(invalid="ignore", divide="ignore"):
        marked[codes[large_steps(counts / was)]] = True


def _mark_prices(rows: DailyRows, events: LineEvents, marked: Bools) -> Cells:
    """Base prices other than the last close, and moves beyond the limit where none is known.

    A line's base price in the session of its first close is no reason: these are given back.
    """
    n_sessions = rows.days.size
    # Over unobserved sessions a base price measures from another close.
    known = events.passed[rows.first : rows.first + n_sessions] == 1
    if rows.bases is None:
        known = np.zeros(n_sessions, dtype=np.bool_)
    low, high = np.zeros(n_sessions), np.full(n_sessions, np.inf)
    if events.gaps.limit is not None:
        low, high = events.gaps.bounds(rows.first, n_sessions)
    opened = Cells(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
    if rows.bases is not None:
        session, code, value = rows.bases
        before = np.where(session > 0, rows.raw[session - 1, code], rows.before[code])
        stated = ~np.isnan(value)
        told = stated & known[session]
        opens = told & np.isnan(before) & rows.printed[session, code]
        marked[code[told & ~opens]] = True
        opened = Cells(session[opens], code[opens], value[opens])
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = rows.raw[session, code] / before
        beyond = (ratio < low[session]) | (ratio > high[session])
        marked[code[beyond & ~stated]] = True
    if events.gaps.limit is None or known.all():
        return opened
    at = np.flatnonzero(~known)
    before = rows.raw[at - 1]
    if at[0] == 0:
        before[0] = rows.before
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = rows.raw[at] / before
    marked |= ((ratio < low[at, None]) | (ratio > high[at, None])).any(axis=0)
    return opened
