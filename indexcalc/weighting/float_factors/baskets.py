"""Float and capping factors from the creation baskets of index funds.

An index fund that holds every member says in its basket, in whole shares, what the index holds:
units = round(scale x listed shares x float factor x capping factor).  Each basket has a scale of its own
(``basket_scale``); at it every line's units allow a short range of factors.  The ranges of several
baskets together leave one value on the grid, or a few, or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.diagnostics import Findings, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.market import Market
from indexcalc.weighting.float_factors.basket_scale import (
    SLACK,
    factor_bounds,
    fit_scale,
    on_grid,
    other_multiples,
)
from indexcalc.weighting.float_factors.table import FloatTable

_LISTED = 8
CAP_DECIMALS = 4


class Basket(Struct, frozen=True, kw_only=True):
    """Units (whole shares) of lines of the market in one creation unit of a fund on a day.

    ``lines``: positions in ``market.symbols``; ``units`` and ``shares`` (listed on the day) alike long.
    """

    fund: str
    day: int
    lines: Ints
    units: Floats
    shares: Floats

    @property
    def name(self) -> str:
        """Which basket: the fund and the day."""
        return f"{self.fund} {date_text(self.day)}"


class BasketFactor(Struct, frozen=True, kw_only=True):
    """What baskets say of one line: factors from ``low`` to ``high``, ``candidates`` on the grid.

    ``value``: the candidate nearest to the middle; None where there is none.  ``baskets``: how many the
    range is made of.
    """

    symbol: str
    value: float | None
    low: float
    high: float
    candidates: tuple[float, ...]
    baskets: int

    @property
    def certainty(self) -> str:
        """``certain``: one candidate; else how many there are, from which to which."""
        if len(self.candidates) == 1:
            return "certain"
        if not self.candidates:
            return "none"
        first, last = self.candidates[0], self.candidates[-1]
        return f"one of {len(self.candidates)}: {first:g} to {last:g}"


def baskets_of(market: Market, table: Any, unnamed: str, findings: Findings) -> list[Basket]:
    """The baskets in a conformed table ``baskets``, by fund and day; a fund without name is ``unnamed``.

    Lines that the market has no listed shares of on the day are told (DAT063) and left out.
    """
    funds = arrow.texts(table.column("fund"))
    days = arrow.days(table.column("date"))
    symbols = arrow.texts(table.column("symbol"))
    units = arrow.floats(table.column("units"))
    rows: dict[tuple[str, int], list[int]] = {}
    for row in np.flatnonzero(units > 0).tolist():
        rows.setdefault((funds[row] or unnamed, int(days[row])), []).append(row)
    made = []
    for (fund, day), of_basket in sorted(rows.items()):
        listed = _listed(market, day)
        lines = np.array([market.order.get(str(symbols[row]), -1) for row in of_basket])
        shares = np.where(lines >= 0, listed[lines], np.nan)
        known = shares > 0
        if not known.all():
            missing = [
                str(symbols[row]) for row, there in zip(of_basket, known, strict=True) if not there
            ]
            findings.add(
                "DAT063",
                f"no listed shares on the day of {len(missing)} of {quantity(len(of_basket), 'line')}: "
                f"{_some(missing)}",
                path=market.place,
                where=f"{fund} {date_text(day)}",
            )
        if known.any():
            made.append(
                Basket(
                    fund=fund,
                    day=day,
                    lines=lines[known],
                    units=units[of_basket][known],
                    shares=shares[known],
                )
            )
    return made


def float_factors(
    market: Market,
    baskets: Sequence[Basket],
    steps: int,
    anchors: Mapping[str, float],
    findings: Findings,
) -> list[BasketFactor]:
    """The float factor of each line in the baskets, on a grid of 1 / ``steps``.

    ``anchors``: factors known from elsewhere.  Findings: DAT060 no scale fits a basket, DAT061 several
    scales fit it alike, DAT062 (a warning) lines whose units fit no factor.
    """
    allowed = np.ones((len(market.symbols), steps), dtype=np.bool_)
    for symbol, factor in anchors.items():
        allowed[market.order[symbol]] = np.arange(1, steps + 1) == round(factor * steps)
    return _solve(market, baskets, allowed, findings)


def capping_factors(
    market: Market, baskets: Sequence[Basket], findings: Findings
) -> list[BasketFactor]:
    """The capping factor of each line in the baskets, of which most must be 1; four decimals.

    ``baskets`` in float shares (``floated``).  Findings as ``float_factors``.
    """
    return _solve(market, baskets, np.ones((len(market.symbols), 1), dtype=np.bool_), findings)


def floated(market: Market, baskets: Sequence[Basket], findings: Findings) -> list[Basket]:
    """Baskets with float shares in place of listed ones, by the market's factors known on the day.

    A line without float factor is told (DAT063) and left out.
    """
    table = FloatTable(market)
    made = []
    for basket in baskets:
        ratio = table.at(basket.day, basket.day)[basket.lines]
        known = ratio > 0
        if not known.all():
            names = [market.symbols[line] for line in basket.lines[~known]]
            findings.add(
                "DAT063",
                f"no float factor on the day of {len(names)} of {quantity(known.size, 'line')}: "
                f"{_some(names)}",
                path=market.place,
                where=basket.name,
            )
        if known.any():
            made.append(
                replace(
                    basket,
                    lines=basket.lines[known],
                    units=basket.units[known],
                    shares=(basket.shares * ratio)[known],
                )
            )
    return made


def index_shares(
    market: Market, factors: Sequence[BasketFactor], baskets: Sequence[Basket]
) -> dict[str, float]:
    """By symbol: the shares of its last basket times the factor found; lines without one are not there."""
    value = {item.symbol: item.value for item in factors if item.value is not None}
    shares = {
        market.symbols[line]: float(count)
        for basket in sorted(baskets, key=lambda one: one.day)
        for line, count in zip(basket.lines.tolist(), basket.shares.tolist(), strict=True)
    }
    return {symbol: shares[symbol] * factor for symbol, factor in value.items()}


def _solve(
    market: Market, baskets: Sequence[Basket], allowed: Bools, findings: Findings
) -> list[BasketFactor]:
    """The ranges of all lines: basket after basket, those that say most first."""
    n, steps = allowed.shape
    low, high = np.zeros(n), np.full(n, np.inf)
    seen, held = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    for basket in sorted(baskets, key=lambda one: -float(np.log(one.units).sum())):
        lines = basket.lines
        scale = fit_scale(basket.units, basket.shares, allowed[lines])
        if not scale.believed:
            findings.add(
                "DAT060",
                f"at the best scale {int((scale.fits & scale.says).sum())} of the {int(scale.says.sum())} "
                "lines that say something fit: no more than chance, or too few",
                path=market.place,
                where=basket.name,
                hint="is it a basket of a fund that holds every member, of this day?",
            )
            continue
        times = other_multiples(scale, basket.units, basket.shares, allowed[lines])
        if times:
            findings.add(
                "DAT061",
                f"all its factors could be {', '.join(map(str, times[:4]))} times as large",
                path=market.place,
                where=basket.name,
                hint="give one factor that is known: --anchor SYMBOL=57%",
            )
            continue
        least, most = factor_bounds(scale, basket.units, basket.shares)
        takes = scale.fits
        if steps == 1:  # a line that is not capped has one, and the others what their units say
            least, most = np.where(takes, 1.0, least), np.where(takes, 1.0, most)
            takes = np.ones(lines.size, dtype=np.bool_)
        odd = np.flatnonzero(~scale.fits)
        if odd.size and steps > 1:
            shown = [
                f"{market.symbols[lines[at]]} ({least[at]:.2%} to {most[at]:.2%})" for at in odd
            ]
            findings.add(
                "DAT062",
                f"no factor on the grid for {odd.size} of {quantity(lines.size, 'line')}: {_some(shown)}",
                path=market.place,
                where=basket.name,
            )
        taken = lines[takes]
        low[taken] = np.maximum(low[taken], least[takes])
        high[taken] = np.minimum(high[taken], most[takes])
        seen[taken] += 1
        held[lines] = True
        if steps > 1:
            narrowed = allowed[taken] & on_grid(low[taken], high[taken], steps)
            some = np.any(narrowed, axis=1)
            allowed[taken[some]] = narrowed[some]
    grid = steps if steps > 1 else 10**CAP_DECIMALS
    return [
        _factor(market.symbols[line], low[line], high[line], grid, int(seen[line]))
        for line in np.flatnonzero(held & (seen > 0)).tolist()
    ]


def _factor(symbol: str, low: float, high: float, steps: int, baskets: int) -> BasketFactor:
    slack = SLACK if steps < 10**CAP_DECIMALS else 0.0
    first = int(np.ceil(low * (1 - slack) * steps - 1e-6))
    last = int(np.floor(high * (1 + slack) * steps + 1e-6))
    candidates = tuple(step / steps for step in range(max(first, 1), last + 1))
    middle = (low + high) / 2
    value = min(candidates, key=lambda one: abs(one - middle)) if candidates else None
    return BasketFactor(
        symbol=symbol, value=value, low=low, high=high, candidates=candidates, baskets=baskets
    )


def _listed(market: Market, day: int) -> Floats:
    """Listed shares (n,) on the last observed session up to a day; NaN where a line has no row."""
    row = market.panel.row(day, side="right") - 1
    if row < 0:
        return np.full(len(market.symbols), np.nan)
    found: Floats = market.panel.column("shares_outstanding", row, row + 1)[0]
    return found


def _some(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
