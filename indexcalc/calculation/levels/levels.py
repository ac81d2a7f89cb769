"""The level: what the index shares are worth, chained over sessions and as value over divisor.

Design section 8, with S the value at the close and R the value of the same shares at the start of
the session (``returns`` has the return versions)::

    level_t   = level_{t-1} * S_t / R_t
    divisor_t = divisor_{t-1} * R_t / S_{t-1}          level_t = S_t / divisor_t

With ``rounding: {divisor: n}`` the divisor is rounded half up each time it moves and the level is
S over it: R is then what the rounded divisor says it is.

Every sum is ``ordered_sum`` over members by ascending symbol bytes; lines that are not held add 0.

Between the columns at which lists or factors change the index shares of quiet lines stay as they are; those
of the moving ones are worked out session by session (``index_shares``).  A block is taken at once, or cut
where index shares depend on what the index is worth, or on what was handed to it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.levels import index_shares
from indexcalc.calculation.levels.held_shares import ShareCells
from indexcalc.calculation.levels.index_shares import Stretch
from indexcalc.calculation.levels.index_terms import IndexTerms, Scheme
from indexcalc.calculation.levels.level_and_divisor import chain
from indexcalc.calculation.levels.level_block import LevelBlock, LevelState
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.returns.holding import Holding
from indexcalc.calculation.returns.returns import (
    Flow,
    Payments,
    ReturnState,
    in_payers,
    paid_out,
    with_withheld,
)
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.weighting.schemes import half_up


def advance(
    lines: IndexLines, held: Held, payments: Payments | None, terms: IndexTerms, state: LevelState
) -> LevelBlock:
    """Levels of the sessions of one block from the first that is followed, moving ``state`` along.

    ``lines`` has prices in the currency of the index.  ``payments``: the ordinary dividends of the
    block, None when there are none.  The first session ever is the start: its level is the base level,
    or what the given divisor makes of its value, and nothing has moved yet.
    """
    first_column = max(0, terms.first - lines.first)
    rebase = terms.begin - lines.first if terms.first < terms.begin else None
    block = LevelBlock.blank(held, first_column, len(terms.returns.taxes))
    state.net = state.net or [ReturnState() for _ in terms.returns.taxes]
    begins = rebase if rebase is not None or state.started else first_column
    cells = ShareCells(lines.days.size)
    before = state.shares if state.handed is None else state.handed.total(state.shares)
    shares_before = before[held.codes]
    marks, cuts = _marks(lines, held, terms, state, block, begins)
    for start, stop in itertools.pairwise(cuts):
        columns, still = slice(start, stop), marks[(marks >= start) & (marks < stop)]
        own, holding = _hold(lines, held, columns, still, terms, state)
        cells.add(shares_before, holding)
        _sum(holding, shares_before, block)
        flows = _flows(holding, payments, terms, state, block)
        chain(holding.columns, flows, rebase, terms, state, block)
        if begins == stop - 1:
            # What the payers were given up to the start is before the series.
            for series in state.series:
                series.scale = None
        shares_before = holding.closing
        state.shares = np.zeros(state.shares.size)
        state.shares[held.codes] = own
    block.held_shares = cells.shares()
    block.told = () if state.handed is None else state.handed.taken()
    return block


def _marks(
    lines: IndexLines,
    held: Held,
    terms: IndexTerms,
    state: LevelState,
    block: LevelBlock,
    begins: int | None,
) -> tuple[Ints, list[int]]:
    """Columns between which quiet lines only go on: resets, new factors, joins, things handed over, the
    start, and where members change beside ``lines.rows``.  And those at which the block is cut, with the
    first column and the one after the last."""
    first, n_sessions = block.first, lines.days.size
    marks = {*held.resets, *(() if held.factor is None else held.factor.starts)}
    marks.update(list_columns(lines, held.held))
    cuts = {after for column in held.steps_left for after in (column, column + 1)}
    if terms.scheme.value_neutral:
        cuts.update(held.resets, _joins(held, state))
    if state.handed is not None:
        cuts.update(state.handed.cuts(lines, marks | cuts))
    if terms.returns.paying_stock:
        cuts.update(marks)
        if begins is not None and first <= begins < n_sessions:
            cuts.add(begins + 1)
    inside = {column for column in cuts if first < column < n_sessions}
    still = {column for column in {*marks, *cuts} if first < column < n_sessions}
    return np.array(sorted({first, *still})), sorted({first, n_sessions, *inside})


def list_columns(lines: IndexLines, held: Bools) -> list[int]:
    """Columns after the first at which a quiet line comes or goes; ``held`` (n, n_sessions)."""
    moves = held[:, 1:] != held[:, :-1]
    moves[lines.rows] = False
    return (1 + np.flatnonzero(moves.any(axis=0))).tolist()


def _hold(
    lines: IndexLines,
    held: Held,
    columns: slice,
    still: Ints,
    terms: IndexTerms,
    state: LevelState,
) -> tuple[Floats, Holding]:
    """Index shares of some columns, and (n,) what members hold of their own at their end.

    ``still`` (k,): those from which quiet lines have other shares.
    """
    start, rows, handed = columns.start, lines.rows, state.handed
    if handed is not None and not handed.counts_at_once and (handed.spun or handed.stock):
        inside, per_share = np.zeros(state.shares.size, dtype=np.bool_), np.zeros(state.shares.size)
        inside[held.codes], per_share[held.codes] = held.held[:, start], held.factor_at(start)
        handed.settle(lines, inside, start, state.shares, start in held.resets, per_share)
    before, at_close = _before(lines, held, start, terms, state)
    quiet = np.ones(held.codes.size, dtype=np.bool_)
    quiet[rows] = False
    others = np.flatnonzero(quiet)
    shares = np.zeros((still.size, held.codes.size))
    if others.size:
        stretch = index_shares.quiet_stretch(lines, held, still, others, state.float_factor)
        shares[:, others] = _shares(stretch, before[others], at_close, terms, state).T
    if terms.scheme.value_neutral:
        drifts = terms.scheme.special_drifts
        ratio = index_shares.price_ratio(lines.moving, columns, drifts)
    else:
        ratio = np.ones((rows.size, columns.stop - start))
    stretch = index_shares.moving_stretch(lines, held, columns, ratio, state.float_factor)
    part = _shares(stretch, before[rows], at_close, terms, state)
    own = shares[-1].copy()
    own[rows] = part[:, -1]
    left, state.goal = held.steps_left.get(start, 1), None
    if left > 1 and state.started:
        was = state.shares[held.codes]
        if not terms.scheme.price_weighted:
            moved = ratio if terms.scheme.value_neutral else lines.moving.share_factor[:, columns]
            was[rows] *= moved[:, 0]
        state.goal = np.zeros(state.shares.size)
        state.goal[held.codes] = own
        own = np.where(held.held[:, start], index_shares.part_of_the_way(was, own, left), 0.0)
        if terms.scheme.share_digits is not None:
            own = half_up(own, terms.scheme.share_digits)
        part = own[rows, None]
        shares = own[None].copy()
        shares[:, rows] = 0.0
    if handed is not None:
        handed.hold(lines, held, columns, part)
    return own, Holding(lines, held, columns, still, shares, part)


def _sum(holding: Holding, shares_before: Floats, block: LevelBlock) -> None:
    """S and R of some columns.

    Where neither index shares nor a base price moved, R is the S before to the last bit.
    """
    lines, columns, part = holding.lines, holding.columns, holding.part
    moving, start = lines.moving, columns.start
    base, last = moving.base[:, columns], moving.last[:, columns]
    was = np.concatenate((shares_before[lines.rows, None], part[:, :-1]), axis=1)
    moves = ((part != was) | ((part != 0.0) & (base != last))).any(axis=0)
    moves[holding.starts - start] |= holding.changes(shares_before).any(axis=1)
    moves[0] |= start == block.first
    moved = start + np.flatnonzero(moves)
    block.value[columns], opening = holding.worth(moved)
    before = block.value[start - 1] if start else 0.0
    block.opening[columns] = np.concatenate(([before], block.value[columns][:-1]))
    block.opening[moved] = opening


def _flows(
    holding: Holding,
    payments: Payments | None,
    terms: IndexTerms,
    state: LevelState,
    block: LevelBlock,
) -> list[tuple[ReturnState, Flow]]:
    """S, R and V of some columns, and what each return version makes of them."""
    columns, scheme, moving = holding.columns, terms.scheme, holding.lines.moving
    n_columns = holding.part.shape[1]
    price = Flow(block.value[columns], block.opening[columns], np.zeros(n_columns))
    # Shares held before the events: what they did to the holding is taken back.
    if payments is None:
        factor = moving.share_factor[:, columns]
    elif scheme.value_neutral:
        factor = index_shares.price_ratio(moving, columns, scheme.special_drifts)
    elif scheme.price_weighted:
        factor = index_shares.held_ratio(moving, columns)
    else:
        factor = moving.share_factor[:, columns]
    for series in state.series:
        if terms.returns.paying_stock and series.scale is None:
            series.scale = np.ones(state.shares.size)
    cash = None if payments is None else payments.gross
    block.paid[columns] = paid_out(holding, factor, payments, cash)
    gross = Flow(price.value, price.opening, block.paid[columns])
    if terms.returns.paying_stock:
        gross = in_payers(holding, payments, cash, price, state.gross)
    flows = [(state.gross, gross)]
    for place, series in enumerate(state.net):
        cash = None if payments is None else payments.net[place]
        if terms.returns.paying_stock:
            net = in_payers(holding, payments, cash, price, series)
        else:
            net = Flow(price.value, price.opening, paid_out(holding, factor, payments, cash))
        if payments is not None and payments.withheld:
            net = with_withheld(net, holding, payments.withheld[place])
        flows.append((series, net))
    return flows


def _before(
    lines: IndexLines, held: Held, column: int, terms: IndexTerms, state: LevelState
) -> tuple[Floats, bool]:
    """Index shares (n,) that some columns begin with: of the session before, or as a reset sets them.

    The answer also says whether they are those of the close of its first session.
    """
    own, scheme = state.shares if state.goal is None else state.goal, terms.scheme
    before = own[held.codes]
    if not scheme.value_neutral:
        return before, False
    given = column in held.given
    if given:
        before = held.weights[held.resets.index(column)]
        if scheme.fixed_amount and state.started and state.handed is not None:
            state.handed.scale_to(before, state.value, lines, column)
    elif column in held.resets:
        weights = held.weights[held.resets.index(column)]
        # Where nothing is held the level is what there is to invest.
        first = terms.base_level * (1.0 if terms.base_divisor is None else terms.base_divisor)
        budget = state.value or state.level if state.started else first
        if state.handed is not None and state.started:
            budget -= state.handed.value_at_last(lines, column)
        price = lines.at("last" if state.started else "close", column)
        with np.errstate(invalid="ignore", divide="ignore"):
            # A line worth nothing (bankrupt at this close) cannot be bought.
            before = np.where((weights > 0) & (price > 0), weights * budget / price, 0.0)
    elif state.started:
        before = _joined(lines, held, column, before, scheme, state)
    # Index shares given for a session have its events in them, as those set at its close.
    return before, given or not state.started


def _shares(
    lines: Stretch,
    before: Floats,
    at_close: bool,
    terms: IndexTerms,
    state: LevelState,
) -> Floats:
    """Index shares (m, k) of some lines; ``before`` (m,) as ``_before`` says."""
    scheme, digits = terms.scheme, terms.scheme.share_digits
    if scheme.value_neutral:
        return index_shares.value_neutral(lines, before, at_close, digits)
    if scheme.price_weighted:
        shares = index_shares.price_weighted(lines)
    elif scheme.shares == "at_rebalance":
        shares = index_shares.fixed_since_reset(lines, before)
    elif state.updates is not None:
        shares = state.updates.shares(lines, before, state.shares.size)
    elif scheme.shares == "threshold":
        shares = index_shares.above_threshold(lines, before, scheme.threshold)
    else:
        shares = index_shares.cap_weighted(lines)
    return shares if digits is None else half_up(shares, digits)


def _joins(held: Held, state: LevelState) -> list[int]:
    """Columns at which a line is held that was not in the session before."""
    was = np.concatenate((state.shares[held.codes][:, None] != 0.0, held.held[:, :-1]), axis=1)
    return np.flatnonzero((held.held & ~was).any(axis=0)).tolist()


def _joined(
    lines: IndexLines,
    held: Held,
    column: int,
    before: Floats,
    scheme: Scheme,
    state: LevelState,
) -> Floats:
    """Index shares (n,) of the session ``before``, with what those that join are given."""
    joins = held.held[:, column] & (before == 0.0) & (state.shares[held.codes] == 0.0)
    if not joins.any():
        return before
    last = lines.at("last", column)
    held_before = before != 0.0
    left = np.where(held_before & ~held.held[:, column], before * last, 0.0)
    average = state.value / max(int(held_before.sum()), 1)
    if scheme.joins_at == "average_weight":
        worth = np.full(joins.size, average)
    else:
        worth = shared_places(held.codes, joins, left, held.places.get(column, {}))
        worth = np.where(worth > 0.0, worth, average)
    price = np.where(np.isnan(last), lines.at("base", column), last)
    return np.where(joins, worth / price, before)


def shared_places(codes: Codes, joins: Bools, left: Floats, places: Mapping[int, int]) -> Floats:
    """What each line that joins (n,) is given of what was ``left`` (n,): what the line had whose place
    it takes, all others alike what is left besides; 0 where there is nothing.

    ``places``: by code of who joins, whose place it takes.
    """
    taken: dict[int, list[int]] = {}
    for code, gone in places.items():
        row, place = np.searchsorted(codes, (code, gone)).tolist()
        there = row < codes.size and place < codes.size
        if there and codes[row] == code and codes[place] == gone and joins[row] and left[place] > 0:
            taken.setdefault(place, []).append(row)
    worth, free = np.zeros(joins.size), joins.copy()
    for place, rows in taken.items():
        worth[rows] = left[place] / len(rows)
        free[rows] = False
    if free.any():
        besides = left.copy()
        besides[list(taken)] = 0.0
        worth[free] = float(ordered_sum(besides)) / int(free.sum())
    return worth
