"""The parts of every session's return of an index: one a line, by price, currency and dividends.

With q, B, P, X as the level pass has them and X' the rate of the session before, a line contributes
``(q P X - q B X') / R``: ``q B (X - X') / R`` of it is currency, the rest price.  Dividends come by the
order of the rule: ``e d X / R`` after, ``(S / R) e d X' / R`` before, or, reinvested in the payer, as the
shares bought move.  The parts sum to the return of the series.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct

from indexcalc.analysis.attribution.dividends import Series, SessionDividends
from indexcalc.analysis.flows.baskets import Baskets
from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.run.run import Run
from indexcalc.calculation.verify import kept_family
from indexcalc.diagnostics import RunError, UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import value_on

COLUMNS: dict[Series, str] = {"pr": "level", "tr": "level_tr", "ntr": "level_ntr"}
SETTING = ("regular", "rebalance", "given")
TOLERANCE = 1e-12
_CELLS = 1 << 22
"""Cells that are summed at a time."""


class SessionParts(Struct, frozen=True):
    """One session: arrays (n,) over ``codes``; ``weight`` opening, of the index.

    ``price + currency + dividends`` over the lines and ``rounding`` (of a divisor that is rounded) is
    ``total``, the return of the series.
    """

    day: int
    codes: Codes
    weight: Floats
    price: Floats
    currency: Floats
    dividends: Floats
    rounding: float
    total: float

    @property
    def lines(self) -> Floats:
        """The contribution of each line."""
        total: Floats = self.price + self.currency + self.dividends
        return total


class AllParts(Struct, frozen=True):
    """The sessions of a series after the first, one after the other.

    ``bounds`` (n_sessions + 1,): where the rows of each session begin.  ``days``, ``rounding`` and
    ``total`` (n_sessions,), all others by row, as ``SessionParts`` has them.
    """

    days: Codes
    bounds: Ints
    codes: Codes
    weight: Floats
    price: Floats
    currency: Floats
    dividends: Floats
    rounding: Floats
    total: Floats

    def between(self, first: int, last: int) -> AllParts:
        """The sessions after day ``first`` up to day ``last``."""
        low, high = np.searchsorted(self.days, [first, last], side="right").tolist()
        rows, sessions = slice(*self.bounds[[low, high]].tolist()), slice(low, high)
        return AllParts(
            days=self.days[sessions],
            bounds=self.bounds[low : high + 1] - self.bounds[low],
            codes=self.codes[rows],
            weight=self.weight[rows],
            price=self.price[rows],
            currency=self.currency[rows],
            dividends=self.dividends[rows],
            rounding=self.rounding[sessions],
            total=self.total[sessions],
        )

    def sessions(self) -> list[SessionParts]:
        """Each session on its own."""
        bounds = [slice(*pair) for pair in itertools.pairwise(self.bounds.tolist())]
        return [
            SessionParts(
                day=day,
                codes=self.codes[rows],
                weight=self.weight[rows],
                price=self.price[rows],
                currency=self.currency[rows],
                dividends=self.dividends[rows],
                rounding=float(self.rounding[at]),
                total=float(self.total[at]),
            )
            for at, (day, rows) in enumerate(zip(self.days.tolist(), bounds, strict=True))
        ]

    def sums(self, values: Floats) -> Floats:
        """The sums (n_sessions,) of values by row."""
        return session_sums(values, self.bounds)


def session_sums(values: Floats, bounds: Ints) -> Floats:
    """Sums of the rows of each session, one after the other as ``ordered_sum`` adds; ``bounds``
    (n_sessions + 1,): where they begin."""
    sizes = np.diff(bounds)
    longest = max(int(sizes.max(initial=0)), 1)
    sums = np.zeros(sizes.size)
    for first in range(0, sizes.size, step := max(_CELLS // longest, 1)):
        some = sizes[first : first + step]
        # A row a session, filled up with zeros, which change no sum.
        filled = np.zeros((some.size, longest))
        filled[np.arange(longest) < some[:, None]] = values[
            bounds[first] : bounds[first + some.size]
        ]
        sums[first : first + step] = np.cumsum(filled, axis=1)[:, -1]
    return sums


@dataclass(slots=True, eq=False)
class ReturnParts:
    """The returns of one series of a run, session by session, split into parts.

    ``held``: what the run holds, where it is at hand.  ``levels`` (n_sessions,) of the series on ``days``.
    UsageError (ANA003): the run has no such series.
    """

    run: Run
    series: Series = "pr"
    held: Baskets | None = None
    days: Codes = field(init=False)
    levels: Floats = field(init=False)
    rule: Methodology = field(init=False)
    baskets: Baskets = field(init=False)
    dividends: SessionDividends = field(init=False)
    _rounds: bool = field(init=False)

    def __post_init__(self) -> None:
        column = COLUMNS[self.series]
        table = self.run.levels
        if column not in table.column_names:
            raise UsageError.of(
                "ANA003",
                f"the run of {self.run.index} has no {column}",
                where=self.run.index,
                hint=f"compute it with --returns {self.series}",
            )
        self.days, self.levels = (
            arrow.days(table.column("date")),
            arrow.floats(table.column(column)),
        )
        self.baskets = Baskets(self.run) if self.held is None else self.held
        with kept_family(self.run.manifest) as family:
            self.rule = family[family.asked[0]]
        market = self.run.market
        self.dividends = SessionDividends(self.rule, market, self.series, int(self.days[0]))
        start = date_of(self.days[0])
        self._rounds = value_on(self.rule.rounding.divisor, start) is not None

    def all(self) -> AllParts:
        """Every session after the first, in order.

        RunError (ANA004): the parts of one do not sum to its return.
        """
        held, bounds = self.baskets.rows, self.baskets.bounds[1:]
        rows, bounds = slice(*bounds[[0, -1]].tolist()), bounds - bounds[0]
        sizes = np.diff(bounds)
        units, start = held.index_shares[rows], held.base_price[rows]
        base, now, moved = start, held.close[rows], None
        if held.rates is not None:
            before, after = (part[rows] for part in held.rates)
            base, moved = start * before, after - before
            worth, closing = units * start * before, units * now * after
        else:
            worth, closing = units * start, units * now
        opening = session_sums(worth, bounds)
        paid, scale, base = self._paid(bounds, opening > 0.0, base)
        with np.errstate(divide="ignore", invalid="ignore"):
            total = np.where(self.levels[:-1] != 0.0, self.levels[1:] / self.levels[:-1] - 1.0, 0.0)
            by_row = np.repeat(opening, sizes)
            currency = np.zeros(units.size) if moved is None else units * start * moved / by_row
            if scale is None:
                price = (closing - units * base) / by_row
                dividends = paid / by_row
                if self.dividends.terms.order == "before":
                    dividends *= np.repeat(session_sums(closing, bounds) / opening, sizes)
            else:
                # What the base price lost to the dividend is the dividend's; the rest moves as the price.
                shares = units * scale
                value = shares * base
                gain = shares * now * (1.0 if held.rates is None else after) - value
                price = (closing - worth) / by_row
                dividends = gain / np.repeat(session_sums(value, bounds), sizes) - price
            price = price - currency
            weight = worth / by_row
        nothing = ~(opening > 0.0)
        if nothing.any():
            for part in (weight, price, currency, dividends):
                part[np.repeat(nothing, sizes)] = 0.0
        explained = session_sums(price + currency + dividends, bounds)
        rounding = total - explained if self._rounds else np.zeros(total.size)
        rounding[nothing] = total[nothing]
        self._check(explained + rounding - total, total)
        days = self.days[1:]
        return AllParts(
            days, bounds, held.codes[rows], weight, price, currency,
            dividends=dividends, rounding=rounding, total=total,
        )  # fmt: skip

    def sessions(self) -> list[SessionParts]:
        """``all``, each session on its own."""
        return self.all().sessions()

    def _check(self, off: Floats, total: Floats) -> None:
        wrong = np.flatnonzero(np.abs(off) > TOLERANCE * np.maximum(1.0, np.abs(total)))
        if wrong.size:
            at = int(wrong[0])
            raise RunError.of(
                "ANA004",
                f"{self.run.index} {self.series}: the parts of the return of "
                f"{date_of(self.days[at + 1])} differ from it by {off[at]:.3g}",
                where=self.run.index,
            )

    def _paid(
        self, bounds: Ints, holds: Bools, base: Floats
    ) -> tuple[Floats, Floats | None, Floats]:
        """By row: what is paid (n,), and where the payers' shares are bought (else None) shares for one
        (n,); with base prices in index currency (n,) of the series.

        ``holds`` (n_sessions,): is there anything; ``base`` (n,): of the price.
        """
        paid = np.zeros(base.size)
        if self.series == "pr":
            return paid, None, base
        stock = self.dividends.terms.paying_stock
        base, shares = base.copy(), np.ones(base.size)
        scale = np.ones(len(self.run.market.symbols))
        resets = self._resets()
        for at in np.flatnonzero(holds).tolist():
            day, rows = int(self.days[at + 1]), slice(*bounds[at : at + 2].tolist())
            if stock and day in resets:
                scale[:] = 1.0
            if self.dividends.pays(day):
                self._pay(day, paid[rows], base[rows], scale)
            if stock:
                codes = self.baskets.at_start(day).codes
                inside = np.zeros(scale.size, dtype=np.bool_)
                inside[codes] = True
                scale[~inside] = 1.0
                shares[rows] = scale[codes]
        return paid, shares if stock else None, base

    def _resets(self) -> set[int]:
        """The days of lists that set weights."""
        kinds = arrow.texts(self.run.reviews.column("kind"))
        days = arrow.days(self.run.reviews.column("effective_date")).tolist()
        return {day for day, kind in zip(days, kinds, strict=True) if kind in SETTING}

    def _pay(self, day: int, paid: Floats, base: Floats, scale: Floats) -> None:
        """What the lines of a session pay (n,), or what it buys of them, in place."""
        start, last = self.baskets.at_start(day), self.baskets.session_before(day)
        codes, per_share = start.codes, self.dividends.per_share(day, start.codes)
        payers: Bools = (per_share != 0.0) & (start.units != 0.0)
        if last is None or not payers.any():
            return
        _, price, _ = self.baskets.at_close(last).spread(codes)
        members = {int(code) for code in codes}
        for row in np.flatnonzero(payers).tolist():
            code, quoted = int(codes[row]), float(start.price[row])
            close = float(price[row]) if price[row] == price[row] else quoted
            amount = float(per_share[row])
            if not self.dividends.terms.paying_stock:
                factor = self.dividends.factor(day, code, close, quoted, members)
                paid[row] = start.units[row] / factor * amount
                continue
            worth = close * float(start.rate[row])
            if amount < worth:
                scale[code] *= worth / (worth - amount)
                base[row] -= amount / self.dividends.share_factor(day, code, close, members)
