"""Daily rows as dense blocks: one row a line, one column a session, a stretch of sessions at a time.

A block is symbol-major (shape (n_symbols, n_sessions), C order), so that a sum over members runs down
the first axis with ``ordered_sum`` and a carry forward runs along the second.  Memory is bounded by
the blocks in flight, whatever the number of years.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Bools, Days, Floats, Ints
from indexcalc.market import arrow, store
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
    made = values.copy(order="K")
    holes = np.isnan(values)
    if not holes.any():
        return made
    if not values.flags.c_contiguous:
        for at in np.flatnonzero(holes.any(axis=0)):
            np.copyto(made[:, at], made[:, at - 1] if at else initial, where=holes[:, at])
        return made
    # Holes come in stretches of a line: each is filled with the value before it.
    starts = holes.copy()
    starts[:, 1:] &= ~holes[:, :-1]
    row, column = np.nonzero(starts)
    fill = np.where(column > 0, values[row, column - 1], initial[row])
    cells = np.flatnonzero(holes)
    begun = np.flatnonzero(starts.ravel()[cells])
    made.ravel()[cells] = np.repeat(fill, np.diff(begun, append=cells.size))
    return made


def strips(n_lines: int) -> Iterator[slice]:
    """Lines a few at a time, so that what is worked out for them stays in the cache."""
    for start in range(0, n_lines, LINES_PER_STRIP):
        yield slice(start, min(start + LINES_PER_STRIP, n_lines))


def row_groups(market: Market, columns: Sequence[str], threads: int = 1) -> Iterator[Any]:
    """Tables of whole sessions in order, with ``date``, ``symbol`` and those of ``columns`` there are.

    With ``threads`` > 1 that many groups are decoded ahead, each through a file object of its own.
    """
    for group in _all_row_groups(market, columns, threads):
        if market.last_day is not None:
            days = arrow.days(group.column("date"))
            group = group.slice(0, int(np.searchsorted(days, market.last_day, side="right")))
            if group.num_rows == 0:
                return
        yield group


def _all_row_groups(market: Market, columns: Sequence[str], threads: int) -> Iterator[Any]:
    wanted = ["date", "symbol", *(name for name in columns if name not in ("date", "symbol"))]
    jobs: list[_Job] = []
    for source in market.daily_sources():
        if isinstance(source, Path):
            file = store.open_parquet(source)
            there = set(file.schema_arrow.names)
            names = [name for name in wanted if name in there]
            count = file.metadata.num_row_groups
            jobs.extend(_Job(source, file.metadata, number, names) for number in range(count))
        else:
            kept = source.select([name for name in wanted if name in source.column_names])
            yield from store.sessions_in_groups(kept)
    if jobs:
        yield from _decoded(jobs, threads)


@dataclass(frozen=True, slots=True)
class _Job:
    """A row group of a file, and the columns to be read of it."""

    path: Path
    footer: Any
    number: int
    names: list[str]


def _decoded(jobs: list[_Job], threads: int) -> Iterator[Any]:
    def decode(job: _Job) -> Any:
        file = store.open_parquet(job.path, job.footer)
        return file.read_row_group(job.number, columns=job.names, use_threads=False)

    if threads <= 1:
        for job in jobs:
            yield decode(job)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: list[Future[Any]] = [pool.submit(decode, job) for job in jobs[:threads]]
        for job in jobs[threads:]:
            done = waiting.pop(0).result()
            waiting.append(pool.submit(decode, job))
            yield done
        for future in waiting:
            yield future.result()


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
    made = _blocks(market, columns, first_day, last_day, threads, sessions_per_block, by_session)
    return made if threads <= 1 else ahead(made)


def ahead(made: Iterator[_Made]) -> Iterator[_Made]:
    """The same items, each made in a thread of its own while the one before is worked on."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, made, None)
        while (block := waiting.result()) is not None:
            waiting = pool.submit(next, made, None)
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
    pending: list[Any] = []
    n_pending = 0
    low = -(1 << 31) if first_day is None else first_day
    high = (1 << 31) - 1 if last_day is None else last_day
    for group in row_groups(market, columns, threads):
        days = arrow.days(group.column("date"))
        if days.size == 0 or days[-1] < low:
            continue
        if days[0] > high:
            break
        if days[0] < low or days[-1] > high:
            start = int(np.searchsorted(days, low, side="left"))
            stop = int(np.searchsorted(days, high, side="right"))
            group = group.slice(start, stop - start)
            days = days[start:stop]
        pending.append(group)
        n_pending += 1 + int(np.count_nonzero(days[1:] != days[:-1]))
        if n_pending >= sessions_per_block:
            yield _block(market, pending, columns, by_session)
            pending, n_pending = [], 0
    if pending:
        yield _block(market, pending, columns, by_session)


