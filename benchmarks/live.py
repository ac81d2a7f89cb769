"""Live calculation on the demo market: equality with one run first, then the time of each step.

python -m benchmarks.live [--securities 2500] [--years 3] [--rule kospi200] [--sessions 60]

A session through all of the code (events, log, level, divisor), the level alone after a trade, a state
written and read, and a state taken up over a market with a day more (which makes the reviews anew).
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import indexcalc as ic
from benchmarks.machine import machine
from indexcalc.calculation.prices.daily_rows import rows_between
from indexcalc.live.live import Live
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of


def timed(work: Callable[[], Any], into: list[float]) -> Any:
    """The result of ``work``; its time in seconds goes ``into`` a list."""
    start = time.perf_counter()
    made = work()
    into.append(time.perf_counter() - start)
    return made


def report(what: str, times: list[float], unit: float, name: str) -> None:
    """Median and range of some times."""
    low, high = min(times) / unit, max(times) / unit
    print(f"{what:44s} {statistics.median(times) / unit:10.1f} {name}  ({low:.1f} .. {high:.1f})")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--securities", type=int, default=2500)
    parser.add_argument("--years", type=float, default=3)
    parser.add_argument("--rule", default="kospi200")
    parser.add_argument("--sessions", type=int, default=60)
    said = parser.parse_args()
    market = ic.Market.demo(securities=said.securities, years=said.years)
    whole: list[float] = []
    run = timed(lambda: ic.compute(said.rule, market), whole)
    dates = arrow.days(run.levels.column("date"))
    expected = dict(
        zip(dates.tolist(), arrow.floats(run.levels.column("level")).tolist(), strict=True)
    )
    first = market.days.size - said.sessions - 1
    live = Live.begin(said.rule, market, until=date_of(market.days[first]))
    singles = [
        rows_between(market, session, session + 1) for session in range(first + 1, market.days.size)
    ]
    took: dict[str, list[float]] = {
        name: [] for name in ("advance", "open", "trade", "level", "save", "resume")
    }
    draw = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.state"
        for number, rows in enumerate(singles):
            ticks = live.ticks()
            timed(ticks.level, took["open"])
            close = rows.raw[0]
            codes = np.flatnonzero(rows.printed[0] & ~rows.idle[0])
            at_close = float("nan")
            for code in draw.permutation(codes).tolist():
                symbol, price = market.symbols[code], float(close[code])
                timed(partial(ticks.trade, symbol, price), took["trade"])
                at_close = timed(ticks.level, took["level"])
            session = timed(partial(live.take, rows), took["advance"])
            level = session[said.rule].level
            assert level == expected[int(rows.days[0])] == at_close, session.date
            if number % 10 == 0:
                timed(lambda: live.save(path), took["save"])
                timed(lambda: Live.resume(path, said.rule, market), took["resume"])
        size = path.stat().st_size
    print(machine())
    print(f"{said.rule}: {len(market.symbols):,} lines, {market.days.size:,} sessions, the last")
    print(f"{len(singles)} advanced one by one and by {len(took['trade']):,} trades: equal bits")
    report("one run over all sessions", whole, 1.0, "s ")
    report("one session, with events, log and parents", took["advance"], 1e-3, "ms")
    report("a session opened for ticks", took["open"], 1e-3, "ms")
    report("a trade taken", took["trade"], 1e-6, "us")
    report("the level after a trade", took["level"], 1e-6, "us")
    report("the state written", took["save"], 1e-3, "ms")
    report("the state taken up, reviews made anew", took["resume"], 1.0, "s ")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"state {size / 1024:,.0f} KB; peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
