"""What differs between two written runs: members, weights, and how far apart they are.

Two runs are compared on the days both set a list.  The distance is one-way: half the sum of absolute
differences of opening weights, what a fund on one would trade to follow the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.diagnostics import RunError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.places.place import Place

SHOWN = 10
"""Names shown of a list; the rest are counted."""


class RunDifference(Struct, frozen=True):
    """Two runs on one day.  ``moved``: (symbol, weight in the first, in the second) of names in both,
    largest difference first; ``distance``: half the sum of absolute differences, of all names."""

    date: dt.date
    members: tuple[int, int]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    moved: tuple[tuple[str, float, float], ...]
    distance: float


class WrittenLists(Struct, frozen=True):
    """The lists of a written run: opening weights by symbol, by effective day (since 1970-01-01)."""

    index: str
    lists: Mapping[int, Mapping[str, float]]

    @classmethod
    def read(cls, folder: Place) -> WrittenLists:
        """The lists of the run in ``folder``.  RunError (RUN003): there is no run."""
        stored = run_files.read_manifest(folder)
        table = run_files.read_table(folder, "constituents.parquet")
        if stored is None or table is None:
            raise RunError.of("RUN003", "there is no run here", path=folder)
        return cls.of(stored["index"], table)

    @classmethod
    def of(cls, index: str, table: Any) -> WrittenLists:
        """The lists in a table ``constituents``."""
        days = arrow.days(table.column("effective_date"))
        symbols = arrow.texts(table.column("symbol"))
        weights = arrow.floats(table.column("weight")).tolist()
        lists: dict[int, dict[str, float]] = {}
        for day, symbol, weight in zip(days.tolist(), symbols, weights, strict=True):
            lists.setdefault(day, {})[str(symbol)] = weight
        return cls(index, lists)


def compare_runs(
    first: WrittenLists, second: WrittenLists, on: Sequence[dt.date] = ()
) -> tuple[RunDifference, ...]:
    """The runs on the days both set a list; ``on``: only on these days."""
    common = sorted(first.lists.keys() & second.lists.keys())
    return tuple(
        _on(day, first.lists[day], second.lists[day])
        for day in common
        if not on or date_of(day) in on
    )


def _on(day: int, first: Mapping[str, float], second: Mapping[str, float]) -> RunDifference:
    names = sorted({*first, *second})
    left = np.array([first.get(name, 0.0) for name in names])
    right = np.array([second.get(name, 0.0) for name in names])
    apart = np.abs(left - right)
    both = [place for place, name in enumerate(names) if name in first and name in second]
    order = sorted(both, key=lambda place: (-apart[place], names[place]))
    return RunDifference(
        date_of(day),
        (len(first), len(second)),
        tuple(name for name in names if name not in second),
        tuple(name for name in names if name not in first),
        tuple((names[at], float(left[at]), float(right[at])) for at in order if apart[at] > 0),
        0.5 * float(np.cumsum(apart)[-1]) if names else 0.0,
    )


def runs_in_words(differences: Sequence[RunDifference], first: str, second: str) -> str:
    """A table of the days compared, then who is in one run only and whose weight differs most, for
    the last of them."""
    if not differences:
        return f"{first} and {second}: no day on which both set a list"
    lines = [
        f"{first} -> {second}",
        f"{'date':<12}{'members':>15}{'left':>8}{'joined':>8}{'active':>11}",
    ]
    for item in differences:
        counts = f"{item.members[0]} -> {item.members[1]}"
        lines.append(
            f"{item.date!s:<12}{counts:>15}{len(item.only_first):>8}"
            f"{len(item.only_second):>8}{item.distance:>11.4%}"
        )
    last = differences[-1]
    for word, names in (("left", last.only_first), ("joined", last.only_second)):
        if names:
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            lines.append(f"{last.date} {word}: {', '.join(names[:SHOWN])}{more}")
    for symbol, left, right in last.moved[:SHOWN]:
        lines.append(
            f"{last.date} {symbol:<9} {left:>10.4%} -> {right:>9.4%}{right - left:>+11.4%}"
        )
    return "\n".join(lines)