def _block(market: Market, groups: list[Any], columns: Sequence[str], by_session: bool) -> Block:
    # Groups hold whole sessions in order: a session begins where the day changes.
    starts = [session_starts(arrow.days(group.column("date"))) for group in groups]
    distinct = np.concatenate(
        [arrow.days(g.column("date"))[at] for g, at in zip(groups, starts, strict=True)]
    )
    n_symbols, n_sessions = len(market.symbols), int(distinct.size)
    # Rows come session by session: they are written so, near each other, and turned at the end.
    cells = _cells(market, groups, starts)
    made: dict[str, Floats] = {}
    labels: dict[str, list[str]] = {}

    def grid(values: npt.NDArray[_T]) -> npt.NDArray[_T]:
        by_day = values.reshape(n_sessions, n_symbols)
        return by_day.T if by_session else _turned(by_day)

    for name in columns:
        if name in ("date", "symbol"):
            continue
        parts = [
            (at, numbers(group.column(name), labels, name))
            for at, group in zip(cells, groups, strict=True)
            if name in group.column_names
        ]
        if len(parts) == len(groups) == 1 and cells[0] is None:
            made[name] = grid(parts[0][1])
        elif parts:
            made[name] = grid(_dense(parts, n_sessions * n_symbols))
    first = int(np.searchsorted(market.days, distinct[0]))
    present = np.zeros(n_sessions * n_symbols, dtype=np.bool_)
    for at in cells:
        present[slice(None) if at is None else at] = True
    return Block(first, distinct, grid(present), made, labels)


def _dense(parts: list[tuple[Ints | None, Floats]], n_cells: int) -> Floats:
    """Rows of groups in their cells; NaN where there is none."""
    dense = np.full(n_cells, np.nan)
    for at, values in parts:
        dense[slice(None) if at is None else at] = values
    return dense


def _cells(market: Market, groups: list[Any], starts: list[Ints]) -> list[Ints | None]:
    """For the rows of each group their place among sessions x symbols.

    None: the only group has every line in every session, so that its rows are the cells.
    """
    n_symbols = len(market.symbols)
    cells: list[Ints | None] = []
    done = 0
    for start, group in zip(starts, groups, strict=True):
        codes = arrow.codes_into(group.column("symbol"), market.order)
        full = len(groups) == 1 and codes.size == start.size * n_symbols
        if full and bool((codes.reshape(start.size, n_symbols) == np.arange(n_symbols)).all()):
            return [None]
        sizes = np.diff(start, append=group.num_rows)
        place = np.repeat((np.arange(done, done + start.size) * n_symbols), sizes)
        place += codes
        cells.append(place)
        done += start.size
    return cells


def numbers(column: Any, labels: dict[str, list[str]], name: str) -> Floats:
    """A column as float64; text as positions in ``labels[name]``, which grows with new labels."""
    kind = str(column.type)
    if kind == "bool":
        return arrow.bools(column).astype(np.float64)
    if kind != "string" and not kind.startswith("dictionary"):
        return arrow.floats(column)
    found, values = arrow.coded(column)
    position = {value: index for index, value in enumerate(labels.get(name, []))}
    for value in values:
        position.setdefault(value, len(position))
    labels[name] = list(position)
    lookup = np.array([position[value] for value in values] + [np.nan], dtype=np.float64)
    return lookup[found]


def _turned(grid: npt.NDArray[_T]) -> npt.NDArray[_T]:
    """Cells (n_sessions, n_symbols) as a symbol-major array (n_symbols, n_sessions) in C order."""
    n_sessions, n_symbols = grid.shape
    made = np.empty((n_symbols, n_sessions), dtype=grid.dtype)
    # In strips of lines that stay in the cache while they are read across the sessions.
    for start in range(0, n_symbols, _STRIP):
        made[start : start + _STRIP] = grid[:, start : start + _STRIP].T
    return made


def session_starts(days: Days) -> Ints:
    """Positions at which a session begins in ascending ``days``."""
    if days.size == 0:
        return np.zeros(0, dtype=np.int64)
    return np.concatenate(([0], np.flatnonzero(days[1:] != days[:-1]) + 1)).astype(np.int64)
