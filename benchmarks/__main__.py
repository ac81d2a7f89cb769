"""Every figure of the data path, ours and the opponents', on the same files in the same run.

    python -m benchmarks [--quick] [--only PART] [--out FILE]        (make bench)

Answers are compared before a time is quoted: of a wrong one there is no figure, and the command ends
with 1.  Contestants are processes of their own (``worker``) that take turns, so that other load falls on
all; medians of five.  Run it on a machine that does nothing else.  ``--quick``: smaller markets and two
rounds, to see that it works.  ``--only``: one of the parts.  The table goes to FILE, by default
``benchmarks/RESULTS.md`` where it was all of it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import studio
from benchmarks.machine import machine
from benchmarks.parts import PARTS, Bench, Row
from benchmarks.random_walks import make_market
from indexcalc.cli.main import run as command

ALL = {**PARTS, "studio": studio.part}
OUT = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=list(ALL))
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    lines, years, rounds = (1200, 4.0, 2) if asked.quick else (2500, 30.0, 5)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_market(folder / "walks", lines, years)
        words = ["--securities", str(lines), "--years", str(years), "--out", str(folder / "demo")]
        if command(["market", "demo", *words]) != 0:
            return 1
        bench = Bench(folder, rounds, quick=asked.quick)
        sections = {}
        for name, part in ALL.items():
            if asked.only in (None, name):
                sections[part.__doc__ or name] = part(bench)
    text = _text(sections, lines, years, rounds)
    print(text)
    print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)
    if asked.out is not None or not (asked.quick or asked.only):
        (asked.out or OUT).write_text(text, encoding="utf-8")
    return 0


def _text(sections: dict[str, list[Row]], lines: int, years: float, rounds: int) -> str:
    parts = [
        "# Measured\n",
        "Made by `make bench` (`python -m benchmarks`); not edited by hand.\n",
        f"{machine()}; page cache warm, medians of {rounds}. Two markets of {lines:,} lines and "
        f"{years:g} years: *walks* (random walks, no corporate action: what an opponent need not know) and "
        "*demo* (`indexcalc market demo`). Every answer was compared with another way to it before its "
        "time was taken.\n",
    ]
    for title, rows in sections.items():
        parts.append(f"## {title.splitlines()[0].rstrip('.')}\n")
        parts.append("| figure | measured | at least | aim |\n|---|---|---|---|")
        parts += [f"| {row.figure} | {row.measured} | {row.least} | {row.aim} |" for row in rows]
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
