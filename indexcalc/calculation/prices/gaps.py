"""Gaps: moves of a price, or of price and shares together, that no event explains.

A gap is a price beyond the exchange's daily limit for the sessions passed, or counted shares that
step by a tenth or more while the price undoes at least half of the step.  A known exchange base
explains any move.  The line is held unmoved over the session, and the event says so.
"""

from __future__ import annotations

import bisect
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Bools, Floats, true_cells
from indexcalc.calculation.prices.lines import LineEvent, Lines
from indexcalc.market.as_of import Spells
from indexcalc.market.checks.likely_action import (
    LIMIT_WITHOUT_ONE,
    SHARE_STEP,
    likely_action,
    opposes,
)
from indexcalc.market.market import Market
from indexcalc.market.plausibility import impossible


class Gaps:
    """The judge of moves in one market; ``passed``: calendar sessions since the one observed before."""

    def __init__(self, market: Market, passed: npt.NDArray[Any]) -> None:
        limit = market.facts.get("price_limit")
        self.limit = float(limit) if limit is not None else None
        self.passed = passed
        self._bounds = (np.zeros(passed.size), np.full(passed.size, np.inf))
        if self.limit is not None:
            sessions = passed.astype(np.float64)
            self._bounds = (
                (1 - self.limit) ** sessions * (1 - 1e-9),
                (1 + self.limit) ** sessions * (1 + 1e-9),
            )
        designations = market.table("designations")
        self.spells = None if designations is None else Spells(designations, market.order)

    def suspects(
        self, lines: Lines, listed: Floats, before: Floats, exchange: Floats | None
    ) -> Bools:
        """Cells of lines whose price or share count moved in a way that asks for an event.

        ``listed`` (n, n_sessions): their shares, ``before`` (n,) the first session; ``exchange``: their
        known base prices, None where there is none.  Where the exchange gives its base there is no gap,
        whatever moved.  Not all found is one in the end.
        """
        suspects = np.zeros(listed.shape, dtype=np.bool_)
        row, column = true_cells(suspects == 0 if exchange is None else np.isnan(exchange))
        was = np.where(column > 0, listed[row, column - 1], before[row])
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = lines.close[row, column] / lines.base[row, column]
            step = listed[row, column] / was
            found = large_steps(step) & ((ratio - 1) * (step - 1) < 0)
            if self.limit is not None:
                low, high = self.bounds(lines.first, lines.days.size)
                found |= (ratio < low[column]) | (ratio > high[column])
        suspects[row, column] = found
        return suspects

    def bounds(self, first: int, n_sessions: int) -> tuple[Floats, Floats]:
        """Lowest and highest close over base that the daily limit allows for the sessions passed."""
        within = slice(first, first + n_sessions)
        return self._bounds[0][within], self._bounds[1][within]

    def check(
        self,
        lines: Lines,
        code: int,
        column: int,
        last: float,
        factor: float,
        explained: bool,
        stated: float,
        counted_before: float,
        limited: bool = True,
    ) -> None:
        """A move no event explains: the line is held unmoved over the session, and said so.

        A known exchange base explains any move (a warning where no action row says why).  Else a
        gap is a price beyond the daily limit for the sessions passed, or counted shares that step
        by a tenth or more while the price undoes at least half of it.  ``limited``: does the daily limit
        hold?  It does not where shares of another line go ex at no known value.
        """
        row = lines.row(code)
        base, close = float(lines.base[row, column]), float(lines.close[row, column])
        if isnan(base) or isnan(last) or not lines.present[row, column]:
            return
        step = float(lines.shares[row, column] / counted_before / factor)
        session = lines.first + column
        if not isnan(stated):
            if impossible(stated / last):
                reason = f"the base price is {stated / last:.4g} times the close before"
                lines.events.append(
                    LineEvent(session, code, "base_impossible", last, stated, reason)
                )
            elif not explained and self._moved(stated / last, step):
                reason = "the exchange moved its base price and no action row says why"
                lines.events.append(
                    LineEvent(session, code, "base_unexplained", last, stated, reason)
                )
            return
        ratio = close / base
        beyond = False
        if limited and self.limit is not None:
            beyond = bool(ratio < self._bounds[0][session] or ratio > self._bounds[1][session])
            beyond = beyond and not self._exempt(code, int(lines.days[column]))
        if beyond or (not explained and opposes(ratio, step)):
            likely = likely_action(ratio, step, base).words
            if explained:
                likely = "the exchange's base price beside the rows of the session"
            reason = (
                f"price moved by {ratio:.6g} and shares by {step:.6g} and no event explains it; "
                f"held unmoved over this session; {likely} is missing?"
            )
            lines.events.append(LineEvent(session, code, "gap", base, close, reason))
            lines.base[row, column] = close

    def _exempt(self, code: int, day: int) -> bool:
        """Is the line in its delisting-trade period, where the exchange sets no daily limit?"""
        if self.spells is None:
            return False
        exempt = self.spells.holds("delisting_trade", np.array([code]), np.array([day]))
        return bool(exempt[0])

    def _moved(self, ratio: float, step: float) -> bool:
        """Is a move of the exchange's base large enough to ask for an action row?"""
        limit = self.limit if self.limit is not None else LIMIT_WITHOUT_ONE
        return bool(ratio < 1 - limit or ratio > 1 + limit or opposes(ratio, step))


def large_steps(step: Floats) -> Bools:
    """Where listed shares stepped so much that it asks for an explanation."""
    return np.asarray((step >= 1 + SHARE_STEP) | (step <= 1 / (1 + SHARE_STEP)), dtype=np.bool_)


def look_again(waiting: list[int], lines: Lines, row: int, column: int, exchange: Floats) -> bool:
    """Mark what follows a carried price up to the next trade: it was judged by the old price.  Is there
    such a trade?"""
    for later in range(column + 1, lines.days.size):
        trades = bool(lines.traded[row, later])
        if later not in waiting and (trades or not np.isnan(exchange[row, later])):
            bisect.insort(waiting, later)
        if trades:
            return True
    return False
