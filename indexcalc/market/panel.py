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
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.market import arrow, store
from indexcalc.market.market import Market

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int32]

SESSIONS_PER_BLOCK = 250


@dataclass(frozen=True, slots=True)
class Block:
    """Some observed sessions of all lines.

    ``first``: position of ``days[0]`` among ``market.days``.  ``present``: a row was there.
    ``columns``: float64 (n_symbols, n_sessions), NaN where no row or no value; text columns as
    codes into ``labels[name]`` (-1: none).
    """

    first: int
    days: Days
    present: npt.NDArray[np.bool_]
    columns: dict[str, Floats]
    labels: dict[str, list[str]]

    @property
    def shape(self) -> tuple[int, int]:
        """(n_symbols, n_sessions)."""
        return self.present.shape[0], self.present.shape[1]


def ordered_sum(values: Floats) -> Floats:
    """Sum over axis 0 by one running addition, row 0 first: the only sum that reaches a level.

    ``values`` has members in ascending order of their symbol's bytes on axis 0.  ``np.cumsum`` adds
    in sequence whatever the memory layout; ``np.sum`` may add in pairs and give other last bits.
    """
    if values.shape[0] == 0:
        return np.zeros(values.shape[1:])
    total: Floats = np.cumsum(values, axis=0)[-1]
    return total


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
    jobs: list[tuple[Path, int]] = []
    for source in market.daily_sources():
        if isinstance(source, Path):
            count = store.open_parquet(source).metadata.num_row_groups
            jobs.extend((source, number) for number in range(count))
        else:
            kept = source.select([name for name in wanted if name in source.column_names])
            yield from store.sessions_in_groups(kept)
    if jobs:
        yield from _decoded(jobs, wanted, threads)


def _decoded(jobs: list[tuple[Path, int]], wanted: list[str], threads: int) -> Iterator[Any]:
    def decode(job: tuple[Path, int]) -> Any:
        path, number = job
        file = store.open_parquet(path)
        names = [name for name in wanted if name in file.schema_arrow.names]
        return file.read_row_group(number, columns=names, use_threads=False)

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
) -> Iterator[Block]:
    """Dense blocks of the observed sessions from ``first_day`` to ``last_day``, in order."""
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
            yield _block(market, pending, columns)
            pending, n_pending = [], 0
    if pending:
        yield _block(market, pending, columns)


def _block(market: Market, groups: list[Any], columns: Sequence[str]) -> Block:
    # Groups hold whole sessions in order: a session begins where the day changes.
    starts = [_session_starts(arrow.days(group.column("date"))) for group in groups]
    distinct = np.concatenate(
        [arrow.days(g.column("date"))[at] for g, at in zip(groups, starts, strict=True)]
    )
    n_symbols, n_sessions = len(market.symbols), int(distinct.size)
    present = np.zeros((n_symbols, n_sessions), dtype=np.bool_)
    made: dict[str, Floats] = {}
    labels: dict[str, list[str]] = {}
    done = 0
    for start, group in zip(starts, groups, strict=True):
        sizes = np.diff(start, append=group.num_rows)
        session = np.repeat(np.arange(done, done + start.size), sizes)
        done += start.size
        codes = arrow.codes_into(group.column("symbol"), market.order).astype(np.int64)
        cells = codes * n_sessions + session
        present.reshape(-1)[cells] = True
        for name in columns:
            if name not in group.column_names or name in ("date", "symbol"):
                continue
            column = group.column(name)
            kind = str(column.type)
            if name not in made:
                made[name] = np.full((n_symbols, n_sessions), np.nan)
            if kind == "string" or kind.startswith("dictionary"):
                found, values = arrow.coded(column)
                known = labels.setdefault(name, [])
                position = {value: index for index, value in enumerate(known)}
                for value in values:
                    position.setdefault(value, len(position))
                labels[name] = list(position)
                lookup = np.array([position[value] for value in values] + [-1], dtype=np.float64)
                coded = lookup[found]
                coded[found < 0] = np.nan
                made[name].reshape(-1)[cells] = coded
            elif kind == "bool":
                made[name].reshape(-1)[cells] = arrow.bools(column)
            else:
                made[name].reshape(-1)[cells] = arrow.floats(column)
    first = int(np.searchsorted(market.days, distinct[0]))
    return Block(first, distinct, present, made, labels)


def _session_starts(days: Days) -> npt.NDArray[np.int64]:
    """Positions at which a session begins in ascending ``days``."""
    if days.size == 0:
        return np.zeros(0, dtype=np.int64)
    return np.concatenate(([0], np.flatnonzero(days[1:] != days[:-1]) + 1)).astype(np.int64)
