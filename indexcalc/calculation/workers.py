"""Computes many rules on the workers of an executor: units of work, submission, and one retry.

Any ``concurrent.futures.Executor`` will do: a process pool, dask's ``client.get_executor()``, ray's.
A unit is some rules that rest on the same indices, so that what they share is computed once in it.
Each unit runs the same code as a single process does, so the bits do not depend on how the rules were
cut or where they ran.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from msgspec import Struct, field

from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.publish import publish
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import (
    DataError,
    Diagnostic,
    IndexcalcError,
    RuleError,
    RunError,
    UsageError,
    finding,
    quantity,
)
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.market.places.place import Place
from indexcalc.market.tables import TABLES
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.model.methodology import Methodology

UNIT_SIZE = 20
"""Most rules of a unit of work."""
_RULES = "processes, processes:N or dask://HOST:PORT"
_MEMORY = "memory is short, as a rule: fewer workers on a machine, or fewer rules at a time"
Rule = str | Path | Methodology
Compute = Callable[[Family, Market, Request], dict[str, Run]]
"""How a worker computes a family: a function of a module, sent by its name."""
Target = tuple[Place, bool]
"""The folder to write under, and whether written levels may change."""
_KEYS = frozenset({"date", "symbol"})
Unit = tuple[str, ...]
"""Names of indices that one worker computes together."""
T = TypeVar("T")


class Sent(Struct, frozen=True):
    """What every unit of one call is given; ``call`` is of no other call."""

    compute_family: Compute
    market: Market
    request: Request
    call: str = field(default_factory=lambda: uuid4().hex)


class Written(Struct, frozen=True):
    """One index that a worker wrote: its folder, and what a caller prints without reading it.

    ``constituents``: on the last session; None of an overlay.
    """

    index: str
    folder: str
    sessions: int
    first: str
    last: str
    level: float
    constituents: int | None
    diagnostics: tuple[Diagnostic, ...]


def units(family: Family, size: int = UNIT_SIZE) -> list[Unit]:
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
    executor: Executor | str,
    compute_family: Compute,
    rules: Sequence[Rule],
    market: Market,
    request: Request,
    *,
    size: int = UNIT_SIZE,
) -> dict[str, Run]:
    """Every index asked for, in the order asked, computed by the workers of an executor.

    ``executor``: one, or its name as ``executor_named`` takes it.  Raises all that the workers found:
    RuleError, DataError, UsageError.  UsageError (RUN011): ``executor`` is none.
    """
    if isinstance(executor, str):
        size = unit_size(len(rules), count_of(executor))
        with executor_named(executor, "executor") as opened:
            return compute_on(opened, compute_family, rules, market, request, size=size)
    if not hasattr(executor, "submit"):
        raise _no_executor(f"{type(executor).__name__} is not an executor", "executor")
    family = load_family(list(rules))
    _decode_once(market)
    sent = Sent(compute_family, market, request)
    submitted = {
        unit: executor.submit(_compute_unit, _rules_of(family, rules, unit), sent)
        for unit in units(family, size)
    }
    return _good({name: end for ends in _ended(submitted) for name, end in ends.items()}, family)


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

    Raises, after all units have ended, what was found of the indices that cannot be computed or written
    (RuleError, DataError, RunError, UsageError); the others are written, and RUN013 says how many.
    RunError (RUN014): a worker was killed twice.
    """
    family = load_family(list(rules))
    _decode_once(market)
    sent = Sent(compute_family, market, request)
    ended: dict[str, Written | IndexcalcError] = {}
    cut = units(family, size)
    waiting = cut
    for attempt in range(2):
        try:
            with open_executor() as executor:
                submitted = {
                    unit: executor.submit(
                        _write_unit, unit, _rules_of(family, rules, unit), sent, (out, restate)
                    )
                    for unit in waiting
                }
                for place, ends in enumerate(_ended(submitted), 1):
                    ended.update(ends)
                    if done is not None:
                        done(len(cut) - len(waiting) + place, len(cut))
            break
        except BrokenExecutor as error:
            # A pool says no cause of a worker that was killed: any other would only come again.
            if error.__cause__ is not None:
                raise
            waiting = [unit for unit in waiting if unit[0] not in ended]
            if attempt:
                raise _killed(waiting, out) from None
    return list(_good(ended, family, out).values())


def _killed(waiting: Sequence[Unit], out: Place) -> RunError:
    names = [name for unit in waiting for name in unit]
    more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
    return RunError.of(
        "RUN014",
        f"a worker was killed, and so was that which did its work again: {', '.join(names[:5])}{more}",
        path=out,
        hint=_MEMORY,
    )


def _ended(
    submitted: Mapping[Unit, Future[Mapping[str, T | IndexcalcError]]],
) -> Iterator[Mapping[str, T | IndexcalcError]]:
    """What the indices of each unit end in, in the order given: a result, or what refuses it.

    Anything else that a unit raises is raised, and units that have not begun are given up.
    """
    try:
        for unit, future in submitted.items():
            try:
                yield future.result()
            except IndexcalcError as error:
                yield dict.fromkeys(unit, error)
    finally:
        for future in submitted.values():
            future.cancel()


def _good(
    ended: Mapping[str, T | IndexcalcError], family: Family, out: Place | None = None
) -> dict[str, T]:
    """The results in the order asked; else all findings at once, as the gravest kind among them."""
    results: dict[str, T] = {}
    refused: list[IndexcalcError] = []
    for name in family.asked:
        end = ended[name]
        if isinstance(end, IndexcalcError):
            refused.append(end)
        else:
            results[name] = end
    if refused:
        found = [item for error in refused for item in error.diagnostics]
        if out is not None and results:
            written = f"{len(results):,} of {quantity(len(ended), 'index', 'indices')} are written"
            found.append(finding("RUN013", written, path=out))
        kinds = (RuleError, DataError, UsageError)
        kind = next((k for k in kinds if any(isinstance(each, k) for each in refused)), RunError)
        raise kind(dict.fromkeys(found))
    return results


