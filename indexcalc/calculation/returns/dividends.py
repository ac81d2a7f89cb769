"""Ordinary cash dividends of the lines of a market, by the session on which they go ex.

An ``estimated`` row (KRX books last year's amount on the ex-date) counts as an ordinary dividend
until an ordinary row of the same line and ex-date is known, then not at all.
"""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Codes, Floats, Ints
from indexcalc.calculation.prices.corporate_actions import CASH_KINDS
from indexcalc.calculation.prices.withholding import countries
from indexcalc.market import arrow
from indexcalc.market.as_of import keys
from indexcalc.market.market import Market

ORDINARY, ESTIMATED = "ordinary", "estimated"
KINDS = frozenset({ORDINARY, ESTIMATED}) | CASH_KINDS


def has_dividends(market: Market) -> bool:
    """Does a market have a row of dividends?"""
    table = market.table("dividends")
    return table is not None and table.num_rows > 0


class OrdinaryDividends:
    """Rows (n,) in order of session and line.

    ``session``: the observed session that begins ex; an ex-date that is not observed counts on the
    next that is.  ``amount``: per share held before that day's events, in ``currency`` ('': the
    line's).  ``country`` of the line as known on the ex-date ('': not known).  ``strange``:
    (code, ex-day, kind) of rows whose kind is none of ``KINDS``.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        self.strange: list[tuple[int, int, str]] = []
        self.session: Ints = np.zeros(0, dtype=np.int64)
        self.code: Codes = np.zeros(0, dtype=np.int32)
        self.ex_day: Codes = self.code
        self.amount: Floats = np.zeros(0)
        self.currency: list[str] = []
        self.country: list[str] = []
        table, days = market.table("dividends"), market.days
        if table is None or table.num_rows == 0:
            return
        codes = arrow.codes_into(table.column("symbol"), self.market.order)
        ex_days = arrow.days(table.column("ex_date"))
        kind, names = arrow.coded(table.column("kind"))
        kinds = np.array([*(name or ORDINARY for name in names), ORDINARY])  # -1: none is said
        strange = ~np.isin(kinds, sorted(KINDS))[kind] & (codes >= 0)
        for row in np.flatnonzero(strange).tolist():
            self.strange.append((int(codes[row]), int(ex_days[row]), str(kinds[kind[row]])))
        counts, estimate = (kinds == ORDINARY)[kind], (kinds == ESTIMATED)[kind]
        if estimate.any():
            pairs = keys(codes, ex_days)
            counts |= estimate & ~np.isin(pairs, pairs[counts])
        session = np.searchsorted(days, ex_days)
        rows = np.flatnonzero(counts & (codes >= 0) & (session < days.size))
        rows = rows[np.lexsort((codes[rows], session[rows]))]
        self.session, self.code = session[rows].astype(np.int64), codes[rows]
        self.ex_day, self.amount = ex_days[rows], arrow.floats(table.column("amount"))[rows]
        self.currency = [""] * rows.size
        if "currency" in table.column_names:
            of_row, names = arrow.coded(table.column("currency"))
            self.currency = np.array([*names, ""], dtype=np.object_)[of_row[rows]].tolist()
        self.country = countries(self.market, self.code, self.ex_day)

    def rows(self, first: int, stop: int) -> slice:
        """The rows of the observed sessions ``first`` to ``stop`` (not included)."""
        bounds = np.searchsorted(self.session, [first, stop])
        return slice(int(bounds[0]), int(bounds[1]))
