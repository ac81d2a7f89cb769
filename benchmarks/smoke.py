"""The short benchmark CI runs: a small market, one composite, our engine beside naive pandas."""

from __future__ import annotations

import statistics
import time

import numpy as np

from benchmarks.machine import machine
from benchmarks.naive import composite_levels
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.market import arrow
from indexcalc.market.demo import demo_tables
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology

SECURITIES, YEARS = 300, 2
RUNS = 5
RULE, BOARD = "kospi", "KOSPI"
TOLERANCE = 1e-12


def main() -> None:
    """Check that both agree, then print medians and their ratio."""
    made = demo_tables(SECURITIES, YEARS)
    market = Market.from_tables(
        complete=True, facts={"price_limit": made.facts["price_limit"]}, **made.tables
    )
    # The naive way takes the exchange's base price for every change of price, and a target stays to its
    # merger with the shares it has: so the rule does too.
    plain = {
        "maintenance.base_price": "exchange",
        "maintenance.resumption": "counted",
        "maintenance.merger_shares": "of_members",
        "maintenance.deletions[1].from": "2099-01-01",
    }
    family = load_family([Methodology.load(RULE).varied(plain)])
    request = Request(keep_weights=False)
    times: list[float] = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        run = compute_family(family, market, request)[RULE]
        times.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    naive = composite_levels(made.tables, BOARD, 100.0)
    naive_time = time.perf_counter() - begun
    ours = arrow.floats(run.levels.column("level"))
    off = float(np.abs(ours / naive.to_numpy() - 1).max())
    print(machine())
    print(f"{SECURITIES} securities x {ours.size} sessions, {RULE}")
    if not off <= TOLERANCE:
        raise SystemExit(f"the two disagree by {off:.3g}: no time is quoted")
    median = statistics.median(times)
    print(f"agree to {off:.2g}")
    print(f"indexcalc     {median * 1e3:8.1f} ms, median of {RUNS}")
    print(f"naive pandas  {naive_time * 1e3:8.1f} ms, one run: {naive_time / median:.0f} times")


if __name__ == "__main__":
    main()
