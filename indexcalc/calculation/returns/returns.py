"""Total returns: gross and net of tax, reinvested in the index or in the stock that paid.

Design section 8, with S, R of the price index, V the dividends of a session in index currency::

    order: after     tr_t = tr_{t-1} * (S_t + V_t) / R_t
    order: before    tr_t = tr_{t-1} * (S_t / R_t) * (1 + V_t / R_t)
    paying_stock     tr_t = tr_{t-1} * S'_t / R'_t: the payer's B is C - d put through the events of
                     the session and its q is q * C / (C - d), until weights are set anew

V is the sum of e_t * d_t * X_t over the members (X_{t-1} for the other two forms); the net one
takes ``(1 - tax) * d_t``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints, true_cells
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.prices.withholding import kept_after_tax
from indexcalc.calculation.returns.currencies import Exchange
from indexcalc.calculation.returns.dividends import OrdinaryDividends
from indexcalc.calculation.returns.holding import Holding
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.returns import Withholding
from indexcalc.methodology.values.dated import Dated

if TYPE_CHECKING:
    from indexcalc.calculation.returns.taxed_specials import SpecialDividends

Order = Literal["after", "before"]
Withheld = list[tuple[int, int, float]]


class ReturnTerms(Struct, frozen=True):
    """What a rule says of its return versions.

    ``taxes``: the rates of the net returns that are made, one series each.  ``paying_stock``:
    reinvest in the payer.  ``taxed_specials``: net returns count what is withheld of special
    dividends as a loss.
    """

    order: Order = "after"
    paying_stock: bool = False
    taxes: tuple[Dated[Withholding], ...] = ()
    taxed_specials: bool = False

    @property
    def early(self) -> bool:
        """Are dividends counted at the exchange rate of the session before?"""
        return self.paying_stock or self.order == "before"


class Payments(Struct):
    """Dividends of one block, per share held before the events of the session.

    ``row`` and ``column`` (n,), by column and then row: the cells of the lines in which something is
    paid; ``gross`` and ``net`` (n,) in index currency, ``net`` one for each tax.  ``sessions``, ``lines``
    and ``amounts`` (m,): the rows as they are given, for the events.  ``withheld``: (session, code,
    amount) of taxed special dividends per share after the events, in index currency of the start,
    for each tax.
    """

    row: Ints
    column: Ints
    gross: Floats
    net: tuple[Floats, ...]
    sessions: Ints
    lines: Codes
    amounts: Floats
    withheld: tuple[Withheld, ...] = ()


class Payouts:
    """The dividends of a market as one index counts them: its currency, its taxes.

    ``untaxed``: (code, ex-day, country) of members' dividends without a tax rate; ``unrated``:
    (session, currency) of those without an exchange rate.
    """

    def __init__(
        self, dividends: OrdinaryDividends, exchange: Exchange, terms: ReturnTerms
    ) -> None:
        self.dividends, self.exchange, self.terms = dividends, exchange, terms
        self.untaxed: list[tuple[int, int, str]] = []
        self.unrated: set[tuple[int, str]] = set()
        self.specials: SpecialDividends | None = None
        self.kept_of_specials: tuple[Floats, ...] = ()
        rows, taxes = dividends, terms.taxes
        self.kept = tuple(kept_after_tax(tax, rows.ex_day, rows.country) for tax in taxes)
        if taxes and terms.taxed_specials:
            from indexcalc.calculation.returns.taxed_specials import SpecialDividends

            special = self.specials = SpecialDividends(rows.market)
            self.kept_of_specials = tuple(
                kept_after_tax(tax, special.ex_day, special.country) for tax in taxes
            )
        self.cash = rows.amount
        if not rows.code.size:
            return
        exchange = self.exchange
        paid_in = {exchange.line_currencies[code] for code in np.unique(rows.code).tolist()}
        if {*paid_in, *filter(None, rows.currency)} == {exchange.currency}:
            return
        currencies = [
            currency or exchange.line_currencies[int(code)]
            for currency, code in zip(rows.currency, rows.code, strict=True)
        ]
        session = rows.session - 1 if self.terms.early else rows.session
        day = exchange.days[np.maximum(session, 0)]
        rate = np.ones(rows.code.size)
        for currency in sorted(set(currencies)):
            here = np.array([name == currency for name in currencies])
            rate[here] = exchange.table.on(currency, exchange.currency, day[here])
        self.cash = rows.amount * rate

    def block(self, lines: IndexLines) -> Payments | None:
        """What ``lines``, prices in line currency, pay in a block; None where nothing is paid."""
        first, n_sessions = lines.first, lines.days.size
        within = self.dividends.rows(first, first + n_sessions)
        rows_of_lines = _rows(lines.codes, self.dividends.code[within])
        rows = within.start + np.flatnonzero(rows_of_lines >= 0)
        withheld = self._withheld(lines)
        if not rows.size and not any(withheld):
            return None
        paying, session = self.dividends.code[rows], self.dividends.session[rows]
        n_lines = lines.codes.size
        cells, of = np.unique(
            (session - first) * n_lines + rows_of_lines[rows_of_lines >= 0], return_inverse=True
        )

        def summed(cash: Floats) -> Floats:
            return np.bincount(of, weights=cash, minlength=cells.size).astype(np.float64)

        return Payments(
            row=cells % max(n_lines, 1),
            column=cells // max(n_lines, 1),
            gross=summed(self.cash[rows]),
            net=tuple(summed(self.cash[rows] * share[rows]) for share in self.kept),
            sessions=session,
            lines=paying,
            amounts=self.dividends.amount[rows],
            withheld=withheld,
        )

    def _withheld(self, lines: IndexLines) -> tuple[Withheld, ...]:
        if self.specials is None:
            return ()
        before = self.exchange.before
        return tuple(
            [
                (session, code, tax * float(before(session, session + 1, np.array([code]))[0, 0]))
                for session, code, tax in self.specials.withheld(share, lines)
            ]
            for share in self.kept_of_specials
        )

    def check(self, codes: Codes, held: Bools, first: int, start: int) -> None:
        """Note what is not known about the dividends of lines ``codes`` ``held`` (n, n_sessions).

        ``start``: the session at whose close the series begins; what goes ex then is before it.
        """
        rows = self.dividends.rows(first, first + held.shape[1])
        unknown = np.isnan(self.cash[rows])
        for share in self.kept:
            unknown |= np.isnan(share[rows])
        for row in (rows.start + np.flatnonzero(unknown)).tolist():
            code, session = int(self.dividends.code[row]), int(self.dividends.session[row])
            line = int(_rows(codes, self.dividends.code[row : row + 1])[0])
            if session <= start or line < 0 or not held[line, session - first]:
                continue
            if np.isnan(self.cash[row]):
                currency = self.dividends.currency[row] or self.exchange.line_currencies[code]
                self.unrated.add((session - 1 if self.terms.early else session, currency))
            if any(np.isnan(share[row]) for share in self.kept):
                ex_day, country = int(self.dividends.ex_day[row]), self.dividends.country[row]
                self.untaxed.append((code, ex_day, country))
        specials = self.specials
        if specials is None:
            return
        untaxed = np.isnan(np.stack(self.kept_of_specials)).any(axis=0)
        for row in np.flatnonzero(untaxed).tolist():
            code, column = int(specials.code[row]), int(specials.session[row]) - first
            line = int(_rows(codes, specials.code[row : row + 1])[0])
            inside = 0 <= column < held.shape[1] and first + column > start
            if inside and line >= 0 and held[line, column]:
                self.untaxed.append((code, int(specials.ex_day[row]), specials.country[row]))


class ReturnState(Struct):
    """One return series between two sessions; ``scale`` (n_symbols,): what reinvestment in the
    paying stocks has made of one share since weights were set (None: nothing yet).  ``refused``:
    (session, code) of dividends that are no less than the price."""

    level: float = 0.0
    scale: Floats | None = None
    refused: list[tuple[int, int]] = msgspec.field(default_factory=list)


class Flow(Struct, frozen=True):
    """What a return series holds in some sessions: (n_columns,) at the close, at the start, paid."""

    value: Floats
    opening: Floats
    paid: Floats

    def chained(self, level: float, part: slice, order: Order) -> list[float]:
        """The levels of the series in the sessions ``part``, from ``level`` at the close before them."""
        value, opening, paid = self.value[part], self.opening[part], self.paid[part]
        if order == "after":
            moves = zip((value + paid).tolist(), opening.tolist(), strict=True)
            return [level := level * at_close / at_start for at_close, at_start in moves]
        moves = zip((value / opening).tolist(), (1.0 + paid / opening).tolist(), strict=True)
        return [level := level * by_price * by_cash for by_price, by_cash in moves]


def paid_out(
    holding: Holding, factor: Floats, payments: Payments | None, cash: Floats | None
) -> Floats:
    """V (n_columns,): what the members pay on shares held before the events of each session.

    ``factor`` (b, n_columns): what those did to the shares of moving lines.
    """
    n_columns, columns = holding.part.shape[1], holding.columns
    if payments is None or cash is None:
        return np.zeros(n_columns)
    inside = slice(*np.searchsorted(payments.column, (columns.start, columns.stop)).tolist())
    row, column = payments.row[inside], payments.column[inside] - columns.start
    q, by = holding.shares[holding.stretch(payments.column[inside]), row], np.ones(row.size)
    place, moves = _among(holding.lines.rows, row)
    q[moves] = holding.part[place[moves], column[moves]]
    by[moves] = factor[place[moves], column[moves]]
    with np.errstate(invalid="ignore"):
        entitled = np.where(q != 0.0, q / by * cash[inside], 0.0)
    # Added one after the other, by session and then line, as ``ordered_sum`` adds over all lines.
    return np.bincount(column, weights=entitled, minlength=n_columns).astype(np.float64)


def with_withheld(flow: Flow, holding: Holding, withheld: Withheld) -> Flow:
    """The net flow with what is withheld of special dividends on top of the base prices."""
    lines, columns, n_columns = holding.lines, holding.columns, holding.part.shape[1]
    excess = np.zeros(n_columns)
    for session, code, tax in withheld:  # by session and then line, as ``ordered_sum`` adds
        column, line = session - lines.first - columns.start, lines.moving.row(code)
        if line >= 0 and 0 <= column < n_columns:
            excess[column] += holding.part[line, column] * tax
    return Flow(flow.value, flow.opening + excess, flow.paid)


def dividend_points(paid: Floats, divisor: Floats, resets: Sequence[int]) -> Floats:
    """Running sum (n,) of V over the divisor, from zero anew before each of ``resets``.

    ``resets``: positions; what goes ex on that session is the first of the new sum.
    """
    points, total = np.zeros(paid.size), 0.0
    restart = set(resets)
    for row, (amount, by) in enumerate(zip(paid.tolist(), divisor.tolist(), strict=True)):
        total = (0.0 if row in restart else total) + (amount / by if amount else 0.0)
        points[row] = total
    return points


def _rows(codes: Codes, wanted: Codes) -> Ints:
    """Where each of ``wanted`` stands in ``codes`` (both ascending); -1 where it does not."""
    row, there = _among(codes, wanted)
    return np.where(there, row, -1)


def _among(ascending: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> tuple[Ints, Bools]:
    """Where each of ``wanted`` stands in ``ascending``, and whether it does."""
    place = np.searchsorted(ascending, wanted)
    there = np.append(ascending, np.array(-1, ascending.dtype))[place] == wanted
    return place, there


def in_payers(
    holding: Holding,
    payments: Payments | None,
    cash: Floats | None,
    price_index: Flow,
    state: ReturnState,
) -> Flow:
    """The flow of a series that reinvests in the stock that paid; every line of it is a moving one."""
    lines, columns, shares = holding.lines.moving, holding.columns, holding.part
    codes = lines.codes
    assert state.scale is not None
    if columns.start in holding.held.resets:
        state.scale[:] = 1.0
    paid = np.zeros(shares.shape)
    if payments is not None and cash is not None:
        within = slice(*np.searchsorted(payments.column, (columns.start, columns.stop)).tolist())
        paid[payments.row[within], payments.column[within] - columns.start] = cash[within]
    scale = state.scale[codes]
    inside = shares != 0.0
    if not (paid.any() or (scale != 1.0).any()):
        return price_index
    last, base = lines.last[:, columns], lines.base[:, columns]
    with np.errstate(invalid="ignore", divide="ignore"):
        too_much = inside & (paid != 0.0) & ~(paid < last)
        paid = np.where(inside & ~too_much, paid, 0.0)
        grown = np.where(paid != 0.0, last / (last - paid), 1.0)
        base = np.where(paid != 0.0, base - paid / lines.share_factor[:, columns], base)
    for line, column in zip(*true_cells(too_much), strict=True):
        session = lines.first + columns.start + int(column)
        state.refused.append((session, int(codes[line])))
    scales = np.empty(shares.shape)
    for column in range(shares.shape[1]):
        # A line that is not held has nothing to go on with.
        scale = np.where(inside[:, column], scale, 1.0) * grown[:, column]
        scales[:, column] = scale
    state.scale[:] = 1.0
    state.scale[codes] = scale
    q = shares * scales
    value = ordered_sum(np.where(inside, q * lines.close[:, columns], 0.0))
    opening = ordered_sum(np.where(inside, q * base, 0.0))
    return Flow(value, opening, np.zeros(value.size))
