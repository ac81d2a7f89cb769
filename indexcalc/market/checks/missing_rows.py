"""Rows that a market should have: sessions on which many lines have none, or no line has one.

A file that was cut off, or of one board alone, leaves a day with a part of its lines: where the market is
complete they count as not listed there.  Told by ``market check``, by the import that brings the day,
and by a run that held one of the lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Bools, Days, Floats, Ints
from indexcalc.diagnostics import Diagnostic, Findings, quantity
from indexcalc.market import arrow, store
from indexcalc.market.calendar import choose as calendars
from indexcalc.market.calendar.sessions import Sessions, date_text
from indexcalc.market.checks.daily import delisting_days
from indexcalc.market.holidays import own_sessions, sessions_of_run
from indexcalc.market.market import Market
from indexcalc.market.market_json import read_contents
from indexcalc.market.panel_cache.panel import Panel
from indexcalc.market.places.place import Place
from indexcalc.market.plausibility import threshold

# Fewer lines than this leave a market on a day without anybody wondering.
FEWEST = 5
_SHOWN = 5


def missing_sessions(
    sessions: Sessions, days: Days, place: str, first: int, last: int
) -> list[Diagnostic]:
    """DAT037: sessions from the day ``first`` to ``last`` that are none of ``days``, those of ``daily``."""
    inside = sessions.days[(sessions.days >= first) & (sessions.days <= last)]
    missing = inside[~np.isin(inside, days, assume_unique=True)]
    findings = Findings()
    if missing.size:
        shown = ", ".join(date_text(int(day)) for day in missing[:_SHOWN])
        more = f" and {missing.size - _SHOWN} more" if missing.size > _SHOWN else ""
        findings.add(
            "DAT037",
            f"{missing.size} of {quantity(inside.size, 'session')} of {sessions.name} "
            f"{'has' if missing.size == 1 else 'have'} no row: {shown}{more}",
            path=f"{place}/daily",
        )
    return findings.items


def thin_sessions(
    market: Market, first: int = 0, stop: int | None = None, lines: Bools | None = None
) -> list[Diagnostic]:
    """DAT039: observed sessions ``first`` to ``stop`` (not with it) on which many lines lack a row.

    Many: as many as the threshold ``missing_rows`` and ``FEWEST`` say, of the lines that have one on the
    session before, less those that come new.  Lines on a holiday of their own exchange and lines that are
    delisted lack none.  ``lines`` (n_symbols,): only where one of them lacks it.
    """
    counts = market.panel.fact("/rows", 3, _counts)[:, 2].astype(np.int64)
    stop = counts.size if stop is None else min(stop, counts.size)
    return _thin(market, _fewer(market, counts, max(first, 1), stop), lines)


def rows_of_days(market: Market, place: Place, tables: Iterable[Any]) -> list[Diagnostic]:
    """DAT037 and DAT039 on the days of imported daily rows (``tables``), and on the session after each.

    ``place``: where the market is stored.
    """
    new = [np.unique(arrow.days(arrow.one_array(table.column("date")))) for table in tables]
    if not new:
        return []
    days = market.days
    touched = np.searchsorted(days, np.unique(np.concatenate(new)))
    touched = touched[touched < days.size]
    if not touched.size:
        return []
    low, high = max(int(touched[0]) - 1, 0), min(int(touched[-1]) + 1, days.size - 1)
    found: list[Diagnostic] = []
    calendar = str(market.facts.get("calendar", ""))
    if calendar in calendars.names() or market.table("sessions") is not None:
        home = str(market.facts.get("currency", ""))
        sessions, _ = sessions_of_run(market, calendar, home, "")
        found += missing_sessions(sessions, days, market.place, int(days[low]), int(days[high]))
    counts = _counts_of_files(market, place, low, high)
    fewer = _fewer(market, counts, low + 1, high + 1)
    return [*found, *_thin(market, fewer[np.isin(fewer, [touched, touched + 1])], None)]


def _counts(panel: Panel) -> Floats:
    """(session, 0, its rows) of each observed session."""
    counts = np.zeros((panel.size, 3))
    counts[:, 0] = np.arange(panel.size)
    for rows in panel.chunks():
        counts[rows, 2] = panel.present(rows.start, rows.stop).sum(axis=1)
    return counts


def _counts_of_files(market: Market, place: Place, low: int, high: int) -> Ints:
    """Rows of the sessions ``low`` to ``high`` (with it), from the dates of the files that hold them."""
    counts = np.zeros(market.days.size, dtype=np.int64)
    first, last = date_text(int(market.days[low])), date_text(int(market.days[high]))
    for item in read_contents(place).of("daily"):
        if item.last < first or item.first > last:
            continue
        file = store.open_parquet(place / item.name)
        with store.reading(place / item.name):
            groups = store.groups_between(file, first, last)
            dates = file.read_row_groups(groups, columns=["date"]).column("date")
        days, rows = np.unique(arrow.days(arrow.one_array(dates)), return_counts=True)
        counts[np.searchsorted(market.days, days)] += rows
    return counts


def _fewer(market: Market, counts: Ints, first: int, stop: int) -> Ints:
    """The sessions with so many rows fewer than the one before that they may be thin."""
    share = threshold(market.facts, "missing_rows")
    if share is None or stop <= first:
        return np.zeros(0, dtype=np.int64)
    before, here = counts[first - 1 : stop - 1], counts[first:stop]
    fewer: Ints = np.flatnonzero(before - here >= np.maximum(share * before, FEWEST)) + first
    return fewer


def _thin(market: Market, sessions: Ints, lines: Bools | None) -> list[Diagnostic]:
    """DAT039 of those of ``sessions`` that are thin once holidays and delistings are taken away."""
    findings = Findings()
    share = threshold(market.facts, "missing_rows")
    if share is None or not sessions.size:
        return []
    own, gone_from = own_sessions(market, ""), delisting_days(market)
    for session in sessions.tolist():
        before, here = market.panel.present(session - 1, session + 1)
        awaited = before & (gone_from > market.days[session])
        if own is not None:
            awaited &= ~own.closed[own.of_line, session]
        missing = awaited & ~here
        n_missing, n_awaited = int(missing.sum()), int(awaited.sum())
        new = int((here & ~before).sum())
        if n_missing - new < max(share * n_awaited, FEWEST):
            continue
        if lines is not None and not (missing & lines).any():
            continue
        _tell(market, session, (n_missing, n_awaited), findings)
    return findings.items


def _tell(market: Market, session: int, lack: Sequence[int], findings: Findings) -> None:
    day, before = (date_text(int(market.days[at])) for at in (session, session - 1))
    effect = (
        "they count as not listed there" if market.complete else "a member among them is an error"
    )
    findings.add(
        "DAT039",
        f"{lack[0]:,} of the {lack[1]:,} lines of {before} have no row on {day}: {effect}",
        where=day,
        path=f"{market.place}/daily",
        hint=f"was the file of {day} whole?  import all lines of that day; where they did go, "
        "`plausible: {missing_rows: null}` in market.json switches this off",
    )
