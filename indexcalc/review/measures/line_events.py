"""From which day on a line has been what it is: for windows ``since`` an event of the line.

- ``listing``: each listing date, and the day of a row that says how the line came to be listed.
- ``merger``: of the line that took another over, the day the shares it issued are listed, else the
  ex-date; and a row ``listed_by: merger``.
- ``demerger``: of the company that stays, the ex-date; of the new one, its listing.
- ``resumption``: the end of a ``delisting_review``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from indexcalc.arrays import Codes, Days
from indexcalc.market import arrow
from indexcalc.market.as_of import History
from indexcalc.market.market import Market

_EARLY = np.iinfo(np.int32).min


class LineEvents:
    """The days of events of all lines of a market; those of each set of kinds are read once."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self._by_day: dict[tuple[str, ...], tuple[Codes, Days]] = {}

    def begins(self, kinds: tuple[str, ...], first_day: int, last_day: int) -> Days:
        """The last day (n_symbols,) in ``first_day .. last_day`` of an event of each line; before all
        days where there is none."""
        begins = np.full(len(self.market.symbols), _EARLY, dtype=np.int32)
        codes, days = self._of(kinds)
        inside = slice(*days.searchsorted((first_day, last_day + 1)))
        begins[codes[inside]] = days[inside]  # of several of a line the last stays: the latest
        return begins

    def _of(self, kinds: tuple[str, ...]) -> tuple[Codes, Days]:
        """(codes, days) of the events of some kinds, by day."""
        if kinds not in self._by_day:
            rows = (*self._listings(), *self._actions(), *self._resumptions())
            found = sorted((day, code) for kind, code, day in rows if kind in kinds)
            days, codes = np.array(found, dtype=np.int32).reshape(-1, 2).T
            self._by_day[kinds] = codes, days
        return self._by_day[kinds]

    def _listings(self) -> Iterator[tuple[str, int, int]]:
        table = self.market.table("securities")
        if table is None:
            return
        history = History(table, "valid_from", self.market.order)
        dates = np.full(table.num_rows, arrow.NULL_DAY, dtype=np.int32)
        if "listing_date" in table.column_names:
            dates = arrow.days(table.column("listing_date"))
        words: list[str | None] = [None] * table.num_rows
        if "listed_by" in table.column_names:
            words = arrow.texts(table.column("listed_by"))
        for row in np.flatnonzero(history.codes >= 0).tolist():
            code, word = int(history.codes[row]), words[row]
            if dates[row] != arrow.NULL_DAY:
                yield "listing", code, int(dates[row])
            if word in ("merger", "demerger"):
                yield word, code, max(int(history.from_days[row]), int(dates[row]))

    def _actions(self) -> Iterator[tuple[str, int, int]]:
        table = self.market.table("corporate_actions")
        if table is None:
            return
        codes = arrow.codes_into(table.column("symbol"), self.market.order)
        days = arrow.days(table.column("ex_date"))
        listed = np.full(codes.size, arrow.NULL_DAY, dtype=np.int32)
        if "list_date" in table.column_names:
            listed = arrow.days(table.column("list_date"))
        others = np.full(codes.size, -1, dtype=np.int32)
        if "other_symbol" in table.column_names:
            others = arrow.codes_into(table.column("other_symbol"), self.market.order)
        for row, word in enumerate(arrow.texts(table.column("type"))):
            if word == "merger" and others[row] >= 0:
                day = days[row] if listed[row] == arrow.NULL_DAY else listed[row]
                yield "merger", int(others[row]), int(day)
            elif word == "spin_off" and codes[row] >= 0:
                yield "demerger", int(codes[row]), int(days[row])

    def _resumptions(self) -> Iterator[tuple[str, int, int]]:
        table = self.market.table("designations")
        if table is None or "to" not in table.column_names:
            return
        codes = arrow.codes_into(table.column("symbol"), self.market.order)
        ends = arrow.days(table.column("to"))
        for row, kind in enumerate(arrow.texts(table.column("kind"))):
            if kind == "delisting_review" and codes[row] >= 0 and ends[row] != arrow.NULL_DAY:
                yield "resumption", int(codes[row]), int(ends[row])
