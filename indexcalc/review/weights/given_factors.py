"""Lists given from outside (table ``weight_factors``), for ``scheme: given``: index shares or weights."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.diagnostics import Findings, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.methodology import Methodology

# A list whose weights sum to less or more than this beside one is scaled, with a warning.
_SUM_TOLERANCE = 0.005


class GivenFactors:
    """The lists of one index: each effective date has a full one, in force until the next."""

    def __init__(self, index: str, market: Market) -> None:
        self._none = np.full(len(market.symbols), np.nan)
        self._lists: dict[int, tuple[Floats | None, Floats | None]] = {}
        table = market.table("weight_factors")
        if table is None:
            return
        of_index = np.array(
            [name == index for name in arrow.texts(table.column("index"))], dtype=bool
        )
        codes = arrow.codes_into(table.column("symbol"), market.order)
        days = arrow.days(table.column("effective_date"))
        columns = [
            arrow.floats(table.column(name)) if name in table.column_names else None
            for name in ("weight_factor", "weight")
        ]
        for day in np.unique(days[of_index]):
            rows = of_index & (days == day) & (codes >= 0)
            factors, weights = (self._spread(codes, column, rows) for column in columns)
            self._lists[int(day)] = factors, weights

    def _spread(self, codes: Codes, column: Floats | None, rows: Bools) -> Floats | None:
        if column is None or not np.isfinite(column[rows]).any():
            return None
        values = self._none.copy()
        values[codes[rows]] = column[rows]
        return values

    @property
    def days(self) -> tuple[int, ...]:
        """The effective days, ascending."""
        return tuple(sorted(self._lists))

    def of_members(
        self, day: int, codes: Codes, rule: Methodology, findings: Findings
    ) -> tuple[Floats | None, Floats | None]:
        """(index shares, None) or (None, weights), (n,) for ``codes``, of the list in force on a day.

        NaN for a line that is not on the list.  Finding DAT056: the weights do not sum to one.
        """
        known = [at for at in self._lists if at <= day]
        factors, weights = self._lists[max(known)] if known else (self._none, None)
        if weights is None:
            return None if factors is None else factors[codes], None
        total = float(ordered_sum(np.nan_to_num(weights[codes])))
        if abs(total - 1.0) > _SUM_TOLERANCE:
            findings.add(
                "DAT056",
                f"the weights given for the {quantity(codes.size, 'member')} on {date_of(day)} "
                f"sum to {total:.4g}; they are scaled to one",
                span=rule.span_of("weighting.scheme"),
                where="weighting.scheme",
                path=rule.path,
                on=date_of(day),
            )
        return None, weights[codes]
