"""The chain of a block: level, divisor and return versions from one session to the next.

With S the value at the close and R that of the same shares at the start (``levels``)::

    level_t   = level_{t-1} * S_t / R_t
    divisor_t = divisor_{t-1} * R_t / S_{t-1}
"""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Ints
from indexcalc.calculation.levels.index_terms import IndexTerms
from indexcalc.calculation.levels.level_block import LevelBlock, LevelState
from indexcalc.calculation.levels.published_levels import published
from indexcalc.calculation.returns.returns import Flow, ReturnState
from indexcalc.diagnostics import DataError


def chain(
    columns: slice,
    flows: list[tuple[ReturnState, Flow]],
    rebase: int | None,
    terms: IndexTerms,
    state: LevelState,
    block: LevelBlock,
) -> None:
    """The level, the divisor and the return versions of some columns, session by session.

    Sessions on which the index starts, holds nothing or rounds its divisor are taken one by one, those
    between them together.
    """
    apart = _taken_alone(columns, rebase, block)
    column = columns.start
    while column < columns.stop:
        goes_on = state.started and state.value > 0.0 and terms.divisor_decimals is None
        stop = int(apart[np.searchsorted(apart, column)])
        if goes_on and column < stop:
            part = slice(column - columns.start, stop - columns.start)
            _chain_on(slice(column, stop), part, flows, terms, state, block)
            column = stop
        else:
            _chain_one(column, columns.start, flows, rebase, terms, state, block=block)
            column += 1


def _taken_alone(columns: slice, rebase: int | None, block: LevelBlock) -> Ints:
    """The columns at whose start nothing is held or that begin anew, and the one after the last."""
    value_before = np.concatenate(([np.inf], block.value[columns][:-1]))
    apart = ~((block.opening[columns] > 0.0) & (value_before > 0.0))
    if rebase is not None and columns.start <= rebase < columns.stop:
        apart[rebase - columns.start] = True
    taken: Ints = np.append(columns.start + np.flatnonzero(apart), columns.stop)
    return taken


def _chain_one(
    column: int,
    first: int,
    flows: list[tuple[ReturnState, Flow]],
    rebase: int | None,
    terms: IndexTerms,
    state: LevelState,
    block: LevelBlock,
) -> None:
    """One session; ``first``: the column of the flows' first."""
    place, decimals = column - first, terms.divisor_decimals
    value, opening = float(block.value[column]), float(block.opening[column])
    if not state.started or column == rebase:
        _start(state, value, terms)
        block.opening[column], block.paid[column] = value, 0.0
        block.divisor_before[column] = state.divisor
    else:
        block.divisor_before[column], level_before = state.divisor, state.level
        if step(state, value, opening, terms):
            # What a rounded divisor makes of the value at the start holds for all versions.
            scale = 1.0 if decimals is None else opening / (state.divisor * level_before)
            for series, flow in flows:
                one = slice(place, place + 1)
                series.level = flow.chained(series.level, one, terms.returns.order)[0] * scale
        else:
            block.empty[column] = True
    block.level[column], block.divisor[column] = state.level, state.divisor
    (gross, _), *net = flows
    block.total_return[column] = gross.level
    block.net_return[:, column] = [series.level for series, _ in net]


def _chain_on(
    columns: slice,
    part: slice,
    flows: list[tuple[ReturnState, Flow]],
    terms: IndexTerms,
    state: LevelState,
    block: LevelBlock,
) -> None:
    """Sessions that go on from the one before, each as ``step`` takes it; ``part``: theirs in the flows."""
    level, divisor = state.level, state.divisor
    values, openings = block.value[columns].tolist(), block.opening[columns].tolist()
    before = [state.value, *values[:-1]]
    levels = [level := level * now / was for now, was in zip(values, openings, strict=True)]
    divisors = [divisor := divisor * was / last for was, last in zip(openings, before, strict=True)]
    block.level[columns], block.divisor[columns] = levels, divisors
    block.divisor_before[columns] = [state.divisor, *divisors[:-1]]
    state.level, state.divisor, state.value = level, divisor, values[-1]
    for place, (series, flow) in enumerate(flows):
        made = flow.chained(series.level, part, terms.returns.order)
        series.level = made[-1]
        if place == 0:
            block.total_return[columns] = made
        else:
            block.net_return[place - 1, columns] = made


def _start(state: LevelState, value: float, terms: IndexTerms) -> None:
    given = terms.base_divisor is not None or terms.divisor_decimals is not None
    divisor = value / terms.base_level if terms.base_divisor is None else terms.base_divisor
    state.value, state.divisor = value, _rounded(divisor, terms)
    state.level = value / state.divisor if given else terms.base_level
    for series in state.series:
        series.level = state.level
    state.started = True


def step(state: LevelState, value: float, opening: float, terms: IndexTerms) -> bool:
    """Move one session on to the value S at its close, from R at its start.

    False where nothing is held, and the level stays.  DataError (CAL031): the divisor rounds to zero.
    """
    if opening <= 0.0 or (state.value <= 0.0 and state.level <= 0.0):
        # Nothing is held, or nothing is left to hold anything with: a level of zero stays.
        state.value = 0.0
        return False
    # Where nothing was held before, the lines are bought at the last close for the level there is.
    divisor = state.divisor * opening / state.value if state.value > 0.0 else opening / state.level
    if terms.divisor_decimals is None:
        state.divisor = divisor
        state.level = state.level * value / opening
    else:
        state.divisor = _rounded(divisor, terms)
        state.level = value / state.divisor
    state.value = value
    return True


def _rounded(divisor: float, terms: IndexTerms) -> float:
    """Half up from the shortest decimal text, as a level is published."""
    decimals = terms.divisor_decimals
    if decimals is None:
        return divisor
    rounded = float(published(divisor, decimals))
    if rounded == 0.0:
        raise DataError.of(
            "CAL031",
            f"the divisor {divisor:.6g} is zero at {decimals} decimals: there is no level over it",
            where=terms.index,
            path="weighting.rounding.divisor",
            hint=f"keep more decimals, or set a base level below {terms.base_level:g}",
        )
    return rounded
