"""A sweep over caps beside one index, on the demo market: equality first, then time and ratio.

python -m benchmarks.caps [--securities 2500] [--years 30] [--runs 3] [--market DIR]

31 caps (10 % to 40 %) of the largest 200, levels alone and with all tables, against one index computed
from the same files; then 100 caps by 10 counts.  The market is made once and kept where --market says.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import indexcalc as ic
from benchmarks.machine import machine
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.cli.main import run as command
from indexcalc.market import arrow
from indexcalc.methodology.load.family import load_family

RULE = """
index: largest
currency: KRW
calendar: XKRX
base: {{date: 1990-01-03, level: 100}}
universe: {{where: {{security_type: stock, market: KOSPI}}}}
review:
  months: [6, 12]
  effective: session after 2nd thursday
  cutoff: last session 1 month before
measures: {{size: {{mean: market_cap, over: 6 calendar months}}}}
selection: {{count: 200, steps: [{{fill: {{to: 100% of count, by: size}}}}]}}
weighting: {{scheme: float_market_cap{caps}}}
"""
CAPS = ic.percent_range("10%", "40%", "1%")
MANY = ic.percent_range("1%", "100%", "1%")
COUNTS = [str(count) for count in range(110, 210, 10)]
CHECKED = ("10%", "15%", "22%", "30%", "40%", "none")
CLOSE = 1e-12


def one_index(market: Path, cap: str = "", count: str = "200") -> ic.Run:
    """A separate run: reading, reviewing, levels and all tables but the daily composition."""
    text = RULE.format(
        caps="" if cap in ("", "none") else f", caps: [{{per: security, limit: {cap}}}]"
    )
    rule = ic.Methodology.from_text(text.replace("count: 200", f"count: {count}"))
    family = load_family([rule])
    return compute_family(family, ic.Market.open(market), Request(keep_weights=False))["largest"]


def sweep(
    market: Path, caps: tuple[str, ...], tables: str, counts: list[str] | None = None
) -> ic.CapSweep:
    rule = ic.Methodology.from_text(RULE.format(caps=""))
    vary = {"selection.count": counts} if counts else None
    return ic.simulate_caps(rule, ic.Market.open(market), caps=caps, tables=tables, vary=vary)


def check(made: ic.CapSweep, market: Path, caps: tuple[str, ...], count: str = "") -> float:
    """The largest relative difference to separate runs.

    AssertionError: it is not small, or a published digit differs.
    """
    keys, names = arrow.coded(made.levels.column("cap"))
    rows = np.ones(keys.size, dtype=bool)
    if count:
        variant, variants = arrow.coded(made.levels.column("variant"))
        rows = variant == variants.index(f"selection.count={count}")
    worst = 0.0
    for cap in caps:
        mine = made.levels.take(arrow.from_ints(np.flatnonzero(rows & (keys == names.index(cap)))))
        run = one_index(market, cap, count or "200")
        expected = arrow.floats(run.levels.column("level"))
        off = float(np.abs(arrow.floats(mine.column("level")) / expected - 1.0).max())
        assert off < CLOSE, (cap, off)
        shown, said = (table.column("level_published") for table in (mine, run.levels))
        assert shown.to_pylist() == said.to_pylist(), cap
        worst = max(worst, off)
    return worst


def medians(works: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Median seconds of each; taken in turn, so that other load on the machine falls on all."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            begun = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - begun)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    """Check, time, print."""
    said = argparse.ArgumentParser()
    said.add_argument("--securities", type=int, default=2500)
    said.add_argument("--years", type=float, default=30)
    said.add_argument("--runs", type=int, default=3)
    said.add_argument("--market", type=Path)
    asked = said.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        market = asked.market or Path(folder) / "market"
        if not (market / "market.json").exists():
            wanted = ("--securities", str(asked.securities), "--years", str(asked.years))
            assert command(["market", "demo", *wanted, "--out", str(market)]) == 0
        report(market, asked.runs)


def report(market: Path, runs: int) -> None:
    opened = ic.Market.open(market)
    print(machine())
    print(f"{len(opened.symbols):,} lines, {opened.days.size:,} sessions; median of {runs}")
    full = sweep(market, CAPS, "all")
    print(
        f"equal to separate runs: {check(full, market, CHECKED):.1e} relative, every published digit"
    )
    print(full.manifest["method"])
    works: dict[str, Callable[[], object]] = {"one index": lambda: one_index(market)}
    for tables in ("levels", "all"):
        works[f"{len(CAPS)} caps, {tables}"] = lambda tables=tables: sweep(market, CAPS, tables)
    took = medians(works, runs)
    for what, seconds in took.items():
        print(f"{what:<22}{seconds:8.3f} s   {seconds / took['one index']:.2f} times one index")
    many = sweep(market, MANY, "levels", COUNTS)
    worst = max(check(many, market, ("7%", "30%"), count) for count in (COUNTS[0], COUNTS[-1]))
    print(f"{len(MANY) * len(COUNTS):,} variants equal to separate runs: {worst:.1e} relative")
    what = f"{len(MANY)} caps x {len(COUNTS)} counts"
    seconds = medians({what: lambda: sweep(market, MANY, "levels", COUNTS)}, 1)[what]
    each = seconds / (len(MANY) * len(COUNTS))
    ratio = took["one index"] / each
    print(
        f"{what:<22}{seconds:8.3f} s   {each * 1e3:.2f} ms each, {ratio:.0f} times less than one index"
    )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
