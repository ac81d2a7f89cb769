"""Closes of pricing sessions, put through what happens until the weights take effect.

Weights are made of closes that may lie some sessions before the effective date (``review.pricing``).
What splits, rights and other events do to a price in between is put into it, as into every last price:
so share counts of the effective date fit it, and a line that is capped at its limit opens at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Codes, Floats
from indexcalc.calculation.prices.index_lines import IndexLines


class _RequestedCloses(Struct):
    pricing: int
    effective: int
    codes: Codes
    price: Floats


class PricingCloses:
    """Follows blocks of lines in order.

    ``asks``: (pricing session, effective session, codes), sessions as positions among the observed.
    """

    def __init__(self, asks: Iterable[tuple[int, int, Codes]]) -> None:
        self._asked = [
            _RequestedCloses(
                min(pricing, effective - 1), effective, codes, np.full(codes.size, np.nan)
            )
            for pricing, effective, codes in asks
        ]
        self._done: dict[int, Floats] = {}

    def take(self, lines: IndexLines) -> None:
        """Let a block enter; afterwards ``at`` answers for its sessions."""
        first = lines.first
        last = first + lines.days.size - 1
        waiting: list[_RequestedCloses] = []
        for item in self._asked:
            if item.pricing <= last:
                self._one(item, lines, first, last)
            if item.effective > last:
                waiting.append(item)
        self._asked = waiting

    def _one(self, item: _RequestedCloses, lines: IndexLines, first: int, last: int) -> None:
        rows = np.searchsorted(lines.codes, item.codes)
        if first <= item.pricing:
            item.price = lines.at("close", item.pricing - first)[rows]
        for session in range(max(item.pricing + 1, first), min(item.effective, last) + 1):
            column = session - first
            before, base = lines.at("last", column)[rows], lines.at("base", column)[rows]
            if session == item.effective and session == item.pricing + 1:
                item.price = base
                continue
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = np.where(before == base, 1.0, base / before)
            item.price = item.price * np.where(np.isfinite(ratio), ratio, 1.0)
        if first <= item.effective <= last:
            # A line without a price on the pricing session is weighed at the one it enters at.
            column = item.effective - first
            made = np.where(np.isnan(item.price), lines.at("base", column)[rows], item.price)
            close = lines.at("close", column)[rows]
            self._done[item.effective] = np.where(np.isnan(made), close, made)

    def codes(self, last: int) -> list[Codes]:
        """The lines of lists whose pricing session is no later than ``last``."""
        return [item.codes for item in self._asked if item.pricing <= last]

    def waiting(self, last: int) -> dict[int, tuple[Codes, Floats]]:
        """By effective session, lines and prices as put through session ``last``, of the lists whose
        pricing session has come."""
        return {
            item.effective: (item.codes, item.price)
            for item in self._asked
            if item.pricing <= last < item.effective
        }

    def resume(self, last: int, closes: Mapping[int, tuple[Codes, Floats]]) -> list[int]:
        """Go on after session ``last`` with what was ``waiting``.

        Returns the effective sessions of lists whose prices would be needed and were not kept.
        """
        lacking: list[int] = []
        self._asked = [item for item in self._asked if item.effective > last]
        for item in self._asked:
            if item.pricing > last:
                continue
            codes, price = closes.get(item.effective, (item.codes[:0], item.price[:0]))
            if np.array_equal(codes, item.codes):
                item.price = price.copy()
            else:
                lacking.append(item.effective)
        return lacking

    def at(self, effective: int) -> Floats:
        """Prices (n,) for a list effective in the block taken last, in line currency."""
        return self._done.pop(effective)
