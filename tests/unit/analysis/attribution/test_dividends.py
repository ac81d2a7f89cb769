"""What the lines of an index pay in a session, as a series counts it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.attribution.dividends import Series, SessionDividends
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, dividend, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
EQUAL = small.GIVEN + "weighting: {scheme: equal}\n"
TAX = "returns: {kinds: [price, net], withholding: {KR: 25%}}\n"
CODES = np.arange(2, dtype=np.int32)


def made(text: str, over: Any, series: Series) -> SessionDividends:
    return SessionDividends(small.rule(text), over, series, day_number(day(1)))


def paying(**more: Any) -> Any:
    return market(
        line("A", [100, 100, 90]),
        line("B", [50, 50, 50]),
        dividends=[
            {**dividend("A", 2, 3.0), "sequence": 1},
            {**dividend("A", 2, 1.0), "sequence": 2},
            {**dividend("B", 2, 5.0, "special"), "sequence": 1},
        ],
        **more,
    )


def test_ordinary_dividends_of_a_session_add_up_and_specials_are_none() -> None:
    found = made(CAP, paying(), "tr")
    assert found.per_share(day_number(day(2)), CODES).tolist() == [4.0, 0.0]
    assert found.per_share(day_number(day(1)), CODES).tolist() == [0.0, 0.0]
    # A line that is not asked for is left out, and none is taken for its neighbour.
    assert found.per_share(day_number(day(2)), CODES[1:]).tolist() == [0.0]
    assert found.per_share(day_number(day(2)), CODES[:0]).tolist() == []


def test_the_price_series_counts_none() -> None:
    assert made(CAP, paying(), "pr").per_share(day_number(day(2)), CODES).tolist() == [0.0, 0.0]


def test_the_net_series_counts_what_the_tax_leaves() -> None:
    countries = [{"symbol": "A", "country": "KR"}, {"symbol": "B", "country": "KR"}]
    found = made(CAP + TAX, paying(securities=countries), "ntr")
    np.testing.assert_allclose(found.per_share(day_number(day(2)), CODES), [3.0, 0.0])


def test_a_net_return_without_a_tax_or_with_taxed_specials_is_refused() -> None:
    with pytest.raises(ic.UsageError, match=r"ANA003.*no withholding"):
        made(CAP, paying(), "ntr")
    with pytest.raises(ic.UsageError, match=r"ANA003.*taxes special dividends"):
        made(CAP + TAX + "maintenance: {special: taxed}\n", paying(), "ntr")


def test_shares_before_and_after_the_events_of_a_session() -> None:
    """A split in two: one share is two.  Under equal weights q moves by 100 / 50 as well, and by what a
    special dividend of 5 makes of 50 (50 / 45) only where the rule puts it back into the stock."""
    split = market(
        line("A", [100, 100, 50]), corporate_actions=[action("A", 2, "split", ratio=2.0)]
    )
    on = day_number(day(2))
    assert made(CAP, split, "tr").factor(on, 0, 100.0, 50.0, {0}) == 2.0
    assert made(EQUAL, split, "tr").factor(on, 0, 100.0, 50.0, {0}) == 2.0
    special = market(line("A", [50, 50, 45]), dividends=[dividend("A", 2, 5.0, "special")])
    assert made(CAP, special, "tr").factor(on, 0, 50.0, 45.0, {0}) == 1.0
    kept = made(EQUAL + "maintenance: {special_weight: keep}\n", special, "tr")
    assert kept.factor(on, 0, 50.0, 45.0, {0}) == pytest.approx(50 / 45, abs=1e-15)
    drifting = made(EQUAL + "maintenance: {special_weight: drift}\n", special, "tr")
    assert drifting.factor(on, 0, 50.0, 45.0, {0}) == pytest.approx(1.0, abs=1e-15)


def test_rights_are_new_shares_from_the_ex_date_or_from_the_listing() -> None:
    over = market(
        line("A", [100, 100, 75]),
        corporate_actions=[action("A", 2, "rights", ratio=1.0, price=50.0, list_date=2)],
    )
    on = day_number(day(2))
    assert made(CAP, over, "tr").share_factor(on, 0, 100.0, {0}) == 2.0
    later = made(CAP + "maintenance: {rights: listing}\n", over, "tr")
    assert later.share_factor(on, 0, 100.0, {0}) == 1.0
