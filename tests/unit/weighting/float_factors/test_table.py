"""Float factors of the table, in force and known by a day."""

from __future__ import annotations

import datetime as dt

from indexcalc.market.calendar.sessions import day_number
from indexcalc.weighting.float_factors.table import FloatTable
from tests.unit.review.small_reviews import market, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")


def day(text: str) -> int:
    return day_number(dt.date.fromisoformat(text))


def test_a_factor_counts_from_its_day_and_when_it_is_known() -> None:
    made = market(
        SESSIONS,
        {"A": 1.0},
        float_factors=[
            {"symbol": "A", "effective_date": "2020-01-02", "float_factor": 0.3},
            {"symbol": "A", "effective_date": "2020-03-13", "float_factor": 0.4},
            {
                "symbol": "A",
                "effective_date": "2020-03-16",
                "float_factor": 0.5,
                "known_at": "2020-03-20",
            },
        ],
    )
    found = FloatTable(made)
    assert found.at(day("2020-03-12"), day("2020-03-12"))[0] == 0.3
    # Without known_at a factor is known on its own day: not yet at the pricing before.
    assert found.at(day("2020-03-13"), day("2020-03-12"))[0] == 0.3
    assert found.unknown_yet(day("2020-03-13"), day("2020-03-12")).tolist() == [0]
    assert found.unknown_yet(day("2020-03-16"), day("2020-03-13")).tolist() == []
    assert found.at(day("2020-03-13"), day("2020-03-13"))[0] == 0.4
    assert found.at(day("2020-03-17"), day("2020-03-17"))[0] == 0.4
    assert found.at(day("2020-03-20"), day("2020-03-20"))[0] == 0.5


def test_a_factor_that_says_again_what_holds_is_no_news() -> None:
    days = ("2020-01-02", "2020-03-12", "2020-03-13")
    made = market(
        SESSIONS,
        {"A": 1.0, "B": 1.0},
        float_factors=[
            {"symbol": name, "effective_date": on, "float_factor": factor}
            for name, last in (("A", 0.3), ("B", 0.4))
            for on, factor in zip(days, (0.3, 0.3, last), strict=True)
        ],
    )
    assert FloatTable(made).unknown_yet(day("2020-03-13"), day("2020-03-12")).tolist() == [1]
