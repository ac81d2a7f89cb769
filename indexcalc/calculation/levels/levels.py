"""The level: what the index shares are worth, chained over sessions and as value over divisor.

Design section 8, with S the value at the close and R the value of the same shares at the start of
the session (``returns`` has the return versions)::

    level_t   = level_{t-1} * S_t / R_t
    divisor_t = divisor_{t-1} * R_t / S_{t-1}          level_t = S_t / divisor_t

With ``rounding: {divisor: n}`` the divisor is rounded half up each time it moves and the level is
S over it: R is then what the rounded divisor says it is.

Every sum is ``ordered_sum`` over members by ascending symbol bytes; lines that are not held add 0.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.calculation.levels import index_shares
from indexcalc.calculation.levels.published_levels import published
from indexcalc.calculation.levels.received_shares import Holding, ReceivedShares, ShareTransfer
from indexcalc.calculation.levels.share_updates import ShareUpdates
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.prices.lines import Lines
from indexcalc.calculation.returns.returns import (
    Flow,
    Payments,
    ReturnState,
    ReturnTerms,
    flow_of,
    paid_out,
    with_withheld,
)
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.weighting.schemes import half_up

GROSS_AFTER = ReturnTerms()


@dataclass(frozen=True, slots=True)
class Scheme:
    """What of ``weighting`` and ``maintenance`` the level needs.

    ``shares``: ``daily``, ``at_rebalance`` or ``threshold``.  ``value_neutral``: weights only trading
    moves (equal, measure, tilt ...).  ``price_weighted``: a share of each, times its price factor.
    ``share_digits``: decimals index shares are rounded to (None: all).  ``special_drifts``: a special
    dividend leaves the index shares of a value-neutral index.
    ``joins_at``: what a line is given that joins a value-neutral index between resets: the weight
    of those that leave that session (the average weight where none does), or the average weight.
    """

    value_neutral: bool = False
    shares: Literal["daily", "at_rebalance", "threshold"] = "daily"
    threshold: float = 0.0
    joins_at: Literal["leaver_weight", "average_weight"] = "leaver_weight"
    price_weighted: bool = False
    share_digits: int | None = None
    special_drifts: bool = False

    @property
    def holding(self) -> Holding:
        """What a session's events do to a holding."""
        if self.value_neutral:
            return "drifting" if self.special_drifts else "neutral"
        return "price" if self.price_weighted else "cap"


@dataclass(slots=True)
class LevelState:
    """The index between two sessions: enough to go on with the same bits.

    ``shares`` (n_symbols,): index shares of the last session, of the members.  ``handed``: what
    corporate events handed the index beside them (None: nothing ever).  ``updates``: when changes of
    share counts are taken, where a rule says more than a threshold.
    """

    shares: Floats
    value: float = 0.0
    level: float = 0.0
    divisor: float = 0.0
    started: bool = False
    gross: ReturnState = field(default_factory=ReturnState)
    net: list[ReturnState] = field(default_factory=list)
    handed: ReceivedShares | None = None
    updates: ShareUpdates | None = None


@dataclass(slots=True)
class LevelBlock:
    """Levels of one block: arrays (n_sessions,); ``shares`` (n, n_sessions) for ``held.codes``.

    ``opening`` R, ``value`` S and ``paid`` V per session; ``net_return`` (n_taxes, n_sessions);
    ``empty`` marks sessions without a member.
    """

    held: Held
    first: int
    shares: Floats
    value: Floats
    opening: Floats
    level: Floats
    total_return: Floats
    net_return: Floats
    paid: Floats
    divisor: Floats
    divisor_before: Floats
    members: Ints
    empty: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    told: tuple[ShareTransfer, ...] = ()


