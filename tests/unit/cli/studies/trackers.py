"""A list that changes on the last session: B leaves, C joins, with one share traded a session."""

from __future__ import annotations

from typing import Any

from indexcalc.market.market import Market
from tests.unit.calculation.small import given, line, market


def changed(indices: tuple[str, ...] = ("cap",), **tables: Any) -> Market:
    """``indices``: whose list changes.

    At the closes before the change A is 110 of 160, and 110 of 130 with C for B.
    """
    lists = [{**row, "index": index} for index in ("cap", "equal") for row in given("A", "B")]
    lists += [{**row, "index": index} for index in indices for row in given("A", "C", on=3)]
    return market(
        line("A", [100, 100, 110, 121]),
        line("B", [50, 50, 50, 60]),
        line("C", [20, 20, 20, 20]),
        memberships=lists,
        securities=[{"symbol": "A", "name": "가나전자"}, {"symbol": "B", "name": "다라식품"}],
        **tables,
    )
