"""Runs the contest: checks that all answers agree, then prints medians and ratios.

``python -m benchmarks.one_index.contest [LINES] [YEARS]``.  No time is printed of an answer that is
another one.  Page cache warm, one process, contestants in turn so that other load hits all alike.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.one_index import contestants
from benchmarks.one_index.contestants import Answer
from benchmarks.one_index.market import make_market

TOLERANCE = 1e-12
BT_TOLERANCE = 1e-9
SLOW = (contestants.naive_pandas, contestants.bt_given_weights)


def run(n_lines: int, n_years: float, rounds: int, everyone: bool) -> dict[str, float]:
    """Median seconds by contestant.  AssertionError: two of them disagree."""
    fast = [
        contestants.indexcalc,
        contestants.polars_tuned,
        contestants.duckdb_tuned,
        contestants.wide_pandas,
        contestants.numpy_kernel,
    ]
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "market"
        make_market(folder, n_lines, n_years)
        ours = contestants.indexcalc(folder)
        for round_ in range(rounds):
            for contestant in [*fast, *(SLOW if everyone and round_ == 0 else ())]:
                seconds, answer = _timed(contestant, folder)
                times.setdefault(contestant.__name__, []).append(seconds)
                _check(contestant.__name__, answer, ours)
    print(f"{n_lines} lines x {ours.levels.size} sessions, {ours.weights.size} daily weights")
    medians = {name: statistics.median(found) for name, found in times.items()}
    base = medians["indexcalc"]
    for name, median in sorted(medians.items(), key=lambda item: item[1]):
        runs = len(times[name])
        print(f"{name:18}{median:9.3f} s  {median / base:7.2f} x indexcalc  (median of {runs})")
    return medians


def _timed(contestant: Callable[[Path], Answer], folder: Path) -> tuple[float, Answer]:
    begun = time.perf_counter()
    answer = contestant(folder)
    return time.perf_counter() - begun, answer


def _check(name: str, answer: Answer, ours: Answer) -> None:
    if name == "bt_given_weights":
        apart = float(abs(answer.levels / ours.levels - 1).max())
        assert apart <= BT_TOLERANCE, f"{name} is {apart:.3g} away: no time is quoted"
        return
    apart = ours.agrees_with(answer)
    assert apart <= TOLERANCE, f"{name} is {apart:.3g} away: no time is quoted"


if __name__ == "__main__":
    said = sys.argv[1:]
    print(machine())
    run(int(said[0]) if said else 2500, float(said[1]) if said[1:] else 30.0, 5, everyone=True)
