"""Who is listed in a demo market: counts, sizes, holders, whatever the seed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from indexcalc.market.demo.lines import Roster, make_roster
from tests.unit.market.demo.lines_of_a_demo import line

N_SESSIONS = 490


@pytest.fixture(scope="module", params=[(100, 1), (300, 2), (1200, 3)], ids=str)
def made(request: pytest.FixtureRequest) -> Roster:
    n_securities, seed = request.param
    return make_roster(np.random.default_rng(seed), n_securities, N_SESSIONS)


def test_as_many_lines_as_were_asked_for_in_the_order_of_their_symbols(
    made: Roster, request: pytest.FixtureRequest
) -> None:
    symbols = [item.symbol for item in made.lines]
    assert len(symbols) == request.node.callspec.params["made"][0]
    assert symbols == sorted(set(symbols))
    assert [item.index for item in made.lines] == list(range(len(symbols)))
    kinds = Counter(item.security_type for item in made.lines)
    assert set(kinds) == {"stock", "reit", "infrastructure_fund", "spac", "foreign"}
    assert kinds["stock"] > 0.9 * len(symbols)


def test_the_largest_begins_at_22_5_percent_of_the_float_market_cap(made: Roster) -> None:
    float_cap = {
        item.symbol: item.size * item.float_at_start
        for item in made.lines
        if item.market == "KOSPI"
        and item.share_class == "common"
        and item.security_type == "stock"
        and item.start < 0
    }
    mega, second = (float_cap[item.symbol] for item in (made.mega, made.second))
    assert mega / sum(float_cap.values()) == pytest.approx(0.225)
    assert second / mega == pytest.approx(0.3)
    assert mega == max(float_cap.values())


def test_preferred_lines_are_of_the_company_of_a_common_one(made: Roster) -> None:
    preferred = [item for item in made.lines if item.share_class == "preferred"]
    assert len(preferred) >= 2
    for item in preferred:
        assert item.parent is not None
        assert item.issuer == item.parent.issuer == f"ISSUER-{item.parent.symbol}"
        assert item.symbol[:5] == item.parent.symbol[:5]
        assert item.symbol[5] in "5K"
        assert item.size == pytest.approx(0.08 * item.parent.size)


def test_a_new_company_is_another_issuer_with_its_parents_holders(made: Roster) -> None:
    spun = [item for item in made.lines if item.listed_by == "demerger"]
    assert spun
    for item in spun:
        assert item.parent is not None
        assert item.issuer != item.parent.issuer
        assert item.stakes == item.parent.stakes
        assert item.start == N_SESSIONS  # the plan sets it


def test_stakes_leave_some_float(made: Roster) -> None:
    for item in made.lines:
        assert all(0 < part < 1 for part in item.stakes.values())
        assert 0 < item.float_at_start <= 1, item.symbol
        assert ("lock_up", "early_investors") not in item.stakes or item.start >= 0


def test_most_stock_is_listed_from_the_beginning(made: Roster) -> None:
    stock = [
        item
        for item in made.lines
        if item.security_type == "stock" and item.share_class == "common" and not item.parent
    ]
    later = [item for item in stock if item.start >= 0]
    assert len(later) == pytest.approx(0.12 * len(stock), abs=2)
    assert all(5 <= item.start < N_SESSIONS for item in later)
    assert all(1_500 <= item.price <= 400_000 for item in stock if item is not made.mega)


def test_while_a_line_is_listed() -> None:
    assert line("A").alive(10) == (0, 10)
    assert line("A", start=3).alive(10) == (3, 10)
    assert line("A", start=3, end=7).alive(10) == (3, 7)


def test_the_same_numbers_make_the_same_lines() -> None:
    one, same = (
        [(item.symbol, item.size, item.start) for item in roster.lines]
        for roster in (make_roster(np.random.default_rng(5), 100, 245) for _ in range(2))
    )
    assert one == same
