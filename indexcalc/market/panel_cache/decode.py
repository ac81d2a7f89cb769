"""Stored daily rows -> whole sessions as dense columns: the only place of a run that decodes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Days, Floats, Ints
from indexcalc.diagnostics import DataError
from indexcalc.market import arrow
from indexcalc.market.panel_cache.segment import Sessions
from indexcalc.market.places.place import Place, RemotePath
from indexcalc.market.store import open_parquet, reading, sessions_in_groups

SESSIONS_PER_CHUNK = 250


class Decodes(Struct):
    """How often daily rows have been decoded in this process: ``passes`` over files, and ``rows``."""

    passes: int = 0
    rows: int = 0


decodes = Decodes()
"""Counted where rows are read, and nowhere else: what tests and benchmarks look at."""


def sessions(
    sources: Sequence[Any],
    columns: Sequence[str],
    order: Mapping[str, int],
    labels: dict[str, list[str]],
    threads: int = 2,
) -> Iterator[Sessions]:
    """The sessions of Parquet files or Arrow tables in order, at least 250 at a time but the last.

    ``order``: the place of each symbol.  ``labels``: of text columns, which grow with new labels.
    With ``threads`` > 1 that many row groups are decoded ahead.
    """
    decodes.passes += 1
    pending: list[Sessions] = []
    count = 0
    for place, group in _row_groups(sources, columns, threads):
        decodes.rows += group.num_rows
        if not group.num_rows:
            continue
        some = _of_group(group, columns, order, labels, place)
        pending.append(some)
        count += some.days.size
        if count >= SESSIONS_PER_CHUNK:
            yield _joined(pending)
            pending, count = [], 0
    if pending:
        yield _joined(pending)


def _joined(held: list[Sessions]) -> Sessions:
    if len(held) == 1:
        return held[0]
    names = dict.fromkeys(name for some in held for name in some.columns)
    columns = {
        name: np.concatenate(
            [
                some.columns.get(name, np.broadcast_to(np.float64(np.nan), some.present.shape))
                for some in held
            ]
        )
        for name in names
    }
    days = np.concatenate([some.days for some in held])
    return Sessions(days, np.concatenate([some.present for some in held]), columns)


def check_days(found: Days, said: Days, sources: Sequence[Any]) -> None:
    """DataError (DAT010): the sessions of the rows are not those that their index says, in order."""
    if not np.array_equal(found, said):
        place = sources[0] if len(sources) == 1 else "daily"
        raise _damaged(place, "the sessions of its rows are not those of its index")


def _damaged(place: Any, what: str) -> DataError:
    path = place if isinstance(place, Path | RemotePath) else "daily"
    return DataError.of("DAT010", what, path=path, hint="import the data again")


def _row_groups(
    sources: Sequence[Any], columns: Sequence[str], threads: int
) -> Iterator[tuple[Any, Any]]:
    """(where, whole sessions as a table) in order: ``date``, ``symbol`` and the ``columns`` there are."""
    wanted = ["date", "symbol", *(name for name in columns if name not in ("date", "symbol"))]
    jobs: list[_Job] = []
    for source in sources:
        if isinstance(source, Path | RemotePath):
            file = open_parquet(source)
            there = set(file.schema_arrow.names)
            names = [name for name in wanted if name in there]
            count = file.metadata.num_row_groups
            jobs.extend(_Job(source, file.metadata, number, names) for number in range(count))
        else:
            selected = source.select([name for name in wanted if name in source.column_names])
            for part in sessions_in_groups(selected, SESSIONS_PER_CHUNK):
                yield "daily", part
    if jobs:
        groups = _decoded(jobs, threads)
        yield from ((job.path, group) for job, group in zip(jobs, groups, strict=True))


class _Job(Struct, frozen=True):
    """A row group of a file, and the columns to be read of it."""

    path: Place
    footer: Any
    number: int
    names: list[str]


def _decoded(jobs: list[_Job], threads: int) -> Iterator[Any]:
    def decode(job: _Job) -> Any:
        file = open_parquet(job.path, job.footer)
        with reading(job.path):
            return file.read_row_group(job.number, columns=job.names, use_threads=False)

    if threads <= 1:
        yield from map(decode, jobs)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        waiting: list[Future[Any]] = [pool.submit(decode, job) for job in jobs[:threads]]
        for job in jobs[threads:]:
            done = waiting.pop(0).result()
            waiting.append(pool.submit(decode, job))
            yield done
        for future in waiting:
            yield future.result()


def _of_group(
    group: Any,
    columns: Sequence[str],
    order: Mapping[str, int],
    labels: dict[str, list[str]],
    place: Any,
) -> Sessions:
    """The rows of a group in their cells."""
    days = arrow.days(group.column("date"))
    starts = session_starts(days)
    k, n = int(starts.size), len(order)
    codes = arrow.codes_into(group.column("symbol"), order)
    if (codes < 0).any():
        raise _damaged(place, "the symbols of its rows are not those of its index")
    cells = _cells(codes, starts, n)
    present = np.zeros(k * n, dtype=np.bool_)
    present[slice(None) if cells is None else cells] = True
    if np.count_nonzero(present) != codes.size:
        raise _damaged(place, "a line has two rows on a session")
    decoded: dict[str, Floats] = {}
    for name in columns:
        if name not in group.column_names:
            continue
        values = numbers(group.column(name), labels, name)
        if cells is not None:
            dense = np.full(k * n, np.nan)
            dense[cells] = values
            values = dense
        decoded[name] = values.reshape(k, n)
    return Sessions(days[starts], present.reshape(k, n), decoded)


def _cells(codes: Any, starts: Ints, n: int) -> Ints | None:
    """The place of each row among sessions x lines; None: every line has a row in every session."""
    k = starts.size
    whole = codes.size == k * n and np.array_equal(starts, np.arange(k) * n)
    if whole and bool((codes.reshape(k, n) == np.arange(n)).all()):
        return None
    cell = np.repeat(np.arange(k, dtype=np.int64) * n, np.diff(starts, append=codes.size))
    cell += codes
    return cell


def numbers(column: Any, labels: dict[str, list[str]], name: str) -> Floats:
    """A column as float64; text as positions in ``labels[name]``, which grows with new labels."""
    kind = str(column.type)
    if kind == "bool":
        return arrow.bools(column).astype(np.float64)
    if kind != "string" and not kind.startswith("dictionary"):
        return arrow.floats(column)
    codes, values = arrow.coded(column)
    position = {value: index for index, value in enumerate(labels.get(name, []))}
    for value in values:
        position.setdefault(value, len(position))
    labels[name] = list(position)
    lookup = np.array([position[value] for value in values] + [np.nan], dtype=np.float64)
    return lookup[codes]


def session_starts(days: Days) -> Ints:
    """Positions at which a session begins in ascending ``days``."""
    if days.size == 0:
        return np.zeros(0, dtype=np.int64)
    return np.concatenate(([0], np.flatnonzero(days[1:] != days[:-1]) + 1)).astype(np.int64)
