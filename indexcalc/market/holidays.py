"""Lines of several exchanges in one market: each has no row on the holidays of its own.

The lines of one currency are taken for those of one calendar: a day on which none of them has a row,
and lines in another currency have, is their holiday.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Days, Ints
from indexcalc.market import arrow
from indexcalc.market.calendar.choose import choose
from indexcalc.market.calendar.packaged import sessions_of
from indexcalc.market.calendar.sessions import Sessions, date_of, date_text
from indexcalc.market.exchange_rates import distinct, line_currencies
from indexcalc.market.market import Market
from indexcalc.notes import note

CARRIED = "carried"
_ROWS = 250
_SHOWN = 5
_LONGEST = 10


class OwnSessions(Struct, frozen=True):
    """Which lines have rows when.

    ``open`` (n_currencies, n_days): some line in ``currencies[i]`` has a row on that observed session.
    ``of_line`` (n_symbols,): positions in ``currencies``.
    """

    currencies: tuple[str, ...]
    of_line: Ints
    open: Bools

    @property
    def holidays(self) -> bool:
        """Has any currency a holiday?"""
        return bool(self.closed.any())

    def at_home(self, rows: Ints, codes: Codes, step: int) -> Ints:
        """Observed sessions; for each that is a holiday of its line the next (``step`` 1; the number of
        sessions where there is none yet) or last (-1)."""
        places = np.arange(self.open.shape[1])
        if step > 0:
            later = np.where(self.closed, places.size, places)[:, ::-1]
            nearest = np.minimum.accumulate(later, axis=1)[:, ::-1]
        else:
            nearest = np.maximum.accumulate(np.where(self.closed, 0, places), axis=1)
        found: Ints = nearest[self.of_line[codes], rows]
        return found

    @property
    def closed(self) -> Bools:
        """(n_currencies, n_days): sessions without a row, at most ten after one with: what comes later
        changes none of it."""
        places = np.arange(self.open.shape[1])
        last = np.maximum.accumulate(np.where(self.open, places, -places.size - _LONGEST), axis=1)
        return ~self.open & (places - last <= _LONGEST)


def own_sessions(market: Market, home: str) -> OwnSessions | None:
    """The sessions of each currency; None where all lines are quoted in one.

    ``home``: the currency of a line of which none is known.
    """
    return market.memo(("own sessions", home), lambda: _own_sessions(market, home))


def _own_sessions(market: Market, home: str) -> OwnSessions | None:
    currencies, of_line = distinct(line_currencies(market, home))
    if len(currencies) < 2:
        return None
    panel = market.panel
    panel.need([])
    is_open = np.zeros((len(currencies), panel.size), dtype=np.bool_)
    for first in range(0, panel.size, _ROWS):
        stop = min(first + _ROWS, panel.size)
        present = panel.present(first, stop)
        for place in range(len(currencies)):
            is_open[place, first:stop] = present[:, of_line == place].any(axis=1)
    return OwnSessions(currencies, of_line, is_open)


def lines_away(market: Market, session: int) -> Bools | None:
    """Lines (n_symbols,) on a holiday of their own on an observed session; None where none can be."""
    own = own_sessions(market, "")
    if own is None or not 0 <= session < own.open.shape[1]:
        return None
    away: Bools = own.closed[own.of_line, session]
    return away if away.any() else None


def on_holiday(market: Market, present: Bools, first: int) -> Bools:
    """``present`` (n_sessions, n_lines) from session ``first`` on, with lines on holidays of their own
    that had a row on the session before them."""
    own = own_sessions(market, "")
    if own is None:
        return present
    closed = own.closed[:, first : first + present.shape[0]]
    if not closed.any():
        return present
    seen = present.copy()
    lines = np.arange(present.shape[1], dtype=np.int32)
    for column in np.flatnonzero(closed.any(axis=0)).tolist():
        last = own.at_home(np.full(lines.size, first + column), lines, -1)
        for row in np.unique(last[last < first + column]).tolist():
            there = market.panel.present(row, row + 1)[0]
            seen[column] |= there & (last == row)
    return seen


def sessions_of_run(
    market: Market, calendar: str, home: str, missing_row: str, observed: Days | None = None
) -> tuple[Sessions, list[str]]:
    """The sessions of a run and what had to be assumed about them (``choose``), other exchanges' too.

    A weekday that is no session of ``calendar`` and has rows in other currencies than ``home`` alone is a
    session of another exchange, and counts; with ``missing_row`` carried every day with a row does.  Not
    where the market has a table ``sessions``: that is all there are.
    ``observed``: the dates of ``daily`` unless said.
    """
    table = market.table("sessions")
    said = None if table is None else arrow.days(table.column("date"))
    days = market.days if observed is None else observed
    sessions, notes = choose(calendar, None, said, days)
    others = sessions.strange(market.days)
    if said is not None or not others.size:
        return sessions, notes
    why = "--assume missing_row=carried"
    if missing_row != CARRIED:
        others, why = _of_others(market, home, others), note("no_home_row", currency=home)
    if not others.size:
        return sessions, notes
    joined = Sessions(
        sessions.name,
        sessions.version,
        sessions_of(sessions.name, np.union1d(sessions.days, others)).days,
    )
    notes = [said for said in notes if "are not sessions of" not in said]
    shown = ", ".join(date_of(day).isoformat() for day in others[:_SHOWN])
    if others.size > _SHOWN:
        shown = note("and_more", days=shown, n=others.size - _SHOWN)
    notes.append(note("other_exchange", n=others.size, calendar=sessions.name, why=why, days=shown))
    return joined, notes


def _of_others(market: Market, home: str, days: Days) -> Days:
    """Those of ``days`` that are weekdays with rows in other currencies than ``home`` alone."""
    own = own_sessions(market, home)
    if own is None:
        return days[:0]
    at = np.searchsorted(market.days, days)
    weekdays = (days + 3) % 7 < 5  # 1970-01-01 was a Thursday
    at_home = [place for place, name in enumerate(own.currencies) if name == home]
    return days[weekdays & ~own.open[at_home][:, at].any(axis=0)]


def holiday_notes(market: Market, home: str, missing_row: str) -> list[str]:
    """What is taken for granted of lines without a row on holidays of their own."""
    own = own_sessions(market, home)
    if own is None or not own.holidays or missing_row == "not_listed":
        return []
    closed = own.closed
    parts = [
        note(
            "holidays_of",
            currency=name,
            n=int(closed[place].sum()),
            day=date_text(int(market.days[closed[place].argmax()])),
        )
        for place, name in enumerate(own.currencies)
        if closed[place].any()
    ]
    return [note("own_holidays", currencies=", ".join(parts))]
