"""The change of price that moves the level by so much, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.market.market import Market
from tests.unit.analysis.near.searches import is_at, one, search
from tests.unit.analysis.near.small_markets import market_of, rows_of, rule_of


def test_the_level() -> None:
    """A is 100 of 270: the level moves by 1 % with 2.7 % of A, with 3 % of B; by -5 % with -13.5 % of A."""
    found = search(rule_of(), market_of(rows_of()))
    assert is_at(one(found, "level", "A", "last close"), 0.027)
    assert is_at(one(found, "level", "B", "last close"), 0.03)
    assert is_at(one(found, "level", "A B C", "last close"), 0.01)
    down = search(rule_of(), market_of(rows_of()), by=-0.05)
    assert is_at(one(down, "level", "A", "last close"), -0.135)


def test_the_data_are_hashed_for_the_level_of_today_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A try needs a level, not the manifest of a run."""
    hashed: list[Market] = []
    hashes = Market.content_hashes

    def counted(self: Market) -> Any:
        hashed.append(self)
        return hashes(self)

    monkeypatch.setattr(Market, "content_hashes", counted)
    found = search(rule_of(), market_of(rows_of()))
    assert found.computations > 3
    assert len(hashed) == 1
