"""What an index holds before and after a session, read from the tables of a run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Codes, Floats, Ints
from indexcalc.calculation.run.composition import HeldColumns
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.weighting.schemes import SchemeFamily

FACTORS = ("shares", "float_factor", "capping_factor", "inclusion_factor")


class Basket(Struct, frozen=True):
    """Lines (n,) of one session, ``codes`` ascending.

    ``units`` index shares; ``price`` as quoted; ``rate`` what a unit of its currency counts at, so that
    the money of a line is ``units * price * rate``.
    """

    day: int
    codes: Codes
    units: Floats
    price: Floats
    rate: Floats

    def spread(self, codes: Codes) -> tuple[Floats, Floats, Floats]:
        """Units, price and rate for other ``codes`` (m,); units 0 and NaN for those not held."""
        if not self.codes.size:
            unknown = np.full(codes.size, np.nan)
            return np.zeros(codes.size), unknown, unknown
        row = np.minimum(np.searchsorted(self.codes, codes), self.codes.size - 1)
        there = self.codes[row] == codes
        return (
            np.where(there, self.units[row], 0.0),
            np.where(there, self.price[row], np.nan),
            np.where(there, self.rate[row], np.nan),
        )


@dataclass(slots=True, eq=False)
class Baskets:
    """The daily composition and the lists of a run.

    UsageError (ANA003): the run holds no members, or did not keep its composition.
    """

    run: Run
    days: Codes = field(init=False)
    bounds: Ints = field(init=False)
    """Where the rows of each of ``days`` begin in ``rows``, and their number."""
    rows: HeldColumns = field(init=False)
    lists: dict[int, tuple[Codes, dict[str, Floats]]] = field(init=False)

    def __post_init__(self) -> None:
        holdings = self.run.holdings
        if holdings is None:
            raise UsageError.of(
                "ANA003",
                f"the run of {self.run.index} has no daily composition",
                where=self.run.index,
                hint="an overlay holds no lines; any other rule: compute it with --weights daily",
            )
        order = self.run.market.order
        self.rows = holdings.columns(self.run.market)
        date = self.rows.days
        # A session on which nothing is held has no row, and is one all the same.
        self.days = np.union1d(
            date[self.rows.starts], arrow.days(self.run.levels.column("date"))
        ).astype(np.int32)
        self.bounds = np.append(np.searchsorted(date, self.days), date.size).astype(np.int64)
        lists = self.run.constituents
        effective = arrow.days(lists.column("effective_date"))
        codes = arrow.codes_into(lists.column("symbol"), order)
        columns = {name: arrow.floats(lists.column(name)) for name in FACTORS}
        self.lists = {}
        for day in np.unique(effective).tolist():
            rows = slice(*np.searchsorted(effective, [day, day + 1]).tolist())
            self.lists[day] = (codes[rows], {name: columns[name][rows] for name in FACTORS})

    def codes(self) -> Codes:
        """Every line that is ever held, ascending."""
        return np.unique(self.rows.codes).astype(np.int32)

    def at_start(self, day: int) -> Basket:
        """What is held from the start of a session, at base prices."""
        return self._basket(day, self.rows.base_price, 0)

    def at_close(self, day: int) -> Basket:
        """What is held in a session, at its closes."""
        return self._basket(day, self.rows.close, 1)

    def session_before(self, day: int) -> int | None:
        """The run's session before one of its own; None for the first."""
        row = int(np.searchsorted(self.days, day))
        return int(self.days[row - 1]) if row else None

    def session_on(self, date: dt.date) -> int:
        """The last session of the run on or before a date; UsageError (ANA003): there is none."""
        row = int(np.searchsorted(self.days, day_number(date), side="right"))
        if row:
            return int(self.days[row - 1])
        raise UsageError.of("ANA003", f"{self.run.index} begins after {date}", where=self.run.index)

    def factors(self, day: int, codes: Codes, scheme: SchemeFamily) -> dict[str, Floats]:
        """The factors in force on a day for ``codes`` (m,): those of the last list; NaN for others.

        ``shares`` move between lists: a cap-weighted index (``scheme``) counts its index shares over the
        other factors; of any other they are those listed on the day.
        """
        days = [at for at in self.lists if at <= day]
        if not days:
            return {name: np.full(codes.size, np.nan) for name in FACTORS}
        listed, columns = self.lists[max(days)]
        row = np.minimum(np.searchsorted(listed, codes), listed.size - 1)
        there = listed[row] == codes
        found = {name: np.where(there, columns[name][row], np.nan) for name in FACTORS}
        if day not in self.lists:
            now = self._counted(day, codes, found) if scheme == "cap" else self._listed(day, codes)
            found["shares"] = np.where(there & np.isfinite(now), now, found["shares"])
        return found

    def _counted(self, day: int, codes: Codes, found: dict[str, Floats]) -> Floats:
        """Shares (m,) whose product with the other factors is the index shares; NaN where none are held."""
        units, _, _ = self.at_start(day).spread(codes)
        with np.errstate(divide="ignore", invalid="ignore"):
            made = units / (
                found["float_factor"] * found["capping_factor"] * found["inclusion_factor"]
            )
        # A whole number up to the last bits of the division is one.
        whole = np.rint(made)
        made = np.where(np.abs(made - whole) <= 8 * np.spacing(np.abs(made)), whole, made)
        return np.where(made > 0, made, np.nan)

    def _listed(self, day: int, codes: Codes) -> Floats:
        """Shares (m,) listed on a session; NaN without a row."""
        panel = self.run.market.panel
        session = int(np.searchsorted(self.run.market.days, day))
        listed: Floats = panel.column("shares_outstanding", session, session + 1)[0][codes]
        return listed

    def _basket(self, day: int, price: Floats, rate: int) -> Basket:
        row, held = int(np.searchsorted(self.days, day)), self.rows
        rows = slice(*self.bounds[row : row + 2].tolist())
        codes = held.codes[rows]
        rates = np.ones(codes.size) if held.rates is None else held.rates[rate][rows]
        return Basket(day, codes, held.index_shares[rows], price[rows], rates)
