"""Index shares: how many of each line the index holds in each session, by weighting scheme.

Design section 8: ``q_t`` is fixed before the open of t and all that is effective on t is in it.

=====================  =========================================================================
cap weighted, daily    counted shares x float factor x capping factor x inclusion
cap weighted, fixed    the same at each reset, then scaled by share actions on their ex-date and by
                       float factors on the day they change
value-neutral          set at each reset, then ``q_t B_t = q_{t-1} C`` whatever the event
price-weighted         price factor x capping factor x inclusion, whatever the shares do
=====================  =========================================================================

Value-neutral are equal, measure, tilt, inverse volatility and given weights.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.prices.lines import Lines
from indexcalc.weighting.schemes import half_up


class Stretch(Struct, frozen=True):
    """Some lines of an index in some sessions, in order: arrays (m, k).

    ``codes`` (m,), ``sessions`` and ``resets`` (k,): positions, and where weights are set anew.
    ``inside``: who is held.  ``shares`` and ``share_factor`` as in ``Lines``, of quiet lines (m, 1).
    ``price_ratio``: what the events do to a value-neutral holding.  ``float_ratio``: float factors over
    those of the session before, 1 where they stay.
    """

    codes: Codes
    sessions: Ints
    resets: Bools
    inside: Bools
    factor: Floats
    shares: Floats
    share_factor: Floats
    price_ratio: Floats
    float_ratio: Floats

    @property
    def counted(self) -> Floats:
        """Index shares of lines that have their own counts."""
        return self.shares * self.factor

    @property
    def scale(self) -> Floats:
        """What the sessions do to index shares whose counts are fixed."""
        return self.share_factor * self.float_ratio


def moving_stretch(
    prices: IndexLines,
    held: Held,
    columns: slice,
    price_ratio: Floats,
    float_before: Floats | None = None,
) -> Stretch:
    """The moving lines in some columns; ``float_before`` (n_symbols,): of the session before the block."""
    moving, every = prices.moving, np.arange(columns.start, columns.stop)
    return Stretch(
        codes=moving.codes,
        sessions=prices.first + every,
        resets=held.resets_in(every),
        inside=held.held[prices.rows, columns],
        factor=held.factor_in(every, prices.rows),
        shares=moving.shares[:, columns],
        share_factor=moving.share_factor[:, columns],
        price_ratio=price_ratio,
        float_ratio=held.float_ratio_in(every, prices.rows, float_before),
    )


def quiet_stretch(
    prices: IndexLines,
    held: Held,
    columns: Ints,
    rows: Ints,
    float_before: Floats | None = None,
) -> Stretch:
    """Quiet lines in the columns (k,) at which factors or members change: between them they stay."""
    codes = prices.codes[rows]
    ones = np.ones((rows.size, columns.size))
    return Stretch(
        codes=codes,
        sessions=prices.first + columns,
        resets=held.resets_in(columns),
        inside=held.held[rows[:, None], columns],
        factor=held.factor_in(columns, rows),
        shares=prices.block.start.listed[codes][:, None],
        share_factor=ones,
        price_ratio=ones.copy(),
        float_ratio=held.float_ratio_in(columns, rows, float_before),
    )


def price_weighted(lines: Stretch) -> Floats:
    """Index shares (m, k) of a price-weighted index: the divisor absorbs what splits do."""
    return np.where(lines.inside, lines.factor, 0.0)


def cap_weighted(lines: Stretch) -> Floats:
    """Index shares (m, k) of a cap-weighted index that takes every share change that day."""
    return np.where(lines.inside, lines.counted, 0.0)


def fixed_since_reset(lines: Stretch, before: Floats) -> Floats:
    """Index shares of a cap-weighted index whose counts change at resets and share actions only.

    ``before`` (m,): index shares of the session before (0: not held).  A line that enters between
    resets starts with its own count.
    """
    own, scale, inside = lines.counted, lines.scale, lines.inside
    made = np.zeros_like(own)
    last = before
    for column in range(own.shape[1]):
        fresh = (last == 0.0) | lines.resets[column]
        last = np.where(
            inside[:, column], np.where(fresh, own[:, column], last * scale[:, column]), 0
        )
        made[:, column] = last
    return made


def above_threshold(lines: Stretch, before: Floats, threshold: float) -> Floats:
    """Like ``fixed_since_reset``, and a change of the count is taken once it reaches ``threshold``."""
    own, scale, inside = lines.counted, lines.scale, lines.inside
    made = np.zeros_like(own)
    last = before
    for column in range(own.shape[1]):
        scaled = last * scale[:, column]
        with np.errstate(invalid="ignore", divide="ignore"):
            # Shares are compared after rounding to 12 decimals (115 to 100 is 15 %, not less).
            moved = np.round(np.abs(own[:, column] / scaled - 1.0), 12) >= threshold
        fresh = (last == 0.0) | lines.resets[column] | moved
        last = np.where(inside[:, column], np.where(fresh, own[:, column], scaled), 0.0)
        made[:, column] = last
    return made


def value_neutral(
    lines: Stretch, before: Floats, set_at_close: bool = False, digits: int | None = None
) -> Floats:
    """Index shares of an index whose weights only trading moves: ``q_t = q_{t-1} * C / B``.

    ``before`` (m,): index shares of the session before, or those a reset sets; with
    ``set_at_close`` they are those of the first session's close, and its events are past.
    ``digits``: they are rounded so whenever they are set or an event moves them.
    """
    ratio = lines.price_ratio
    if set_at_close:
        ratio[:, 0] = 1.0
    if digits is None:
        path = np.cumprod(np.concatenate((before[:, None], ratio), axis=1), axis=1)[:, 1:]
    else:
        path = np.zeros_like(ratio)
        last = before
        for column in range(ratio.shape[1]):
            last = half_up(last * ratio[:, column], digits)
            path[:, column] = last
    return np.where(lines.inside, path, 0.0)


def part_of_the_way(before: Floats, goal: Floats, steps_left: int) -> Floats:
    """Index shares (n,) after the first of the equal steps that are left from ``before`` to ``goal``."""
    return before + (goal - before) / steps_left


def price_ratio(lines: Lines, columns: slice, drifts: bool = False) -> Floats:
    """What the events of a session do to a value-neutral holding (n, columns): C / B, else 1.

    A spun-off line is held beside its parent, whose holding stays; ``drifts``: so it does for a
    special dividend.
    """
    last, base = lines.last[:, columns], lines.base[:, columns]
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(last == base, 1.0, last / base)
    made: Floats = np.where(np.isfinite(ratio), ratio, 1.0)
    for kept in (lines.spun, lines.cash) if drifts else (lines.spun,):
        _divide(made, kept, lines, columns)
    return made


def held_ratio(lines: Lines, columns: slice) -> Floats:
    """What the events of a session do to old shares of a price-weighted holding (n, columns): new
    shares for one; rights subscribe nothing."""
    made = lines.share_factor[:, columns].copy()
    _divide(made, lines.rights, lines, columns)
    return made


def _divide(
    values: Floats, by: Mapping[tuple[int, int], float], lines: Lines, columns: slice
) -> None:
    """Divide cells of ``values`` (n, columns) in place by what ``by`` says of (code, column)."""
    for (code, column), value in by.items():
        row = lines.row(code)
        if row >= 0 and columns.start <= column < columns.stop:
            values[row, column - columns.start] /= value
