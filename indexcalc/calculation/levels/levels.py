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

import numpy as np

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.calculation.levels import index_shares
from indexcalc.calculation.levels.index_terms import IndexTerms, Scheme
from indexcalc.calculation.levels.published_levels import published
from indexcalc.calculation.levels.received_shares import ReceivedShares, ShareTransfer
from indexcalc.calculation.levels.share_updates import ShareUpdates
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.prices.lines import Lines
from indexcalc.calculation.returns.returns import (
    Flow,
    Holding,
    Payments,
    ReturnState,
    flow_of,
    paid_out,
    with_withheld,
)
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.weighting.schemes import half_up


@dataclass(slots=True)
class LevelState:
    """The index between two sessions: enough to go on with the same bits.

    ``shares`` (n_symbols,): index shares of the last session, of the members; ``held``, ``float_factor``
    and ``capping``: the members then and their factors (None: none is used).  ``handed``: what corporate
    events handed the index beside them (None: nothing ever).  ``updates``: when changes of share counts
    are taken, where a rule says more than a threshold.
    """

    shares: Floats
    held: Bools
    float_factor: Floats | None = None
    capping: Floats | None = None
    value: float = 0.0
    level: float = 0.0
    divisor: float = 0.0
    started: bool = False
    gross: ReturnState = field(default_factory=ReturnState)
    net: list[ReturnState] = field(default_factory=list)
    handed: ReceivedShares | None = None
    updates: ShareUpdates | None = None

    @property
    def series(self) -> tuple[ReturnState, ...]:
        """The return versions."""
        return (self.gross, *self.net)


