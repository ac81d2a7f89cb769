"""What validating costs beside reading: 2,000 lines of shipped rules, without a market.

python -m benchmarks.validate
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from itertools import cycle, takewhile
from pathlib import Path

from benchmarks.machine import machine
from indexcalc.diagnostics import Findings
from indexcalc.methodology.check.check import check, expected_sessions
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.load.load import shipped_folder
from indexcalc.methodology.reading import yaml as source

LINES = 2_000
RUNS = 5


def rules_of(lines: int) -> list[Path]:
    """Shipped rules, over and over, until they have so many lines together."""
    paths = [p for p in sorted(shipped_folder().rglob("*.yaml")) if ".cases." not in p.name]
    counted = 0

    def more(path: Path) -> bool:
        nonlocal counted
        before = counted
        counted += len(path.read_text(encoding="utf-8").splitlines())
        return before < lines

    return list(takewhile(more, cycle(paths)))


def parse(paths: list[Path]) -> None:
    """Text to nodes with their places, nothing more."""
    for path in paths:
        source.parse(path.read_text(encoding="utf-8"), str(path), Findings())


def read(paths: list[Path]) -> list[Family]:
    """Text to methodologies, parents and all: what `compute` does before it begins."""
    return [load_family([path]) for path in paths]


def validate(paths: list[Path]) -> None:
    """Reading, and every check there is, dates on the calendar too."""
    for family in read(paths):
        rule = family[family.asked[0]]
        sessions, _ = expected_sessions(rule)
        found = check(rule, family.rules, sessions).items
        assert found == [], found


def timed(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    """Print medians and their ratios."""
    paths = rules_of(LINES)
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
    validate(paths)  # imports, session tables
    parsed, reading, whole = (timed(partial(work, paths)) for work in (parse, read, validate))
    print(machine())
    print(f"{len(paths)} rules, {lines:,} lines; median of {RUNS}")
    print(f"parse      {parsed * 1e3:8.1f} ms")
    print(f"read       {reading * 1e3:8.1f} ms   with all parents")
    print(f"validate   {whole * 1e3:8.1f} ms   {whole / reading:.1f} times reading")


if __name__ == "__main__":
    main()
