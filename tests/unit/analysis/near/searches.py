"""Searches for the nearest changes, and whether one was found at an edge known by hand."""

from __future__ import annotations

from indexcalc.analysis.near.nearest import Nearest, nearest
from indexcalc.analysis.near.questions import Change
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology

MANY = 10_000
"""More reviews than any of these searches makes."""


def search(rule: Methodology, market: Market, **more: object) -> Nearest:
    return nearest(rule, market, **{"tries": MANY, **more})  # type: ignore[arg-type]


def one(found: Nearest, flips: str, symbol: str, moved: str) -> Change:
    (change,) = [
        item
        for item in found.changes
        if (item.flips, item.symbol, item.moved) == (flips, symbol, moved)
    ]
    return change


def is_at(change: Change, edge: float) -> bool:
    """Does the edge, known by hand, lie between what is enough and what is not?"""
    assert change.enough is not None
    assert change.short is not None
    low, high = sorted((abs(change.short), abs(change.enough)))
    close = high - low <= max(high / 200 * (1 + 1e-9), 1e-6)
    return close and low <= abs(edge) <= high and (change.enough > 0) == (edge > 0)
