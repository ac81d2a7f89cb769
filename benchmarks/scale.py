"""How the cost of one rule grows with lines and with sessions: CPU seconds, memory, and bytes on disk.

    python -m benchmarks.scale [LINES:YEARS ...]     default: 600, 1,200, 2,400 and 4,800 lines over 5
                                                     years; 1,200 lines over 10, 20 and 40

The index begins a year after the market.  Every figure is of a process of its own; `import` alone is
taken off.  Cold: the first run over a market, which makes the panel.  Warm: a later one, the middle of
three.  Both write all tables.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.fan_out import rules
from benchmarks.machine import machine
from indexcalc.cli.main import run as command
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.market import Market
from indexcalc.market.panel_cache import sidecar

GRID = ("600:5", "1200:5", "2400:5", "4800:5", "1200:10", "1200:20", "1200:40")
IMPORT = "import indexcalc.calculation.compute, indexcalc.calculation.run.publish"
COMPUTE = """
from pathlib import Path
from indexcalc.calculation.compute import compute
from indexcalc.calculation.run.publish import publish
publish(compute({rule!r}, {market!r}), Path({out!r}))
for line in open("/proc/self/status"):
    if line.startswith("RssAnon"):
        print(line.split()[1])
"""


def cpu(code: str) -> tuple[float, float]:
    """(CPU seconds, anonymous memory in MB at the end) of a new interpreter that runs ``code``."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(write, 1)
        os.execv(sys.executable, [sys.executable, "-W", "ignore", "-c", code])
    os.close(write)
    with os.fdopen(read) as stream:
        text = stream.read().split()
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"the measured process ended with {status}")
    return used.ru_utime + used.ru_stime, int(text[-1]) / 1024 if text else 0.0


def measured(place: Path, rule: str, out: Path, base: float) -> str:
    """The figures of one market."""
    code = IMPORT + COMPUTE.format(rule=rule, market=str(place), out=str(out))
    sidecar.remove(place)
    cold, _ = cpu(code)
    warm = sorted(cpu(code) for _ in range(3))[1]
    market = Market.open(place)
    daily = market.panel_limit[0]
    return (
        f"{len(market.symbols):>6,} {market.days.size:>7,} {daily / 1e6:>8.1f} "
        f"{sidecar.size_of(place) / 1e6:>8.1f} {cold - base:>8.2f} {warm[0] - base:>8.2f} {warm[1]:>8.0f}"
    )


def from_the_second_year(rule: str, market: Market) -> str:
    """The rule with its base a year after the data begin, so that its levels cover the rest."""
    path = Path(rule)
    base = date_text(int(market.days[market.days > market.days[0] + 365][0]))
    path.write_text(path.read_text(encoding="utf-8").replace("2022-01-03", base), encoding="utf-8")
    return rule


def main() -> int:
    """Measure the grid."""
    print(machine())
    base = statistics.median(cpu(IMPORT)[0] for _ in range(5))
    print(f"import {base:.2f} CPU s, taken off")
    print(" lines  sessions  daily MB panel MB   cold s   warm s  anon MB")
    with tempfile.TemporaryDirectory() as temporary:
        for item in sys.argv[1:] or GRID:
            lines, years = item.split(":")
            place = Path(temporary) / item.replace(":", "-")
            given = ["--securities", lines, "--years", years, "--out", str(place)]
            sys.stdout = sys.__stderr__
            command(["market", "demo", *given])
            sys.stdout = sys.__stdout__
            rule = from_the_second_year(rules(Path(temporary), 1)[0], Market.open(place))
            print(measured(place, rule, Path(temporary) / f"out-{place.name}", base), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
