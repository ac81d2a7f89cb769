"""A coming review: what was known on a day, and what its measures are measured over."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.analysis.pro_forma import ProForma
from indexcalc.market.market import Market
from tests.unit.analysis.coming_review import AS_OF, market_until, review_of


def members(review: ProForma) -> list[str]:
    return [row["symbol"] for row in review.members.to_pylist()]


@pytest.fixture(scope="module")
def market() -> Market:
    """D is the largest of all from the day after the forecast on."""
    return market_until(dt.date(2024, 6, 28), {"D": 5000.0})


def test_what_comes_later_is_not_known(market: Market) -> None:
    review = review_of(market)
    assert (review.effective, review.cutoff) == (dt.date(2024, 6, 14), dt.date(2024, 5, 31))
    assert review.data_until == review.priced_on == AS_OF
    assert members(review) == ["A", "B", "C"]
    # The same as in a market that ends there; with all that came D is in.
    alone = review_of(market_until(AS_OF), None)
    for table in ("members", "near", "reserve", "windows"):
        assert getattr(review, table).equals(getattr(alone, table)), table
    assert members(review_of(market, None)) == ["A", "B", "D"]


def test_windows_that_are_not_over_are_measured_so_far(market: Market) -> None:
    """March had 20 sessions, April 21 (an election), May 20 (two holidays and a day in lieu)."""
    rows = {row["measure"]: row for row in review_of(market).windows.to_pylist()}
    size, recent = rows["size"], rows["recent"]
    assert (size["observed"], size["expected"], size["complete"]) == (20 + 21 + 8, 61, False)
    assert size["until"] == AS_OF
    assert size["what"] == (
        "the 3 calendar months to 2024-05-31, so far to 2024-05-14: 49 of 61 sessions"
    )
    # The five sessions before the cut-off are all to come: the last five are measured.
    assert (recent["observed"], recent["expected"], recent["complete"]) == (5, 5, False)
    assert recent["what"] == (
        "the 5 sessions to 2024-05-14; the data do not reach those to 2024-05-31"
    )


def test_a_window_that_has_not_begun_is_the_one_to_the_day(market: Market) -> None:
    """On 15 February, of March to May nothing: December to that day."""
    review = review_of(market, dt.date(2024, 2, 15))
    (size,) = [row for row in review.windows.to_pylist() if row["measure"] == "size"]
    assert size["until"] == dt.date(2024, 2, 15)
    assert size["what"] == (
        "the 3 calendar months to 2024-02-15; the data do not reach those to 2024-05-31"
    )
    assert members(review) == ["A", "B", "C"]


def test_windows_of_a_review_that_was_are_complete(market: Market) -> None:
    rows = review_of(market, None).windows.to_pylist()
    assert [(row["measure"], row["complete"], row["observed"]) for row in rows] == [
        ("recent", True, 5),
        ("size", True, 61),
    ]