def _decode_once(market: Market) -> None:
    """Make the panel of a stored market before its workers ask for it, so that all map the same one."""
    if market.path is not None and market.days.size:
        declared = TABLES["daily"].by_name
        market.panel.need(
            name for name in market.columns("daily") if name in declared and name not in _KEYS
        )


def _rules_of(family: Family, rules: Sequence[Rule], unit: Unit) -> tuple[Rule, ...]:
    """What was given for the rules of a unit, so that a worker reads the same files."""
    if len(family.asked) != len(rules):  # a rule named twice
        return tuple(family[name] for name in unit)
    by_name = dict(zip(family.asked, rules, strict=True))
    return tuple(by_name[name] for name in unit)


def _compute_unit(rules: tuple[Rule, ...], sent: Sent) -> Mapping[str, Run | IndexcalcError]:
    return _runs(rules, sent)


def _runs(rules: tuple[Rule, ...], sent: Sent) -> dict[str, Run]:
    return sent.compute_family(load_family(list(rules)), _of_this_process(sent), sent.request)


def _write_unit(
    unit: Unit, rules: tuple[Rule, ...], sent: Sent, target: Target
) -> Mapping[str, Written | IndexcalcError]:
    out, restate = target
    ended: dict[str, Written | IndexcalcError] = {}
    try:
        runs = _runs(rules, sent)
    except IndexcalcError as error:
        if len(unit) == 1:
            return {unit[0]: error}
        # One stops all that are computed with it: what is written does not depend on how rules were cut.
        for name, rule in zip(unit, rules, strict=True):
            ended |= _write_unit((name,), (rule,), sent, target)
        return ended
    for name, run in runs.items():
        try:
            ended[name] = _written(
                run, publish(run, out, restate=restate, composition=sent.request.keep_weights)
            )
        except IndexcalcError as error:
            ended[name] = error
    return ended


def _written(run: Run, folder: Place) -> Written:
    levels = run.levels
    days = arrow.days(levels.column("date"))
    counted = "constituents" in levels.column_names
    return Written(
        index=run.index,
        folder=str(folder),
        sessions=days.size,
        first=date_of(int(days[0])).isoformat(),
        last=date_of(int(days[-1])).isoformat(),
        level=float(arrow.floats(levels.column("level"))[-1]),
        constituents=int(arrow.integers(levels.column("constituents"))[-1]) if counted else None,
        diagnostics=run.diagnostics,
    )


_KEPT: list[tuple[str, Market]] = []
"""At most one: a worker's memory does not grow with its tasks."""


def _of_this_process(sent: Sent) -> Market:
    """The market as this process has it: units of one call share what was read and made of it.

    Nothing is kept from one call to the next: no key could forget what makes a market another one.
    """
    if sent.market.path is None and not sent.market.versions:
        return sent.market
    for call, market in tuple(_KEPT):
        if call == sent.call:
            return market
    _KEPT[:] = [(sent.call, sent.market)]
    return sent.market


@contextmanager
def executor_named(text: str, where: str = "--executor") -> Iterator[Executor]:
    """The executor that ``--executor`` names, closed at the end.

    UsageError (RUN011): the text names none; (RUN010) dask is not installed.
    """
    if text == "processes" or text.startswith("processes:"):
        count = text.partition(":")[2]
        if count and not (count.isdecimal() and 1 <= int(count) <= 1024):
            raise _no_executor(f"`{text}` has no number of processes", where)
        yield from _processes(int(count) if count else os.cpu_count() or 1)
    elif text.startswith("dask://"):
        yield from _dask("tcp://" + text.removeprefix("dask://"), where)
    else:
        raise _no_executor(f"`{text}` is not a known executor", where)


def _no_executor(message: str, where: str) -> UsageError:
    return UsageError.of("RUN011", message, where=where, hint=_RULES)


def _processes(count: int) -> Iterator[Executor]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Not forked: a fork copies locks that Arrow's threads may hold.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context) as executor:
        yield executor


def _dask(address: str, where: str) -> Iterator[Executor]:
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise UsageError.of(
            "RUN010",
            "a dask cluster needs distributed, which is not installed",
            where=where,
            hint="pip install 'indexcalc[dask]'",
        ) from None
    try:
        client = Client(address, timeout=5)  # type: ignore[no-untyped-call]
    except Exception as error:
        # What answers may be no scheduler: then this is an error of any class, even MemoryError.
        raise UsageError.of(
            "RUN011",
            f"no dask scheduler answers at {address}: {error}",
            where=where,
            hint="start one with `dask scheduler`, and name its HOST:PORT",
        ) from None
    try:
        with client:
            yield client.get_executor()  # type: ignore[no-untyped-call]
    except KilledWorker:
        raise RunError.of(
            "RUN014",
            f"all workers to which the scheduler at {address} gave a unit were killed",
            hint=_MEMORY,
        ) from None
    except CancelledError:
        raise UsageError.of(
            "RUN011",
            f"the dask scheduler at {address} answers no more",
            where=where,
            hint="start it again, and compute again: what is written stays",
        ) from None


def count_of(text: str) -> int:
    """How many workers an ``--executor`` names, 2 where it does not say."""
    count = text.partition(":")[2]
    return int(count) if text.startswith("processes:") and count.isdecimal() else 2


def unit_size(n_rules: int, workers: int) -> int:
    """Rules a unit: at most twenty, and at least two units a worker where there are rules enough."""
    return max(1, min(UNIT_SIZE, -(-n_rules // max(2 * workers, 1))))