@dataclass(slots=True)
class LevelBlock:
    """Levels of one block: arrays (n_sessions,); ``shares`` (n, n_sessions) for ``held.codes``.

    ``opening`` R, ``value`` S and ``paid`` V per session; ``net_return`` (n_taxes, n_sessions);
    ``empty`` marks sessions without a member.  ``told``: what corporate events handed over.
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
    empty: Bools
    told: tuple[ShareTransfer, ...] = ()

    @classmethod
    def blank(cls, held: Held, first: int, n_taxes: int) -> LevelBlock:
        """A block before its levels are made."""
        n_sessions = held.held.shape[1]
        unknown = np.full(n_sessions, np.nan)
        return cls(
            held=held,
            first=first,
            shares=np.zeros(held.held.shape),
            value=np.zeros(n_sessions),
            opening=np.zeros(n_sessions),
            level=unknown.copy(),
            total_return=unknown.copy(),
            net_return=np.full((n_taxes, n_sessions), np.nan),
            paid=np.zeros(n_sessions),
            divisor=unknown.copy(),
            divisor_before=unknown.copy(),
            members=held.held.sum(axis=0).astype(np.int64),
            empty=np.zeros(n_sessions, dtype=np.bool_),
        )


def advance(
    lines: Lines, held: Held, payments: Payments | None, terms: IndexTerms, state: LevelState
) -> LevelBlock:
    """Levels of the sessions of one block from the first that is followed, moving ``state`` along.

    ``lines`` has prices in the currency of the index.  ``payments``: the ordinary dividends of the
    block, None when there are none.  The first session ever is the start: its level is the base level,
    or what the given divisor makes of its value, and nothing has moved yet.
    """
    first_column = max(0, terms.first - lines.first)
    rebase = terms.begin - lines.first if terms.first < terms.begin else None
    made = LevelBlock.blank(held, first_column, len(terms.returns.taxes))
    state.net = state.net or [ReturnState() for _ in terms.returns.taxes]
    begins = rebase if rebase is not None or state.started else first_column
    for start, stop in itertools.pairwise(_bounds(lines, held, terms, state, made, begins)):
        columns = slice(start, stop)
        own = _hold(lines, held, columns, terms, state, made)
        flows = _flows(lines, columns, payments, terms, state, made)
        for column in range(start, stop):
            if not state.started or column == rebase:
                _start(state, float(made.value[column]), terms)
                made.opening[column], made.paid[column] = made.value[column], 0.0
                made.divisor_before[column] = state.divisor
            else:
                _move(column, column - start, flows, terms, state, made)
            made.level[column], made.divisor[column] = state.level, state.divisor
            made.total_return[column] = state.gross.level
            made.net_return[:, column] = [series.level for series in state.net]
        if begins == stop - 1:
            # What the payers were given up to the start is before the series.
            for series in state.series:
                series.scale = None
        state.shares = np.zeros(state.shares.size)
        state.shares[held.codes] = own
    made.told = () if state.handed is None else state.handed.taken()
    return made


def _bounds(
    lines: Lines,
    held: Held,
    terms: IndexTerms,
    state: LevelState,
    made: LevelBlock,
    begins: int | None,
) -> list[int]:
    """Columns between which holdings only go on: resets, joins, things handed over, the start."""
    first, n_sessions = made.first, lines.days.size
    marks = {first, n_sessions, *(column for column in held.resets if column >= first)}
    if terms.scheme.value_neutral:
        marks.update(_joins(held, state, first))
    if state.handed is not None:
        handed = state.handed.marks(lines.first, n_sessions)
        marks.update(column for column in handed if column >= first)
    if terms.returns.paying_stock and begins is not None and first <= begins < n_sessions:
        marks.add(begins + 1)
    return sorted(marks)


def _hold(
    lines: Lines,
    held: Held,
    columns: slice,
    terms: IndexTerms,
    state: LevelState,
    made: LevelBlock,
) -> Floats:
    """Index shares of one stretch; the answer (n,) is what members hold of their own at its end."""
    start = columns.start
    if state.handed is not None:
        inside, per_share = np.zeros(state.shares.size, dtype=np.bool_), np.zeros(state.shares.size)
        inside[held.codes], per_share[held.codes] = held.held[:, start], held.factor[:, start]
        reset = start in held.resets
        state.handed.settle(lines, inside, start, state.shares, reset, per_share)
    part = _shares(lines, held, columns, terms, state)
    own: Floats = part[:, -1].copy()
    if state.handed is not None:
        state.handed.hold(lines, held, columns, part)
    made.shares[:, columns] = part
    return own


def _flows(
    lines: Lines,
    columns: slice,
    payments: Payments | None,
    terms: IndexTerms,
    state: LevelState,
    made: LevelBlock,
) -> list[tuple[ReturnState, Flow]]:
    """S, R and V of one stretch, and what each return version makes of them."""
    held, part, scheme = made.held, made.shares[:, columns], terms.scheme
    used = part != 0.0
    made.value[columns] = ordered_sum(np.where(used, part * lines.close[:, columns], 0.0))
    made.opening[columns] = ordered_sum(np.where(used, part * lines.base[:, columns], 0.0))
    price = Flow(made.value[columns], made.opening[columns], np.zeros(part.shape[1]))
    # Shares held before the events: what they did to the holding is taken back.
    if scheme.value_neutral:
        factor = index_shares.price_ratio(lines, columns, scheme.special_drifts)
    elif scheme.price_weighted:
        factor = index_shares.held_ratio(lines, columns)
    else:
        factor = lines.share_factor[:, columns]
    for series in state.series:
        if terms.returns.paying_stock and series.scale is None:
            series.scale = np.ones(state.shares.size)
    holding = Holding(lines, held, columns, part, factor)
    cash = None if payments is None else payments.gross
    made.paid[columns] = paid_out(holding, payments, cash)
    gross = Flow(price.value, price.opening, made.paid[columns])
    if terms.returns.paying_stock:
        gross = flow_of(holding, payments, cash, price, state.gross, terms.returns)
    flows = [(state.gross, gross)]
    for place, series in enumerate(state.net):
        cash = None if payments is None else payments.net[place]
        one = flow_of(holding, payments, cash, price, series, terms.returns)
        if payments is not None and payments.withheld:
            one = with_withheld(one, lines, columns, part, payments.withheld[place])
        flows.append((series, one))
    return flows


def _move(
    column: int,
    place: int,
    flows: list[tuple[ReturnState, Flow]],
    terms: IndexTerms,
    state: LevelState,
    made: LevelBlock,
) -> None:
    """One session on: the level, the divisor and the return versions (``place``: in the stretch)."""
    made.divisor_before[column], before = state.divisor, state.level
    opening = float(made.opening[column])
    moved = step(state, float(made.value[column]), opening, terms.divisor_decimals)
    made.empty[column] = not moved
    if not moved:
        return
    # What a rounded divisor makes of the value at the start holds for all versions.
    scale = 1.0
    if terms.divisor_decimals is not None:
        scale = made.opening[column] / (state.divisor * before)
    for series, flow in flows:
        series.level = flow.chained(series.level, place, terms.returns.order) * scale


def _shares(
    lines: Lines,
    held: Held,
    columns: slice,
    terms: IndexTerms,
    state: LevelState,
) -> Floats:
    """Index shares of one stretch between resets."""
    scheme = terms.scheme
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
            first = terms.base_level * (1.0 if terms.base_divisor is None else terms.base_divisor)
            budget = state.value or state.level if state.started else first
            if state.handed is not None and state.started:
                budget -= state.handed.value_at_last(lines, columns.start)
            price = (lines.last if state.started else lines.close)[:, columns.start]
            with np.errstate(invalid="ignore", divide="ignore"):
                # A line worth nothing (bankrupt at this close) cannot be bought.
                before = np.where((weights > 0) & (price > 0), weights * budget / price, 0.0)
        elif state.started:
            before = _joined(lines, held, columns.start, scheme, state)
        # Index shares given for a session have its events in them, as those set at its close.
        at_close = given or not state.started
        return index_shares.value_neutral(
            lines,
            held,
            columns=columns,
            before=before,
            set_at_close=at_close,
            digits=digits,
            drifts=scheme.special_drifts,
        )
    if scheme.price_weighted:
        made = index_shares.price_weighted(held, columns)
    elif scheme.shares == "at_rebalance":
        made = index_shares.fixed_since_reset(lines, held, columns, before, reset)
    elif state.updates is not None:
        made = state.updates.shares(lines, held, columns, before, reset, state.shares.size)
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
    last = lines.last[:, column]
    held_before = before != 0.0
    left = np.where(held_before & ~held.held[:, column], before * last, 0.0)
    freed = float(ordered_sum(left))
    each = freed / int(joins.sum())
    if scheme.joins_at == "average_weight" or freed <= 0.0:
        each = state.value / max(int(held_before.sum()), 1)
    price = np.where(np.isnan(last), lines.base[:, column], last)
    return np.where(joins, each / price, before)


def _start(state: LevelState, value: float, terms: IndexTerms) -> None:
    divisor, decimals = terms.base_divisor, terms.divisor_decimals
    state.value = value
    state.divisor = _rounded(value / terms.base_level if divisor is None else divisor, decimals)
    given = divisor is not None or decimals is not None
    state.level = value / state.divisor if given else terms.base_level
    for series in state.series:
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
