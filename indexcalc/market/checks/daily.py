"""The daily rows of a market, checked in one pass with a row group in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.arrays import Codes, Ints
from indexcalc.diagnostics import Findings, quantity
from indexcalc.market import arrow, store
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.checks.tie_out import Summer, TieOut
from indexcalc.market.conform import conform
from indexcalc.market.holidays import own_sessions
from indexcalc.market.market import Market
from indexcalc.market.places.place import RemotePath

_LISTED = 20


class DailyCheck:
    """One pass over ``daily``: what conform checks, holes, rows after a delisting, exact sums."""

    def __init__(self, market: Market, findings: Findings) -> None:
        self.market = market
        self.findings = findings
        self.position = {day: index for index, day in enumerate(market.days.tolist())}
        n_symbols = len(market.symbols)
        self.last_seen = np.full(n_symbols, -1, dtype=np.int64)
        self.holes: list[tuple[str, int, int]] = []  # symbol, first day without a row, sessions
        self.n_holes = 0
        self.delisted = delisting_days(market)
        self.late: dict[str, tuple[int, int]] = {}  # symbol -> first day after delisting, rows
        self.summer = Summer(market)
        self.own = own_sessions(market, "")
        if self.own is not None:
            self.closed = np.cumsum(self.own.closed, axis=1)

    def run(self) -> TieOut:
        """Read every row group and record what is wrong; the sums for the published figures."""
        last_day = -1
        for first, table in blocks(self.market):
            conformed = conform("daily", table, self.findings, first)
            if conformed is None:
                continue
            days = arrow.days(conformed.column("date"))
            if not days.size:
                continue
            if int(days[0]) <= last_day:
                self.findings.add(
                    "DAT004",
                    f"{date_text(int(days[0]))} is in two row groups or files",
                    path=first,
                    hint="the market was not written by this program: import the data again",
                )
            last_day = int(days[-1])
            codes = arrow.codes_into(conformed.column("symbol"), self.market.order)
            self._holes(codes, days)
            self._after_delisting(codes, days)
            if "shares_outstanding" in conformed.column_names:
                close, shares = (conformed.column(n) for n in ("close", "shares_outstanding"))
                self.summer.add(codes, days, close, shares)
        self._report()
        return self.summer.result

    def _holes(self, codes: Codes, days: Codes) -> None:
        index = np.searchsorted(self.market.days, days)
        order = np.lexsort((index, codes))
        code, at = codes[order], index[order]
        before = np.empty(at.size, dtype=np.int64)
        before[1:] = at[:-1]
        first = np.concatenate(([True], code[1:] != code[:-1]))
        before[first] = self.last_seen[code[first]]
        away = at - before - 1
        if self.own is not None:
            # Holidays of a line's own exchange are no hole.
            group = self.own.of_line[code]
            away -= self.closed[group, at] - self.closed[group, np.maximum(before, 0)]
        gap = (before >= 0) & (away > 0)
        self.n_holes += int(gap.sum())
        for row in np.flatnonzero(gap)[: max(_LISTED - len(self.holes), 0)]:
            missing = int(away[row])
            between = np.arange(before[row] + 1, at[row])
            if self.own is not None:
                between = between[~self.own.closed[self.own.of_line[code[row]], between]]
            day = int(self.market.days[between[0]])
            self.holes.append((self.market.symbols[code[row]], day, missing))
        last = np.concatenate((code[1:] != code[:-1], [True]))
        self.last_seen[code[last]] = at[last]

    def _after_delisting(self, codes: Codes, days: Codes) -> None:
        late = np.flatnonzero(days >= self.delisted[codes])
        for row in late:
            symbol = self.market.symbols[codes[row]]
            first, count = self.late.get(symbol, (int(days[row]), 0))
            self.late[symbol] = (first, count + 1)

    def _report(self) -> None:
        place = f"{self.market.place}/daily"
        if self.n_holes:
            shown = ", ".join(
                f"{symbol} {date_text(day)}" + (f" ({missing} sessions)" if missing > 1 else "")
                for symbol, day, missing in self.holes[:5]
            )
            more = f" and {self.n_holes - 5} more" if self.n_holes > 5 else ""
            self.findings.add(
                "DAT030",
                f"{quantity(self.n_holes, 'time')} a line has no row and comes back: {shown}{more}",
                path=place,
                hint="the market is complete: a line counts as not listed in a hole"
                if self.market.complete
                else "a member with a hole is an error unless --assume missing_row=carried",
            )
        for symbol, (day, count) in sorted(self.late.items())[:_LISTED]:
            delisted = int(self.delisted[self.market.order[symbol]])
            self.findings.add(
                "DAT035",
                f"delisted on {date_text(delisted)}, {quantity(count, 'row')} from {date_text(day)} on",
                path=place,
                where=symbol,
            )


def blocks(market: Market) -> Iterator[tuple[str, Any]]:
    """(place in words, table) of every row group of ``daily``, or of the one table in memory."""
    for source in market.daily_sources():
        if not isinstance(source, Path | RemotePath):
            yield "daily", source
            continue
        file = store.open_parquet(source)
        try:
            for group in range(file.num_row_groups):
                with store.reading(source):
                    table = file.read_row_group(group)
                yield f"{source}", table
        finally:
            file.close()


def delisting_days(market: Market) -> Ints:
    """Day from which each line is no longer listed, by ``market.symbols``; a far day where none is.

    A listing on or after the delisting (a line that came back) takes it away.
    """
    never = np.iinfo(np.int32).max
    delisted = np.full(len(market.symbols), never, dtype=np.int64)
    securities = market.table("securities")
    if securities is None or "delisting_date" not in securities.column_names:
        return delisted
    codes = arrow.codes_into(securities.column("symbol"), market.order)
    ends = arrow.days(securities.column("delisting_date")).astype(np.int64)
    rows = np.flatnonzero((codes >= 0) & (ends != arrow.NULL_DAY))
    delisted[codes[rows]] = ends[rows]  # rows are in order of valid_from: the last value counts
    if "listing_date" in securities.column_names:
        starts = arrow.days(securities.column("listing_date")).astype(np.int64)
        back = np.flatnonzero((codes >= 0) & (starts != arrow.NULL_DAY))
        back = back[starts[back] >= delisted[codes[back]]]
        delisted[codes[back]] = never
    return delisted
