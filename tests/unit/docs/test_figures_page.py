"""The page of figures defines each figure once, and names functions and pages that exist."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| figure")
]
ASKED_FOR = (
    "share of float", "crowding", "tracking difference of a spread", "active share", "breadth",
    "capacity", "capacity, median", "without a line", "pressure", "days of volume", "relative level",
    "volatility", "drawdown", "tracking error", "one-way turnover", "effective number of constituents",
)  # fmt: skip


def test_every_figure_is_defined_once() -> None:
    counts = Counter(name for name, *_ in ROWS)
    assert [name for name, count in counts.items() if count > 1] == []
    assert [name for name in ASKED_FOR if name not in counts] == []
    assert all(len(row) == 3 and row[1] for row in ROWS)


def test_functions_and_pages_that_are_named_exist() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "indexcalc" / "calculation" / "figures").glob("*.py"))
    )
    for name, _, where in ROWS:
        for function in re.findall(r"`(\w+)`", where):
            assert f"def {function}(" in code, name
        for page in re.findall(r"\((\S+\.md)\)", where):
            assert (ROOT / "docs" / page).is_file(), name
