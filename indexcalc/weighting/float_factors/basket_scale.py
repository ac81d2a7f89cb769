"""The scale of a creation basket: units = round(scale x listed shares x factor), factors on a grid.

The issuer of an index fund says how many shares of each line make one creation unit.  The scale is not
said.  At the right one nearly every line's factor falls on the grid (whole percents); at another a line
does so by chance, the more rarely the more units of it there are.  Every grid value of every line gives
an interval of scales, and the scale sought is where the intervals of most lines, counted by how much
each says, overlap: found exactly, by one pass over the ends of all intervals.
"""

from __future__ import annotations

import math

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints, true_cells

# What a line that fits counts beside what it says: a scale at which one more line fits is right about
# fifty times as often as by chance (one line in fifty is capped, or its count is of another day).
_FITS = math.log(50.0)
# By how much the count an index has may differ from the listed shares: conversions and cancellations
# that the index takes on another day than the exchange.
SLACK = 0.0005
# How much likelier than by chance (e to this power) a fit must be to be believed.
NEEDED = math.log(1000.0)
_MOST_MISSES = 0.25


class Scale(Struct, frozen=True, kw_only=True):
    """The scales between ``low`` and ``high`` fit the lines ``fits`` (n,).

    ``says``: lines with units enough to miss the grid.  ``evidence``: the logarithm of how much likelier
    the fit is than the best of as many tries by chance.
    """

    low: float
    high: float
    fits: Bools
    says: Bools
    evidence: float

    @property
    def believed(self) -> bool:
        """Is it more than chance, and do three quarters of the lines that say something fit?"""
        misses = int((self.says & ~self.fits).sum())
        return self.evidence > NEEDED and misses <= _MOST_MISSES * max(int(self.says.sum()), 1)


class _Spans(Struct):
    """Intervals of scales, one row each: which line, from, to, how rare by chance (natural logarithm).

    ``counts``: what a fit counts for the scale; it does not depend on which factor fits, so that all
    factors twice as large count alike.
    """

    line: Ints
    low: Floats
    high: Floats
    says: Floats
    counts: Floats

    def between(self, low: float, high: float) -> _Spans:
        """What of the intervals lies between two scales."""
        rows = np.flatnonzero((self.low <= high) & (self.high >= low))
        ends = np.clip(self.low[rows], low, high), np.clip(self.high[rows], low, high)
        return _Spans(self.line[rows], *ends, self.says[rows], self.counts[rows])

    def at(self, scale: float) -> Ints:
        """The rows that hold a scale: at most one a line."""
        return np.flatnonzero((self.low <= scale) & (scale <= self.high))


def fit_scale(units: Floats, shares: Floats, allowed: Bools) -> Scale:
    """The scale at which most lines fall on the grid.

    ``units``, ``shares`` (n,), both above zero; ``allowed`` (n, K): may the factor of a line be (k+1)/K?
    Of scales that fit alike, the largest: with all factors on it, half of it has them all doubled.
    First with ``SLACK``, then among the scales found, the ones that fit most lines without it.
    """
    spans = _spans(units, shares, allowed, SLACK)
    low, high = _fullest(spans)
    here = spans.at(math.sqrt(low * high))
    exact = _spans(units, shares, allowed, 0.0).between(low, high)
    if exact.line.size:
        low, high = _fullest(exact)
    fits = np.zeros(units.size, dtype=np.bool_)
    fits[spans.line[here]] = True
    says = np.zeros(units.size, dtype=np.bool_)
    says[spans.line[spans.says > 0]] = True
    misses = int((says & ~fits).sum())
    of = int(says.sum())
    evidence = float(spans.says[here].sum()) - math.log(max(spans.line.size, 1))
    evidence -= math.lgamma(of + 1) - math.lgamma(misses + 1) - math.lgamma(of - misses + 1)
    return Scale(low=low, high=high, fits=fits, says=says, evidence=evidence)


def other_multiples(scale: Scale, units: Floats, shares: Floats, allowed: Bools) -> list[int]:
    """Whole numbers by which all factors could be multiplied and fit about as well."""
    spans = _spans(units, shares, allowed, SLACK)
    middle = math.sqrt(scale.low * scale.high)
    here = spans.at(middle)
    counts = np.zeros(units.size)
    counts[spans.line[here]] = spans.counts[here]
    counts[scale.fits & (allowed.sum(axis=1) == 1)] += NEEDED  # the factor of such a line is known
    found = []
    for times in range(2, allowed.shape[1] + 1):
        gone = counts.copy()
        gone[spans.line[spans.at(middle / times)]] = 0.0
        if float(gone.sum()) < NEEDED:
            found.append(times)
    return found


def factor_bounds(scale: Scale, units: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """The least and the largest factor (n,) that each line's units allow at the scale."""
    low = (units - 0.5) / (scale.high * shares)
    high = (units + 0.5) / (scale.low * shares)
    return low, high


def on_grid(low: Floats, high: Floats, steps: int) -> Bools:
    """(n, steps): which grid values (k+1)/steps lie between ``low`` and ``high``, but for ``SLACK``."""
    grid = np.arange(1, steps + 1) / steps
    return (grid >= low[:, None] * (1 - SLACK)) & (grid <= high[:, None] * (1 + SLACK))


def _fullest(spans: _Spans) -> tuple[float, float]:
    """The two ends between which the intervals count most."""
    ends = np.concatenate((spans.low, spans.high))
    steps = np.concatenate((spans.counts, -spans.counts))
    order = np.lexsort((-steps, ends))
    running = np.round(np.cumsum(steps[order]), 6)
    best = int(np.flatnonzero(running == running.max())[-1])
    return float(ends[order[best]]), float(ends[order[best + 1]])


def _spans(units: Floats, shares: Floats, allowed: Bools, slack: float) -> _Spans:
    """The intervals of each line, those that touch joined into one that says nothing."""
    steps = allowed.shape[1]
    line, value = true_cells(allowed)
    factor = (value + 1) / steps
    width = 0.5 / units[line] + slack
    low = units[line] * (1 - width) / (shares[line] * factor)
    high = units[line] * (1 + width) / (shares[line] * factor)
    # A factor of k steps is known to twice the width times k of a step.
    says = np.maximum(-np.log(2 * width * (value + 1)), 0.0)
    counts = np.maximum(-np.log(width * steps), 0.0) + _FITS
    order = np.lexsort((low, line))
    line, low, high, says, counts = (
        line[order],
        low[order],
        high[order],
        says[order],
        counts[order],
    )
    joins = np.zeros(line.size, dtype=np.bool_)
    joins[1:] = (line[1:] == line[:-1]) & (low[1:] <= high[:-1])
    first = np.flatnonzero(~joins)
    alone = np.diff(np.append(first, line.size)) == 1
    return _Spans(
        line[first],
        low[first],
        np.maximum.reduceat(high, first) if line.size else high,
        np.where(alone, says[first], 0.0),
        np.where(alone, counts[first], _FITS),
    )
