"""Daily rows as dense blocks: one row a line, one column a session, a stretch of sessions at a time.

A block is symbol-major (shape (n_symbols, n_sessions), C order), so that a sum over members runs down
the first axis with ``ordered_sum`` and a carry forward runs along the second.  Memory is bounded by
the blocks in flight, whatever the number of years.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Bools, Days, Floats
from indexcalc.market.market import Market

_T = TypeVar("_T", bound=np.generic)
_Made = TypeVar("_Made")

SESSIONS_PER_BLOCK = 250
LINES_PER_STRIP = 128
_STRIP = 32


@dataclass(frozen=True, slots=True)
class Block:
    """Some observed sessions of all lines.

    ``first``: position of ``days[0]`` among ``market.days``.  ``present``: a row was there.
    ``columns``: float64 (n_symbols, n_sessions), NaN where no row or no value; text columns as
    codes into ``labels[name]`` (-1: none).
    """

    first: int
    days: Days
    present: Bools
    columns: dict[str, Floats]
    labels: dict[str, list[str]]

    @property
    def shape(self) -> tuple[int, int]:
        """(n_symbols, n_sessions)."""
        return self.present.shape[0], self.present.shape[1]


def carried(values: Floats, initial: Floats) -> Floats:
    """Each row's last known value up to and including each session; ``initial`` before the first.

    The result is in the memory order of ``values``.
    """
    filled = values.copy(order="K")
    holes = np.isnan(values)
    if not holes.any():
        return filled
    if not values.flags.c_contiguous:
        for at in np.flatnonzero(holes.any(axis=0)):
            np.copyto(filled[:, at], filled[:, at - 1] if at else initial, where=holes[:, at])
        return filled
    # Holes come in stretches of a line: each is filled with the value before it.
    starts = holes.copy()
    starts[:, 1:] &= ~holes[:, :-1]
    row, column = np.nonzero(starts)
    fill = np.where(column > 0, values[row, column - 1], initial[row])
    cells = np.flatnonzero(holes)
    begun = np.flatnonzero(starts.ravel()[cells])
    filled.ravel()[cells] = np.repeat(fill, np.diff(begun, append=cells.size))
    return filled


def strips(n_lines: int) -> Iterator[slice]:
    """Lines a few at a time, so that what is worked out for them stays in the cache."""
    for start in range(0, n_lines, LINES_PER_STRIP):
        yield slice(start, min(start + LINES_PER_STRIP, n_lines))


def blocks(
    market: Market,
    columns: Sequence[str],
    first_day: int | None = None,
    last_day: int | None = None,
    threads: int = 2,
    sessions_per_block: int = SESSIONS_PER_BLOCK,
    by_session: bool = False,
) -> Iterator[Block]:
    """Dense blocks of the observed sessions from ``first_day`` to ``last_day``, in order.

    With ``threads`` > 1 the next block is made while the last one is worked on.  ``by_session``: the
    values of one session lie side by side in memory (Fortran order), else those of one line.
    """
    made = _blocks(
        market,
        columns,
        first_day=first_day,
        last_day=last_day,
        threads=threads,
        sessions_per_block=sessions_per_block,
        by_session=by_session,
    )
    return made if threads <= 1 else ahead(made)


def ahead(items: Iterator[_Made]) -> Iterator[_Made]:
    """The same items, each made in a thread of its own while the one before is worked on."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, items, None)
        while (block := waiting.result()) is not None:
            waiting = pool.submit(next, items, None)
            yield block


def _blocks(
    market: Market,
    columns: Sequence[str],
    first_day: int | None,
    last_day: int | None,
    threads: int,
    sessions_per_block: int,
    by_session: bool,
) -> Iterator[Block]:
    panel = market.panel
    names = [name for name in columns if panel.has(name)]
    panel.need(names, threads)
    first = 0 if first_day is None else panel.row(first_day)
    stop = panel.size if last_day is None else panel.row(last_day, side="right")

    def grid(values: npt.NDArray[_T]) -> npt.NDArray[_T]:
        return values.T if by_session else _turned(values)

    while first < stop:
        upto = min(first + sessions_per_block, stop)
        made = {name: grid(panel.column(name, first, upto)) for name in names}
        labels = {name: panel.labels(name) for name in names}
        labels = {name: said for name, said in labels.items() if said}
        yield Block(first, panel.days[first:upto], grid(panel.present(first, upto)), made, labels)
        first = upto


def _turned(grid: npt.NDArray[_T]) -> npt.NDArray[_T]:
    """Cells (n_sessions, n_symbols) as a symbol-major array (n_symbols, n_sessions) in C order."""
    n_sessions, n_symbols = grid.shape
    made = np.empty((n_symbols, n_sessions), dtype=grid.dtype)
    # In strips of lines that stay in the cache while they are read across the sessions.
    for start in range(0, n_symbols, _STRIP):
        made[start : start + _STRIP] = grid[:, start : start + _STRIP].T
    return made
