"""The coming review on other markets, and what a search may spend."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.analysis.near.moved_market import MovedMarket
from indexcalc.analysis.near.moved_review import Budget, ComingReview, Judge, TimeIsUp, quick_judge
from indexcalc.calculation.plan import Request
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.methodology.load.family import load_family
from tests.unit.analysis.coming_review import AS_OF
from tests.unit.analysis.near.small_markets import market_of, rows_of, rule_of

SIZE = """  size: {mean: market_cap, over: 3 calendar months}
  recent: {mean: market_cap, over: 5 sessions}
"""
MARKET = market_of(rows_of())


def coming() -> ComingReview:
    day = AS_OF + dt.timedelta(days=1)
    return ComingReview(load_family([rule_of()]), MARKET, day, Request(keep_weights=False))


def test_each_question_has_its_share_of_the_tries() -> None:
    budget = Budget(None, 10)
    budget.share(2)
    for _ in range(5):
        budget.spend()
    with pytest.raises(TimeIsUp):
        budget.spend()
    budget.share(1)
    budget.spend(quick=True)
    assert (budget.made, budget.quick) == (6, 1)
    # What a question leaves is there for the next.
    for _ in range(4):
        budget.spend()
    with pytest.raises(TimeIsUp):
        budget.spend()


def test_no_time_is_no_question() -> None:
    budget = Budget(0.0, None)
    budget.share(1)
    with pytest.raises(TimeIsUp):
        budget.spend()
    assert budget.made == 0


def test_the_window_begins_after_what_the_review_before_could_see() -> None:
    # Three calendar months of data to 14 May begin with March, whose first session is the 4th; the review
    # before had its cut-off on 30 November.
    assert date_of(coming().first_day()) == dt.date(2024, 3, 4)
    day = AS_OF + dt.timedelta(days=1)
    long = rule_of(lambda text: text.replace("over: 3 calendar months", "over: 12 calendar months"))
    review = ComingReview(load_family([long]), MARKET, day, Request(keep_weights=False))
    assert date_of(review.first_day()) == dt.date(2023, 12, 1)
    # Nothing is measured: the day is that of the cut-off, which the data do not reach.
    plain = rule_of(
        lambda text: text.replace(SIZE, "").replace("measures:\n", ""), "[{select: all}]"
    )
    review = ComingReview(load_family([plain]), MARKET, day, Request(keep_weights=False))
    assert date_of(review.first_day()) == AS_OF


def test_the_list_before_is_a_row_a_member() -> None:
    lists = coming().lists_before(0)
    assert [
        (row["index"], str(row["effective_date"]), row["symbol"]) for row in lists.to_pylist()
    ] == [("test", "2023-12-15", symbol) for symbol in "ABC"]
    later = coming().lists_before(day_number(AS_OF))
    assert {str(row["effective_date"]) for row in later.to_pylist()} == {str(AS_OF)}


def test_the_last_sessions_alone_decide_the_same() -> None:
    review = coming()
    first = review.first_day()
    whole, quick = Judge(review, MovedMarket(MARKET, first)), quick_judge(review, MARKET, first)
    assert quick is not None
    assert len(quick.moved.as_it_is().days) < len(MARKET.days) / 2
    # D (line 3) is in from 80/76 on.
    for change in (0.0, 0.05, 0.0527, 0.4):
        alone, all_ = quick.priced(3, change, first), whole.priced(3, change, first)
        assert alone.members.tolist() == all_.members.tolist()
        assert bool(all_.members[3]) == (change > 80 / 76 - 1)


def test_where_they_decide_otherwise_they_are_not_asked() -> None:
    """Six months, of which the last sessions hold two: D led until March."""
    rows = rows_of()
    for row in rows:
        if row["symbol"] == "D" and row["date"] < dt.date(2024, 3, 1):
            row["close"] = 200.0
    market = market_of(rows)
    long = rule_of(lambda text: text.replace("over: 3 calendar months", "over: 6 calendar months"))
    day = AS_OF + dt.timedelta(days=1)
    review = ComingReview(load_family([long]), market, day, Request(keep_weights=False))
    assert review.asked.members.tolist() == [True, True, False, True, False]
    assert quick_judge(review, market, day_number(dt.date(2024, 3, 4))) is None
