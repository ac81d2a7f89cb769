"""The level: what the index shares are worth, chained over sessions and as value over divisor.

Design section 8, with S the value at the close, R the value of the same shares at the start of the
session and V the ordinary dividends of the session::

    level_t   = level_{t-1} * S_t / R_t
    divisor_t = divisor_{t-1} * R_t / S_{t-1}          level_t = S_t / divisor_t
    tr_t      = tr_{t-1} * (S_t + V_t) / R_t           order: after
    tr_t      = tr_{t-1} * (S_t / R_t) * (1 + V_t / R_t)   order: before

Every sum is ``ordered_sum`` over members by ascending symbol bytes; lines that are not held add 0.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import numpy as np
import numpy.typing as npt

from indexcalc.calculation import index_shares
from indexcalc.calculation.index_shares import Held
from indexcalc.calculation.lines import Lines
from indexcalc.market.panel import ordered_sum

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Order = Literal["after", "before"]


@dataclass(frozen=True, slots=True)
class Scheme:
    """What of ``weighting`` and ``maintenance`` the level needs.

    ``shares``: ``daily``, ``at_rebalance`` or ``threshold``.  ``value_neutral``: equal weights.
    ``joins_at``: what a line is given that joins a value-neutral index between resets: the weight
    of those that leave that session (the average weight where none does), or the average weight.
    """

    value_neutral: bool = False
    shares: Literal["daily", "at_rebalance", "threshold"] = "daily"
    threshold: float = 0.0
    order: Order = "after"
    joins_at: Literal["leaver_weight", "average_weight"] = "leaver_weight"


@dataclass(slots=True)
class LevelState:
    """The index between two sessions: enough to go on with the same bits.

    ``shares`` (n_symbols,): index shares of the last session.
    """

    shares: Floats
    value: float = 0.0
    level: float = 0.0
    total_return: float = 0.0
    divisor: float = 0.0
    started: bool = False


@dataclass(slots=True)
class LevelBlock:
    """Levels of one block: arrays (n_sessions,); ``shares`` (n, n_sessions) for ``held.codes``.

    ``opening`` R and ``value`` S per session; ``empty`` marks sessions without a member.
    """

    held: Held
    first: int
    shares: Floats
    value: Floats
    opening: Floats
    level: Floats
    total_return: Floats
    divisor: Floats
    divisor_before: Floats
    members: npt.NDArray[np.int64]
    empty: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


def advance(
    lines: Lines,
    held: Held,
    dividends: Floats | None,
    scheme: Scheme,
    state: LevelState,
    base_level: float,
    first_column: int = 0,
) -> LevelBlock:
    """Levels of the sessions of one block from ``first_column`` on, moving ``state`` along.

    ``dividends`` (n_symbols, n_sessions): ordinary dividends per share held before the session's
    events, 0 where none; None when there are none in the block.  The first session ever is the
    start: its level is ``base_level`` and nothing has moved yet.
    """
    n_sessions = lines.block.shape[1]
    codes = held.codes
    shares = np.zeros((codes.size, n_sessions))
    value, opening = np.zeros(n_sessions), np.zeros(n_sessions)
    level, total = np.full(n_sessions, np.nan), np.full(n_sessions, np.nan)
    divisor, divisor_before = np.full(n_sessions, np.nan), np.full(n_sessions, np.nan)
    members = held.held.sum(axis=0).astype(np.int64)
    empty = np.zeros(n_sessions, dtype=np.bool_)
    marks = {first_column, n_sessions, *(c for c in held.resets if c >= first_column)}
    if scheme.value_neutral:
        marks.update(_joins(held, state, first_column))
    bounds = sorted(marks)
    for start, stop in itertools.pairwise(bounds):
        columns = slice(start, stop)
        part = _shares(lines, held, columns, scheme, state, base_level)
        shares[:, columns] = part
        close = lines.close[codes, columns]
        base = lines.base[codes, columns]
        used = part != 0.0
        value[columns] = ordered_sum(np.where(used, part * close, 0.0))
        opening[columns] = ordered_sum(np.where(used, part * base, 0.0))
        paid = np.zeros(stop - start)
        if dividends is not None:
            # Shares held before the events: what they did to the holding is taken back.
            factor = (
                index_shares.price_ratio(lines, codes, columns)
                if scheme.value_neutral
                else lines.share_factor[codes, columns]
            )
            entitled = np.where(used, part / factor * dividends[codes, columns], 0.0)
            paid = ordered_sum(entitled)
        for column in range(start, stop):
            if not state.started:
                _start(state, float(value[column]), base_level)
                opening[column] = value[column]
                divisor_before[column] = state.divisor
            else:
                divisor_before[column] = state.divisor
                empty[column] = not _step(
                    state,
                    float(value[column]),
                    float(opening[column]),
                    float(paid[column - start]),
                    scheme.order,
                )
            level[column] = state.level
            total[column] = state.total_return
            divisor[column] = state.divisor
        state.shares = np.zeros(lines.block.shape[0])
        state.shares[codes] = part[:, -1]
    return LevelBlock(
        held,
        first_column,
        shares,
        value,
        opening,
        level,
        total,
        divisor,
        divisor_before,
        members,
        empty,
    )


def _shares(
    lines: Lines,
    held: Held,
    columns: slice,
    scheme: Scheme,
    state: LevelState,
    base_level: float,
) -> Floats:
    """Index shares of one stretch between resets."""
    reset = columns.start in held.resets
    before = state.shares[held.codes]
    if scheme.value_neutral:
        if reset:
            weights = held.weights[held.resets.index(columns.start)]
            # Where nothing is held the level is what there is to invest.
            budget = state.value or state.level if state.started else base_level
            price = (lines.last if state.started else lines.close)[held.codes, columns.start]
            with np.errstate(invalid="ignore", divide="ignore"):
                before = np.where(weights > 0, weights * budget / price, 0.0)
        elif state.started:
            before = _joined(lines, held, columns.start, scheme, state)
        return index_shares.value_neutral(
            lines, held, columns, before, set_at_close=not state.started
        )
    if scheme.shares == "at_rebalance":
        return index_shares.fixed_since_reset(lines, held, columns, before, reset)
    if scheme.shares == "threshold":
        return index_shares.above_threshold(lines, held, columns, before, reset, scheme.threshold)
    return index_shares.cap_weighted(lines, held, columns)


def _joins(held: Held, state: LevelState, first_column: int) -> list[int]:
    """Columns at which a line is held that was not in the session before."""
    was = np.concatenate((state.shares[held.codes][:, None] != 0.0, held.held[:, :-1]), axis=1)
    fresh = (held.held & ~was).any(axis=0)
    return [int(column) for column in np.flatnonzero(fresh) if column >= first_column]


def _joined(lines: Lines, held: Held, column: int, scheme: Scheme, state: LevelState) -> Floats:
    """Index shares (n,) of the session before, with what those that join are given."""
    before = state.shares[held.codes]
    joins = held.held[:, column] & (before == 0.0)
    if not joins.any():
        return before
    inside = np.zeros(state.shares.size, dtype=np.bool_)
    inside[held.codes] = held.held[:, column]
    last = lines.last[:, column]
    held_before = state.shares != 0.0
    left = np.where(held_before & ~inside, state.shares * last, 0.0)
    freed = float(ordered_sum(left))
    each = freed / int(joins.sum())
    if scheme.joins_at == "average_weight" or freed <= 0.0:
        each = state.value / max(int(held_before.sum()), 1)
    price = last[held.codes]
    price = np.where(np.isnan(price), lines.base[held.codes, column], price)
    return np.where(joins, each / price, before)


def _start(state: LevelState, value: float, base_level: float) -> None:
    state.level = state.total_return = base_level
    state.value = value
    state.divisor = value / base_level
    state.started = True


def _step(state: LevelState, value: float, opening: float, paid: float, order: Order) -> bool:
    """Move one session on; False where nothing is held, and the level stays."""
    if opening <= 0.0:
        state.value = 0.0
        return False
    # Where nothing was held before, the lines are bought at the last close for the level there is.
    state.divisor = (
        state.divisor * opening / state.value if state.value > 0.0 else opening / state.level
    )
    state.level = state.level * value / opening
    if order == "after":
        state.total_return = state.total_return * (value + paid) / opening
    else:
        state.total_return = state.total_return * (value / opening) * (1.0 + paid / opening)
    state.value = value
    return True


def published(level: float, decimals: int, rounding: str = "half_up") -> Decimal:
    """The level as printed: rounded from its shortest decimal text, half away from zero.

    ``Decimal(repr(level))`` is what a person reads of the double; 2.675 prints 2.68 at two digits.
    """
    if rounding != "half_up":
        raise ValueError(f"rounding {rounding} is not known")
    return Decimal(repr(float(level))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
