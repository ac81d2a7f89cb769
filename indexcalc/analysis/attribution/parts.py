"""The parts of every session's return of an index: one a line, by price, currency and dividends.

With q, B, P, X as the level pass has them and X' the rate of the session before, a line contributes
``(q P X - q B X') / R``: ``q B (X - X') / R`` of it is currency, the rest price.  Dividends come by the
order of the rule: ``e d X / R`` after, ``(S / R) e d X' / R`` before, or, reinvested in the payer, as the
shares bought move.  The parts sum to the return of the series.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct

from indexcalc.analysis.attribution.dividends import Series, SessionDividends
from indexcalc.analysis.flows.baskets import Basket, Baskets
from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.calculation.run.run import Run
from indexcalc.calculation.verify import kept_family
from indexcalc.diagnostics import RunError, UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import value_on

COLUMNS: dict[Series, str] = {"pr": "level", "tr": "level_tr", "ntr": "level_ntr"}
SETTING = ("regular", "rebalance", "given")
TOLERANCE = 1e-12


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


@dataclass(slots=True, eq=False)
class ReturnParts:
    """The returns of one series of a run, session by session, split into parts.

    ``levels`` (n_sessions,) of the series on ``days``.  UsageError (ANA003): the run has no such series.
    """

    run: Run
    series: Series = "pr"
    days: Codes = field(init=False)
    levels: Floats = field(init=False)
    rule: Methodology = field(init=False)
    baskets: Baskets = field(init=False)
    dividends: SessionDividends = field(init=False)
    _scale: Floats = field(init=False)
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
        self.baskets = Baskets(self.run)
        with kept_family(self.run.manifest) as family:
            self.rule = family[family.asked[0]]
        market = self.run.market
        self.dividends = SessionDividends(self.rule, market, self.series, int(self.days[0]))
        start = date_of(self.days[0])
        self._rounds = value_on(self.rule.rounding.divisor, start) is not None
        self._scale = np.ones(len(market.symbols))

    def sessions(self) -> list[SessionParts]:
        """Every session after the first, in order.

        RunError (ANA004): the parts of one do not sum to its return.
        """
        reviews = self.run.reviews
        kinds = arrow.texts(reviews.column("kind"))
        days = arrow.days(reviews.column("effective_date")).tolist()
        resets = {day for day, kind in zip(days, kinds, strict=True) if kind in SETTING}
        sessions: list[SessionParts] = []
        for row in range(1, self.days.size):
            day = int(self.days[row])
            last = self.levels[row - 1]
            total = float(self.levels[row] / last - 1.0) if last else 0.0
            parts = self._session(day, total, day in resets)
            explained = float(ordered_sum(parts.lines)) if parts.codes.size else 0.0
            off = explained + parts.rounding - total
            if abs(off) > TOLERANCE * max(1.0, abs(total)):
                raise RunError.of(
                    "ANA004",
                    f"{self.run.index} {self.series}: the parts of the return of {date_of(day)} "
                    f"differ from it by {off:.3g}",
                    where=self.run.index,
                )
            sessions.append(parts)
        return sessions

    def _session(self, day: int, total: float, reset: bool) -> SessionParts:
        start, close = self.baskets.at_start(day), self.baskets.at_close(day)
        nothing = np.zeros(start.codes.size)
        worth = start.units * start.price * start.rate
        opening = float(ordered_sum(worth)) if worth.size else 0.0
        if opening <= 0.0:
            return SessionParts(
                day=day,
                codes=start.codes,
                weight=nothing,
                price=nothing,
                currency=nothing,
                dividends=nothing,
                rounding=total,
                total=total,
            )
        plain = (close.units * close.price * close.rate, worth)
        paid, scaled = self._paid(day, start, reset)
        units = start.units if scaled is None else close.units * scaled[0]
        base = start.price * start.rate if scaled is None else scaled[1]
        base_value = units * base
        whole = opening if scaled is None else float(ordered_sum(base_value))
        gain = units * close.price * close.rate - base_value
        currency = units * start.price * (close.rate - start.rate) / whole
        if scaled is not None:
            # What the base price lost to the dividend is the dividend's; the rest moves as the price.
            dividends = gain / whole - (plain[0] - plain[1]) / opening
            price = (plain[0] - plain[1]) / opening
            currency = start.units * start.price * (close.rate - start.rate) / opening
        else:
            price = gain / whole
            value = float(ordered_sum(plain[0]))
            early = self.dividends.terms.order == "before"
            dividends = paid / whole * (value / whole if early else 1.0)
        price = price - currency
        lines = float(ordered_sum(price + currency + dividends))
        rounding = total - lines if self._rounds else 0.0
        return SessionParts(
            day=day,
            codes=start.codes,
            weight=worth / opening,
            price=price,
            currency=currency,
            dividends=dividends,
            rounding=rounding,
            total=total,
        )

    def _paid(
        self, day: int, start: Basket, reset: bool
    ) -> tuple[Floats, tuple[Floats, Floats] | None]:
        """(paid (n,) in index currency, None), or where the payers' shares are bought: shares for one
        (n,) and base prices in index currency (n,) of the series."""
        codes, none = start.codes, np.zeros(start.codes.size)
        if self.series == "pr":
            return none, None
        if self.dividends.terms.paying_stock and reset:
            self._scale[:] = 1.0
        per_share = self.dividends.per_share(day, codes)
        last = self.baskets.session_before(day)
        payers: Bools = (per_share != 0.0) & (start.units != 0.0)
        stock = self.dividends.terms.paying_stock
        base = start.price * start.rate
        if last is not None and payers.any():
            before = self.baskets.at_close(last)
            _, price, _ = before.spread(codes)
            members = {int(code) for code in codes}
            for row in np.flatnonzero(payers).tolist():
                code, quoted = int(codes[row]), float(start.price[row])
                close = float(price[row]) if price[row] == price[row] else quoted
                amount = float(per_share[row])
                if not stock:
                    factor = self.dividends.factor(day, code, close, quoted, members)
                    per_share[row] = start.units[row] / factor * amount
                    continue
                worth = close * float(start.rate[row])
                if amount < worth:
                    self._scale[code] *= worth / (worth - amount)
                    base[row] -= amount / self.dividends.share_factor(day, code, close, members)
        if not stock:
            return np.where(payers, per_share, 0.0), None
        inside = np.zeros(self._scale.size, dtype=np.bool_)
        inside[codes] = True
        self._scale[~inside] = 1.0
        return none, (self._scale[codes].copy(), base)
