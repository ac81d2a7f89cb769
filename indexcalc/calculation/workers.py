"""Computes many rules on the workers of an executor: units of work, submission, and one retry.

Any ``concurrent.futures.Executor`` will do: a process pool, dask's ``client.get_executor()``, ray's.
A unit is some rules that rest on the same indices, so that what they share is computed once in it.
Each unit runs the same code as a single process does, so the bits do not depend on how the rules were
cut or where they ran.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import Diagnostic, UsageError
from indexcalc.market.market import Market
from indexcalc.market.places.place import Place
from indexcalc.market.tables import TABLES
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.model.methodology import Methodology

UNIT_SIZE = 20
"""Most rules of a unit of work."""
_RULES = "processes, processes:N or dask://HOST:PORT"
Rule = str | Path | Methodology
Compute = Callable[[Family, Market, Request], dict[str, Run]]
"""How a worker computes a family: a function of a module, sent by its name."""
Target = tuple[Place, bool]
"""The folder to write under, and whether written levels may change."""
_KEYS = frozenset({"date", "symbol"})
T = TypeVar("T")


class Written(Struct, frozen=True):
    """One index that a worker wrote: its folder, and what a caller prints without reading it."""

    index: str
    folder: str
    sessions: int
    first: str
    last: str
    level: float
    constituents: int
    diagnostics: tuple[Diagnostic, ...]


def units(family: Family, size: int = UNIT_SIZE) -> list[tuple[str, ...]]:
    """The rules asked for, cut into units: those with the same roots together, in the order asked."""
    by_roots: dict[tuple[str, ...], list[str]] = {}
    for index in family.asked:
        by_roots.setdefault(_roots(family, index), []).append(index)
    return [
        tuple(group[start : start + size])
        for group in by_roots.values()
        for start in range(0, len(group), size)
    ]


def _roots(family: Family, index: str) -> tuple[str, ...]:
    """The indices without parents that a rule rests on, at any depth."""
    parents = [name for name in family[index].parents if name in family.rules]
    if not parents:
        return (index,) if not family[index].parents else tuple(family[index].parents)
    return tuple(sorted({root for parent in parents for root in _roots(family, parent)}))


def compute_on(
    executor: Executor,
    compute_family: Compute,
    rules: Sequence[Rule],
    market: Market,
    request: Request,
    *,
    size: int = UNIT_SIZE,
) -> dict[str, Run]:
    """Every index asked for, in the order asked, computed by the workers of an executor.

    Raises what a worker raises: RuleError, DataError, UsageError.
    """
    family = load_family(list(rules))
    _decode_once(market)
    tasks = [
        (_compute_unit, (compute_family, _rules_of(family, rules, unit), market, request))
        for unit in units(family, size)
    ]
    runs = {name: run for unit in gathered(executor, tasks) for name, run in unit.items()}
    return {name: runs[name] for name in family.asked}


def write_on(
    open_executor: Callable[[], Any],
    compute_family: Compute,
    rules: Sequence[Rule],
    market: Market,
    request: Request,
    *,
    out: Place,
    restate: bool = False,
    size: int = UNIT_SIZE,
    done: Callable[[int, int], None] | None = None,
) -> list[Written]:
    """Every index asked for, computed and written under ``out`` by the workers themselves.

    ``open_executor``: a context manager that gives an executor; where a worker of a pool is killed, the
    units that are missing are given once to a new one.  ``done``: told (units done, units) as they end.
    """
    family = load_family(list(rules))
    _decode_once(market)
    waiting = {
        number: (
            _write_unit,
            (compute_family, _rules_of(family, rules, unit), market, request, (out, restate)),
        )
        for number, unit in enumerate(units(family, size))
    }
    results: dict[int, list[Written]] = {}
    total = len(waiting)
    for attempt in range(2):
        try:
            with open_executor() as executor:
                submitted = {
                    n: executor.submit(work, *arguments) for n, (work, arguments) in waiting.items()
                }
                for number, future in submitted.items():
                    results[number] = future.result()
                    if done is not None:
                        done(len(results), total)
            break
        except BrokenExecutor:
            waiting = {n: task for n, task in waiting.items() if n not in results}
            if attempt:
                raise
    written = {item.index: item for unit in results.values() for item in unit}
    return [written[name] for name in family.asked]


def _decode_once(market: Market) -> None:
    """Make the panel of a stored market before its workers ask for it, so that all map the same one."""
    if market.path is not None and market.days.size:
        declared = TABLES["daily"].by_name
        market.panel.need(
            name for name in market.columns("daily") if name in declared and name not in _KEYS
        )


def gathered(
    executor: Executor, tasks: Sequence[tuple[Callable[..., T], tuple[Any, ...]]]
) -> Iterator[T]:
    """The results of tasks in the order given, whatever the order they end in."""
    futures: list[Future[T]] = [executor.submit(work, *arguments) for work, arguments in tasks]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _rules_of(family: Family, rules: Sequence[Rule], unit: tuple[str, ...]) -> tuple[Rule, ...]:
    """What was given for the rules of a unit, so that a worker reads the same files."""
    if len(family.asked) != len(rules):  # a rule named twice
        return tuple(family[name] for name in unit)
    by_name = dict(zip(family.asked, rules, strict=True))
    return tuple(by_name[name] for name in unit)


def _compute_unit(
    compute_family: Compute, rules: tuple[Rule, ...], market: Market, request: Request
) -> dict[str, Run]:
    return compute_family(load_family(list(rules)), _of_this_process(market), request)


def _write_unit(
    compute_family: Compute,
    rules: tuple[Rule, ...],
    market: Market,
    request: Request,
    target: Target,
) -> list[Written]:
    from indexcalc.calculation.run.publish import publish
    from indexcalc.market import arrow
    from indexcalc.market.calendar.sessions import date_of

    out, restate = target
    written = []
    for run in _compute_unit(compute_family, rules, market, request).values():
        folder = publish(run, out, restate=restate, composition=request.keep_weights)
        days = arrow.days(run.levels.column("date"))
        written.append(
            Written(
                index=run.index,
                folder=str(folder),
                sessions=days.size,
                first=date_of(int(days[0])).isoformat(),
                last=date_of(int(days[-1])).isoformat(),
                level=float(arrow.floats(run.levels.column("level"))[-1]),
                constituents=int(arrow.integers(run.levels.column("constituents"))[-1]),
                diagnostics=run.diagnostics,
            )
        )
    return written


_OPENED: dict[str, Market] = {}


def _of_this_process(market: Market) -> Market:
    """The market as this process has it: units on one market share what was read and made of it."""
    if market.path is None and not market.versions:
        return market
    content = market.versions or market.content_hashes()
    key = f"{market.place} {market.last_day} {content!r}"
    if key not in _OPENED:
        _OPENED.clear()  # one market at a time: a worker's memory does not grow with its tasks
        _OPENED[key] = market
    return _OPENED[key]


@contextmanager
def executor_named(text: str) -> Iterator[Executor]:
    """The executor that ``--executor`` names, closed at the end.

    UsageError (RUN011): the text names none; (RUN010) dask is not installed.
    """
    if text == "processes" or text.startswith("processes:"):
        count = text.partition(":")[2]
        if count and not (count.isdecimal() and 1 <= int(count) <= 1024):
            raise UsageError.of(
                "RUN011", f"`{text}` has no number of processes", where="--executor", hint=_RULES
            )
        yield from _processes(int(count) if count else os.cpu_count() or 1)
    elif text.startswith("dask://"):
        yield from _dask("tcp://" + text.removeprefix("dask://"))
    else:
        raise UsageError.of(
            "RUN011", f"`{text}` is not a known executor", where="--executor", hint=_RULES
        )


def _processes(count: int) -> Iterator[Executor]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Not forked: a fork copies locks that Arrow's threads may hold.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context) as executor:
        yield executor


def _dask(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError.of(
            "RUN010",
            "a dask cluster needs distributed, which is not installed",
            where="--executor",
            hint="pip install 'indexcalc[dask]'",
        ) from None
    try:
        client = Client(address, timeout=5)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise UsageError.of(
            "RUN011",
            f"no dask scheduler answers at {address}: {error}",
            where="--executor",
            hint="start one with `dask scheduler`, and name its HOST:PORT",
        ) from None
    with client:
        yield client.get_executor()  # type: ignore[no-untyped-call]


def count_of(text: str) -> int:
    """How many workers an ``--executor`` names, 2 where it does not say."""
    count = text.partition(":")[2]
    return int(count) if text.startswith("processes:") and count.isdecimal() else 2


def unit_size(n_rules: int, workers: int) -> int:
    """Rules a unit: at most twenty, and at least two units a worker where there are rules enough."""
    return max(1, min(UNIT_SIZE, -(-n_rules // max(2 * workers, 1))))