def advance(
    lines: Lines,
    held: Held,
    payments: Payments | None,
    scheme: Scheme,
    state: LevelState,
    base_level: float,
    first_column: int = 0,
    terms: ReturnTerms = GROSS_AFTER,
    base_divisor: float | None = None,
    divisor_decimals: int | None = None,
    rebase: int | None = None,
) -> LevelBlock:
    """Levels of the sessions of one block from ``first_column`` on, moving ``state`` along.

    ``lines`` has prices in the currency of the index.  ``payments``: the ordinary dividends of the
    block, None when there are none.  The first session ever is the start: its level is
    ``base_level``, or what ``base_divisor`` makes of its value, and nothing has moved yet.  ``rebase``:
    the column at whose close the series starts where weights are followed from before it.
    """
    n_sessions = lines.block.shape[1]
    codes = held.codes
    shares = np.zeros((codes.size, n_sessions))
    value, opening = np.zeros(n_sessions), np.zeros(n_sessions)
    level, total = np.full(n_sessions, np.nan), np.full(n_sessions, np.nan)
    net, paid = np.full((len(terms.taxes), n_sessions), np.nan), np.zeros(n_sessions)
    state.net = state.net or [ReturnState() for _ in terms.taxes]
    divisor, divisor_before = np.full(n_sessions, np.nan), np.full(n_sessions, np.nan)
    members = held.held.sum(axis=0).astype(np.int64)
    empty = np.zeros(n_sessions, dtype=np.bool_)
    marks = {first_column, n_sessions, *(c for c in held.resets if c >= first_column)}
    if scheme.value_neutral:
        marks.update(_joins(held, state, first_column))
    if state.handed is not None:
        handed = state.handed.marks(lines.block.first, n_sessions)
        marks.update(column for column in handed if column >= first_column)
    begins = rebase if rebase is not None or state.started else first_column
    if terms.paying_stock and begins is not None and first_column <= begins < n_sessions:
        marks.add(begins + 1)
    bounds = sorted(marks)
    for start, stop in itertools.pairwise(bounds):
        columns = slice(start, stop)
        budget = base_level * (1.0 if base_divisor is None else base_divisor)
        if state.handed is not None:
            inside = np.zeros(lines.block.shape[0], dtype=np.bool_)
            per_share = np.zeros(inside.size)
            inside[codes], per_share[codes] = held.held[:, start], held.factor[:, start]
            reset = start in held.resets
            state.handed.settle(lines, inside, start, state.shares, reset, per_share)
        part = _shares(lines, held, columns, scheme, state, budget)
        own = part[:, -1].copy()
        if state.handed is not None:
            state.handed.hold(lines, held, columns, part)
        shares[:, columns] = part
        close = lines.close[codes, columns]
        base = lines.base[codes, columns]
        used = part != 0.0
        value[columns] = ordered_sum(np.where(used, part * close, 0.0))
        opening[columns] = ordered_sum(np.where(used, part * base, 0.0))
        flow = Flow(value[columns], opening[columns], np.zeros(stop - start))
        # Shares held before the events: what they did to the holding is taken back.
        if scheme.value_neutral:
            factor = index_shares.price_ratio(lines, codes, columns, scheme.special_drifts)
        elif scheme.price_weighted:
            factor = index_shares.held_ratio(lines, codes, columns)
        else:
            factor = lines.share_factor[codes, columns]
        about = (lines, held, columns, part, factor, payments)
        cash = None if payments is None else payments.gross
        paid[columns] = paid_out(held, columns, part, factor, payments, cash)
        flows = [(state.gross, flow_of(*about, cash, flow, state.gross, terms))]
        for place, series in enumerate(state.net):
            cash = None if payments is None else payments.net[place]
            one = flow_of(*about, cash, flow, series, terms)
            if payments is not None and payments.withheld:
                one = with_withheld(one, lines, held, columns, part, payments.withheld[place])
            flows.append((series, one))
        for column in range(start, stop):
            if not state.started or column == rebase:
                _start(state, float(value[column]), base_level, base_divisor, divisor_decimals)
                opening[column], paid[column] = value[column], 0.0
                divisor_before[column] = state.divisor
            else:
                divisor_before[column] = state.divisor
                before = state.level
                moved = step(state, float(value[column]), float(opening[column]), divisor_decimals)
                empty[column] = not moved
                # What a rounded divisor makes of the value at the start holds for all versions.
                scale = 1.0
                if moved and divisor_decimals is not None:
                    scale = opening[column] / (state.divisor * before)
                for series, one in flows if moved else ():
                    grown = one.chained(series.level, column - start, terms.order)
                    series.level = grown * scale
            level[column] = state.level
            total[column] = state.gross.level
            net[:, column] = [series.level for series in state.net]
            divisor[column] = state.divisor
        if begins == stop - 1:
            # What the payers were given up to the start is before the series.
            for series, _ in flows:
                series.scale = None
        state.shares = np.zeros(lines.block.shape[0])
        state.shares[codes] = own
    return LevelBlock(
        held,
        first_column,
        shares,
        value,
        opening,
        level,
        total,
        net,
        paid,
        divisor,
        divisor_before,
        members,
        empty,
        () if state.handed is None else state.handed.taken(),
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
    digits = scheme.share_digits
    if scheme.value_neutral:
        given = columns.start in held.given
        if given:
            before = held.weights[held.resets.index(columns.start)]
        elif reset:
            weights = held.weights[held.resets.index(columns.start)]
            # Where nothing is held the level is what there is to invest.
            budget = state.value or state.level if state.started else base_level
            if state.handed is not None and state.started:
                budget -= state.handed.value_at_last(lines, columns.start)
            price = (lines.last if state.started else lines.close)[held.codes, columns.start]
            with np.errstate(invalid="ignore", divide="ignore"):
                # A line worth nothing (bankrupt at this close) cannot be bought.
                before = np.where((weights > 0) & (price > 0), weights * budget / price, 0.0)
        elif state.started:
            before = _joined(lines, held, columns.start, scheme, state)
        # Index shares given for a session have its events in them, as those set at its close.
        at_close = given or not state.started
        return index_shares.value_neutral(
            lines, held, columns, before, at_close, digits, scheme.special_drifts
        )
    if scheme.price_weighted:
        made = index_shares.price_weighted(held, columns)
    elif scheme.shares == "at_rebalance":
        made = index_shares.fixed_since_reset(lines, held, columns, before, reset)
    elif state.updates is not None:
        made = state.updates.shares(lines, held, columns, before, reset)
    elif scheme.shares == "threshold":
        made = index_shares.above_threshold(lines, held, columns, before, reset, scheme.threshold)
    else:
        made = index_shares.cap_weighted(lines, held, columns)
    return made if digits is None else half_up(made, digits)


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


def _start(
    state: LevelState,
    value: float,
    base_level: float,
    base_divisor: float | None,
    decimals: int | None,
) -> None:
    state.value = value
    state.divisor = _rounded(value / base_level if base_divisor is None else base_divisor, decimals)
    given = base_divisor is not None or decimals is not None
    state.level = value / state.divisor if given else base_level
    for series in (state.gross, *state.net):
        series.level = state.level
    state.started = True


def step(state: LevelState, value: float, opening: float, decimals: int | None) -> bool:
    """Move one session on to the value S at its close, from R at its start.

    False where nothing is held, and the level stays.
    """
    if opening <= 0.0:
        state.value = 0.0
        return False
    # Where nothing was held before, the lines are bought at the last close for the level there is.
    divisor = state.divisor * opening / state.value if state.value > 0.0 else opening / state.level
    if decimals is None:
        state.divisor = divisor
        state.level = state.level * value / opening
    else:
        state.divisor = _rounded(divisor, decimals)
        state.level = value / state.divisor
    state.value = value
    return True


def _rounded(divisor: float, decimals: int | None) -> float:
    """Half up from the shortest decimal text, as a level is published."""
    return divisor if decimals is None else float(published(divisor, decimals))
