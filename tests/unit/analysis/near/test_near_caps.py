"""The change of price with which a cap binds, or stops, by hand."""

from __future__ import annotations

import pytest

from indexcalc.methodology.model.methodology import Methodology
from tests.unit.analysis.near.searches import is_at, one, search
from tests.unit.analysis.near.small_markets import market_of, rows_of, rule_of


def capped(limit: str) -> Methodology:
    return rule_of(
        lambda text: text.replace(
            "{scheme: market_cap}",
            f"{{scheme: market_cap, caps: [{{per: security, limit: {limit}}}]}}",
        )
    )


def test_a_cap_that_binds_and_one_that_stops() -> None:
    """A weighs 100 of 270. 40 % bind from 100 x + 170 x 0.4 ... : 113.33; 36 % let go at 95.625."""
    binds = one(search(capped("40%"), market_of(rows_of())), "cap", "A", "last close")
    assert pytest.approx((113.3333, 95.625), abs=1e-4) == (170 * 0.4 / 0.6, 170 * 0.36 / 0.64)
    assert binds.side == "free"
    assert is_at(binds, 170 * 0.4 / 0.6 / 100 - 1)
    assert (binds.comes, binds.goes) == (("A",), ())
    stops = one(search(capped("36%"), market_of(rows_of())), "cap", "A", "last close")
    assert stops.side == "capped"
    assert is_at(stops, 95.625 / 100 - 1)
    assert (stops.comes, stops.goes) == ((), ("A",))
    # A rule without caps is not asked.
    without = search(rule_of(), market_of(rows_of()))
    assert not [change for change in without.changes if change.flips == "cap"]
