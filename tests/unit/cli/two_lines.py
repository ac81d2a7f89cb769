"""A stored market of two lines, and two rules that hold both: one by market value, one equally.

A goes from 100 to 110 and 121, B from 50 to 50 and 60, a thousand shares each; the lists of both
indices start on session 1, where A is two thirds of the value.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import given, line, market
from tests.unit.calculation.stored import stored

CAP = small.GIVEN.replace("index: test", "index: cap") + "weighting: {scheme: market_cap}\n"
EQUAL = small.EQUAL.replace("index: test", "index: equal")
INVERSE = small.HEAD.replace("index: test", "index: inverse").replace(
    "2024-01-02", "2024-01-03"
) + ("underlying: {index: cap, return: price}\noverlay: {leverage: -1, reset: daily}\n")


def over(**tables: Any) -> Market:
    """The market in memory; other tables by name."""
    lists = [{**row, "index": index} for index in ("cap", "equal") for row in given("A", "B")]
    return market(
        line("A", [100, 100, 110, 121]),
        line("B", [50, 50, 50, 60]),
        **{
            "memberships": lists,
            "securities": [
                {"symbol": "A", "name": "가나전자", "sector": "tech"},
                {"symbol": "B", "name": "다라식품", "sector": "food"},
            ],
            **tables,
        },
    )


def overlay(path: Path) -> str:
    """The inverse of the first rule, as a file beside it."""
    (path / "inverse.yaml").write_text(INVERSE, encoding="utf-8")
    return str(path / "inverse.yaml")


def folder(path: Path, of: Market | None = None) -> tuple[str, str, str]:
    """(rule by value, rule with equal weights, market) as files and a folder under ``path``."""
    for name, text in (("cap", CAP), ("equal", EQUAL)):
        (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    shutil.rmtree(path / "m", ignore_errors=True)
    place = stored(over() if of is None else of, path / "m")
    return str(path / "cap.yaml"), str(path / "equal.yaml"), str(place)
