"""Float factors as the table ``float_factors`` gives them.

A row with a null ``known_at`` is known on its effective date, so that a factor effective on the day of a
review is not known at its pricing; ``FloatTable.unknown_yet`` finds such rows.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from indexcalc.arrays import Bools, Codes, Days, Floats, position_in
from indexcalc.market import arrow
from indexcalc.market.as_of import known_days
from indexcalc.market.market import Market


class FloatTable:
    """Lookups into ``float_factors`` by the day a factor is in force and the day it was known."""

    def __init__(self, market: Market) -> None:
        table = market.table("float_factors")
        self.n = len(market.symbols)
        self._last: tuple[int, Floats] | None = None
        if table is None:
            self.codes: Codes = np.zeros(0, dtype=np.int32)
            self.days: Days = np.zeros(0, dtype=np.int32)
            self.known: Days = np.zeros(0, dtype=np.int32)
            self.dated: Bools = np.zeros(0, dtype=np.bool_)
            self.factors: Floats = np.zeros(0)
            return
        codes = arrow.codes_into(table.column("symbol"), market.order)
        days = arrow.days(table.column("effective_date"))
        # In the order in which a line's rows hold, so that a lookup only filters.
        keep = np.lexsort((days, codes))[int(np.count_nonzero(codes < 0)) :]
        self.codes = codes[keep]
        self.days = days[keep]
        self.known = known_days(table)[keep]
        self.dated = self.known != arrow.NULL_DAY
        self.known = np.where(self.dated, self.known, self.days).astype(np.int32)
        self.factors = arrow.floats(table.column("float_factor"))[keep]

    @property
    def late(self) -> bool:
        """Does a factor become known after the day from which it holds?"""
        return bool((self.known > self.days).any())

    @cached_property
    def change_days(self) -> Days:
        """The days on which a factor comes to count, ascending."""
        return np.unique(np.maximum(self.days, self.known))

    def days_counting(self, lines: Bools) -> Days:
        """The days, ascending, on which rows of some lines (n,) come to count as known on the day."""
        return np.sort(np.maximum(self.days, self.known)[lines[self.codes]])

    def unknown_yet(self, day: int, known_by: int) -> Codes:
        """Lines with a factor of ``known_by`` < effective date <= ``day`` without a ``known_at``, where it
        is another than the one in force."""
        late = (self.days <= day) & (self.days > known_by) & ~self.dated
        before = self.at(day, known_by)
        after = before.copy()
        after[self.codes[late]] = self.factors[late]
        lines = np.unique(self.codes[late])
        news: Codes = lines[after[lines] != before[lines]]
        return news

    def at(self, day: int, known_by: int) -> Floats:
        """Factors (n,) in force on ``day`` as known on ``known_by``; NaN where none is.

        The array is not to be written to: it is given again until another row counts.
        """
        counting = position_in(self.change_days, day, "right") if day == known_by else -1
        if counting >= 0 and self._last is not None and self._last[0] == counting:
            return self._last[1]
        factors = np.full(self.n, np.nan)
        rows = np.flatnonzero((self.days <= day) & (self.known <= known_by))
        # Of several rows of a line the last assignment stands: the latest day.
        factors[self.codes[rows]] = self.factors[rows]
        if counting >= 0:
            self._last = counting, factors
        return factors
