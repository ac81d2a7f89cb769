"""Float factors from who holds how much, by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np

from indexcalc.market.calendar.sessions import day_number
from indexcalc.weighting.float_factors.holdings import Excluded, Holdings
from tests.unit.review.small_reviews import market, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")


def day(text: str) -> int:
    return day_number(dt.date.fromisoformat(text))


HOLDERS = [
    # A: a lock-up of 42 % ends: 28 % float becomes 70 %
    ("A", "2020-01-02", "largest_holder", "x", 30.0),
    ("A", "2020-01-02", "lock_up", "y", 42.0),
    ("A", "2020-03-02", "lock_up", "y", 0.0),
    # B: 90.1 % held: 9.9 % float
    ("B", "2020-01-02", "largest_holder", "x", 60.1),
    ("B", "2020-01-02", "related_party", "x", 30.0),
    # C: two strategic stakes, of 12 and 4 %
    ("C", "2020-01-02", "strategic", "p", 12.0),
    ("C", "2020-01-02", "strategic", "q", 4.0),
    ("C", "2020-01-02", "foreign_limit", "z", 50.0),
    # D: more held than there is
    ("D", "2020-01-02", "largest_holder", "x", 130.0),
]


def test_float_made_from_holdings() -> None:
    rows = [
        {"symbol": s, "date": d, "holder_kind": k, "holder": h, "shares": n}
        for s, d, k, h, n in HOLDERS
    ]
    made = market(SESSIONS, dict.fromkeys("ABCDE", 100.0), holdings=rows)
    holdings = Holdings(made)
    excluded = [
        Excluded("largest_holder"),
        Excluded("related_party"),
        Excluded("lock_up"),
        Excluded("strategic", 0.05),
    ]
    outstanding = np.full(5, 100.0)
    at = holdings.at(day("2020-02-28"), day("2020-02-28"), outstanding, excluded)
    np.testing.assert_array_equal(at, [0.28, 0.099, 0.88, np.nan, np.nan])
    at = holdings.at(day("2020-03-02"), day("2020-03-02"), outstanding, excluded)
    assert at[0] == 0.70
    for lines in ([True, False, True, False, True], [False] * 5):
        part = holdings.at(*[day("2020-03-02")] * 2, outstanding, excluded, np.array(lines))
        np.testing.assert_array_equal(part, np.where(lines, at, np.nan))
    # known late: the end of the lock-up does not count yet
    at = holdings.at(day("2020-03-02"), day("2020-02-28"), outstanding, excluded)
    assert at[0] == 0.28
    late = [
        {**row, "known_at": "2020-03-10"} if row["date"] == "2020-03-02" else row for row in rows
    ]
    holdings = Holdings(market(SESSIONS, dict.fromkeys("ABCDE", 100.0), holdings=late))
    at = holdings.at(day("2020-03-02"), day("2020-03-02"), outstanding, excluded)
    assert at[0] == 0.28


def test_treasury_shares_cancelled() -> None:
    """20 of 100 shares are treasury stock and 30 the largest holder's; then the 20 are cancelled."""
    rows = [
        {"symbol": "A", "date": "2020-01-02", "holder_kind": "treasury", "shares": 20.0},
        {"symbol": "A", "date": "2020-01-02", "holder_kind": "largest_holder", "shares": 30.0},
        {"symbol": "A", "date": "2020-03-02", "holder_kind": "treasury", "shares": 0.0},
    ]
    holdings = Holdings(market(SESSIONS, {"A": 100.0}, holdings=rows))
    excluded = [Excluded("treasury"), Excluded("largest_holder")]
    before = holdings.at(day("2020-02-28"), day("2020-02-28"), np.array([100.0]), excluded)
    after = holdings.at(day("2020-03-02"), day("2020-03-02"), np.array([80.0]), excluded)
    assert (before[0], after[0]) == (0.5, 0.625)
