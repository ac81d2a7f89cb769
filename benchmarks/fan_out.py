"""Many rules on one and on two workers of a process pool.

    python -m benchmarks.fan_out [rules] [years]        default: 200 rules, 5 years

Every way writes its tables into a folder of its own; the files are compared byte by byte before any time is
told.  The memory of a worker is its largest anonymous resident set, read from /proc while it works.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.fan_out import executor_named, unit_size, write_on
from indexcalc.calculation.plan import Request
from indexcalc.cli.main import run as command
from indexcalc.market.market import Market

RULE = """\
index: fan-{number}
currency: KRW
calendar: XKRX
base: {{date: 2022-01-03, level: 1000}}
universe: {{of: kospi}}
review: {{months: [3, 6, 9, 12], effective: 2nd friday, cutoff: last session 1 month before}}
measures: {{size: {{mean: market_cap, over: {months} calendar months}}}}
selection:
  count: {count}
  steps:
    - select: {{size: {{rank: {{existing: {outer}, new: {inner}}}}}}}
    - trim: {{to: {count}, by: size}}
    - fill: {{to: {count}, by: size}}
weighting: {{scheme: {scheme}}}
"""


def rules(folder: Path, n: int) -> list[str]:
    """``n`` rules of one family: counts, windows and schemes vary."""
    paths = []
    for number in range(n):
        count = 50 + 5 * (number % 20)
        text = RULE.format(
            number=number,
            months=(1, 3, 6)[number % 3],
            count=count,
            outer=count + 10,
            inner=count - 10,
            scheme=("market_cap", "equal")[number % 2],
        )
        path = folder / f"fan-{number}.yaml"
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    return paths


class AnonymousMemory:
    """The largest anonymous memory of any child process while a block runs, in MB."""

    def __init__(self) -> None:
        self.most = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> AnonymousMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.2):
            for status in Path("/proc").glob("[0-9]*/status"):
                try:
                    lines = dict(
                        line.split(":", 1)
                        for line in status.read_text().splitlines()
                        if ":" in line
                    )
                except OSError:
                    continue  # it has ended
                if "RssAnon" in lines and "python" in lines["Name"]:
                    self.most = max(self.most, int(lines["RssAnon"].split()[0]) / 1024)


def timed(
    open_executor: Callable[[], Any], paths: list[str], place: Path, out: Path, size: int
) -> tuple[float, float]:
    """Seconds and the largest worker's anonymous memory of one way."""
    with AnonymousMemory() as memory:
        begin = time.perf_counter()
        write_on(
            open_executor, compute_family, paths, Market.open(place), Request(), out=out, size=size
        )
        return time.perf_counter() - begin, memory.most


def main() -> int:
    """Run it; 1 where a file differs."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    years = sys.argv[2] if len(sys.argv) > 2 else "5"
    print(machine())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        place = folder / "market"
        command(["market", "demo", "--years", years, "--out", str(place)])
        seconds: dict[tuple[int, int], float] = {}
        for count in (n // 2, n):
            source = folder / f"rules-{count}"
            source.mkdir()
            paths = rules(source, count)
            for workers in (1, 2):
                seconds[count, workers], memory = timed(
                    partial(executor_named, f"processes:{workers}"),
                    paths,
                    place,
                    folder / f"{count}-{workers}",
                    unit_size(count, 2),
                )
                print(
                    f"{count:>5} rules x {years} years on {workers} workers: "
                    f"{seconds[count, workers]:6.1f} s, largest worker {memory:5.0f} MB anonymous"
                )
        one, two = folder / f"{n}-1", folder / f"{n}-2"
        files = sorted(path.relative_to(one) for path in one.rglob("*.parquet"))
        differ = [file for file in files if (one / file).read_bytes() != (two / file).read_bytes()]
        print(f"{len(files)} files, {len(differ)} differ")
        print(f"two workers are {seconds[n, 1] / seconds[n, 2]:.2f} times as fast as one")
        return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
