"""What is known of a line on a day: columns of every kind, designations, flags, time listed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from indexcalc.diagnostics import UsageError
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.values.values import Duration
from indexcalc.review.data.fields import BEFORE_THE_DATA, Fields, kind_of, window_start
from tests.unit.calculation import small
from tests.unit.review.data.fields_made import fields_of, on, recorded, rows
from tests.unit.review.small_reviews import market, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
CAPS: dict[str, Any] = {"A": 100.0, "B": [n + 1.0 for n in range(len(SESSIONS))]}
LATE = [
    str(SESSIONS.date(at)) for at in range(len(SESSIONS)) if str(SESSIONS.date(at)) < "2020-02-03"
]
SECURITIES = [
    {"symbol": "A", "sector": "x", "tier": 1.0, "big": True, "listing_date": "2019-01-02"},
    {
        "symbol": "A",
        "valid_from": "2020-02-03",
        "sector": "y",
        "tier": None,
        "big": False,
        "listing_date": None,
    },
    {"symbol": "B", "sector": None, "tier": None, "big": None, "listing_date": None},
]


def fields(assume: dict[str, str] | None = None, **more: Any) -> Fields:
    return fields_of(market(SESSIONS, CAPS, **more), SESSIONS, assume)


def values(made: Fields, name: str, *asked: tuple[str, str]) -> list[Any]:
    """The values of a column, labels as texts, None where it is not known."""
    column = made.column(name, *rows(made.market, *asked))
    shown = [
        column.labels[int(value)] if column.kind == "text" and value >= 0 else float(value)
        for value in column.values
    ]
    return [None if gone else one for one, gone in zip(shown, column.missing, strict=True)]


BEFORE, AFTER, OTHER = ("A", "2020-02-02"), ("A", "2020-02-03"), ("B", "2020-02-03")


def test_a_column_of_securities_has_its_last_known_value_and_a_null_says_nothing() -> None:
    made = fields(securities=SECURITIES)
    assert values(made, "sector", BEFORE, AFTER, OTHER) == ["x", "y", None]
    assert values(made, "tier", BEFORE, AFTER, OTHER) == [1.0, 1.0, None]
    assert values(made, "big", BEFORE, AFTER, OTHER) == [1.0, 0.0, None]
    assert values(made, "listing_date", AFTER, OTHER) == [float(on("2019-01-02")), None]
    kinds = [
        made.column(name, *rows(made.market, AFTER)).kind for name in ("sector", "tier", "big")
    ]
    assert kinds == ["text", "number", "flag"]


def test_daily_columns_have_their_last_value() -> None:
    made = fields(columns={"board": {"A": "x", "B": "y"}})
    # Saturday 4 January: Friday's value, of the second session; the 7th is the fourth.
    asked = ("B", "2020-01-04"), ("B", "2020-01-07"), ("B", "2020-01-01")
    assert values(made, "market_cap", *asked) == [2.0, 4.0, None]
    assert values(made, "board", ("A", "2020-01-04"), ("B", "2020-01-07")) == ["x", "y"]
    assert made.row_days(*rows(made.market, asked[0])).tolist() == [on("2020-01-03")]


def test_money_is_in_the_currency_asked_for_and_a_count_is_not() -> None:
    made = fields_of(
        market(
            SESSIONS,
            {"A": 100.0, "B": 100.0},
            securities=[{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}],
            fx=[
                {"date": "2020-01-03", "from_currency": "USD", "to_currency": "KRW", "rate": 1000.0}
            ],
        ),
        SESSIONS,
        currency="KRW",
    )
    asked = ("A", "2020-01-03"), ("B", "2020-01-03")
    assert values(made, "market_cap", *asked) == [100.0, 100_000.0]
    assert values(made, "volume", *asked) == [1.0, 1.0]


def test_a_float_factor_holds_from_its_day() -> None:
    factors = [{"symbol": "A", "effective_date": "2020-02-03", "float_factor": 0.5}]
    assert values(fields(float_factors=factors), "float_factor", BEFORE, AFTER, OTHER) == [
        None,
        0.5,
        None,
    ]
    assert values(fields(), "float_factor", AFTER) == [None]


def test_what_the_market_has() -> None:
    made = fields({"beauty": "5"}, securities=SECURITIES)
    names = ("sector", "close", "market_cap", "beauty", "float_factor", "none_such")
    assert [made.has(name) for name in names] == [True, True, True, True, False, False]
    assert values(made, "none_such", AFTER) == [None]


def test_an_assumed_value_stands_in_as_what_its_column_holds() -> None:
    assume = {"sector": "z", "tier": "30%", "big": "true", "listing_date": "2018-01-02", "own": "w"}
    made = fields(assume, securities=SECURITIES)
    assert values(made, "sector", BEFORE, OTHER) == ["x", "z"]
    assert values(made, "tier", BEFORE, OTHER) == [1.0, 0.3]
    assert values(made, "big", AFTER, OTHER) == [0.0, 1.0]
    assert values(made, "listing_date", OTHER) == [float(on("2018-01-02"))]
    assert values(made, "own", OTHER) == ["w"]  # of a column no table has
    assert recorded(made)["sector=z where it is not known"] == 1
    assert set(recorded(made).values()) == {1}
    with pytest.raises(UsageError):
        values(fields({"listing_date": "soon"}, securities=SECURITIES), "listing_date", OTHER)


def test_days_on_which_a_column_or_a_designation_may_change() -> None:
    spells = [{"symbol": "B", "from": "2020-02-05", "kind": "caution", "to": "2020-02-10"}]
    made = fields(securities=SECURITIES, designations=spells)
    codes, days = made.change_days(("sector", "none_such"))
    changes = [
        (made.market.symbols[code], str(date_of(int(day))))
        for code, day in zip(codes, days, strict=True)
        if day > 0  # the first row of a line holds from the beginning of time
    ]
    assert changes == [
        ("A", "2020-02-03"),
        ("B", "2020-02-05"),
        ("B", "2020-02-10"),
    ]
    assert fields().change_days(("sector",))[0].size == 0


def test_a_designation_is_in_force_up_to_its_end() -> None:
    spells = [{"symbol": "B", "from": "2020-02-05", "kind": "caution", "to": "2020-02-10"}]
    made = fields(designations=spells)
    asked = rows(made.market, *(("B", f"2020-02-{day}") for day in ("04", "05", "09", "10")))
    assert made.designated("caution", *asked).tolist() == [False, True, True, False]
    assert not made.designated("halted", *asked).any()
    assert made.has_designations
    assert not fields().has_designations
    assert not fields().designated("caution", *asked).any()


def test_flags_say_how_a_line_came_to_be_listed() -> None:
    lines = [
        {"symbol": "A", "listed_by": "demerger", "listing_date": "2020-01-02"},
        {"symbol": "B", "listed_by": None, "listing_date": "2020-01-02"},
    ]
    made = fields(securities=lines)
    asked = rows(made.market, ("A", "2020-02-03"), ("B", "2020-02-03"))
    assert made.flagged("demerged", *asked).tolist() == [True, False]
    assert made.flagged("merged", *asked).tolist() == [False, False]
    assert recorded(made) == {
        "not demerged where listed_by is not known": 1,
        "not merged where listed_by is not known": 1,
    }


def test_a_line_on_another_market_before_its_listing_day_is_transferred() -> None:
    lines = [
        {"symbol": "A", "valid_from": None, "market": "KOSDAQ", "listing_date": None},
        {
            "symbol": "A",
            "valid_from": "2020-02-03",
            "market": "KOSPI",
            "listing_date": "2020-02-03",
        },
        {"symbol": "B", "valid_from": None, "market": "KOSPI", "listing_date": "2020-02-03"},
    ]
    made = fields(securities=lines)
    asked = rows(made.market, ("A", "2020-02-03"), ("B", "2020-02-03"))
    assert made.flagged("transferred", *asked).tolist() == [True, False]
    # Of A it is known, so it is taken for granted of B alone.
    assert recorded(made) == {"not transferred where listed_by is not known": 1}


def listed(made: Fields, n: int, unit: Any, *asked: tuple[str, str]) -> list[tuple[float, bool]]:
    """(how long in the unit's measure, is it enough) of each row."""
    found = made.listed_for(Duration(n, unit, ""), *rows(made.market, *asked))
    assert not found.missing.any()
    return list(zip(found.observed.tolist(), (found.observed >= found.line).tolist(), strict=True))


ON_FEB_3 = [{"symbol": "A", "listing_date": "2020-02-03"}]  # a Monday


@pytest.mark.parametrize(
    ("n", "unit", "day", "expected"),
    [
        # Both ends count.
        (2, "sessions", "2020-02-03", (1.0, False)),
        (2, "sessions", "2020-02-04", (2.0, True)),
        (7, "days", "2020-02-09", (7.0, True)),
        (8, "days", "2020-02-09", (7.0, False)),
        # A month back from 2 March is 2 February, out: the 3rd is within; on the 3rd it is out.
        (1, "months", "2020-03-02", (29.0, True)),
        (1, "months", "2020-03-01", (28.0, False)),
        # The first session of February: a whole calendar month.
        (1, "calendar months", "2020-02-28", (26.0, True)),
        (2, "calendar months", "2020-02-28", (26.0, False)),
        (1, "years", "2020-03-31", (58.0, False)),
    ],
)
def test_time_listed(n: int, unit: Any, day: str, expected: tuple[float, bool]) -> None:
    made = fields(securities=ON_FEB_3)
    assert listed(made, n, unit, ("A", day)) == [expected]


def test_where_no_listing_date_is_known() -> None:
    # A: an action row; B: its first row, after the market's first; C: there from the beginning.
    made = fields_of(
        market(
            SESSIONS,
            {"A": 1.0, "B": 1.0, "C": 1.0},
            absent={"B": LATE},
            corporate_actions=[{"symbol": "A", "ex_date": "2020-01-20", "type": "listing"}],
        ),
        SESSIONS,
    )
    asked = rows(made.market, *((name, "2020-03-02") for name in "ABC"))
    assert made.listing_days(*asked).tolist() == [
        on("2020-01-20"),
        on("2020-02-03"),
        BEFORE_THE_DATA,
    ]
    assert recorded(made) == {
        "listed on the ex-date of its listing row where listing_date is not known": 1,
        "listed on its first daily row where listing_date is not known": 1,
        "listed before the data where listing_date is not known": 1,
    }
    assert listed(made, 30, "years", ("C", "2020-03-02")) == [(float("inf"), True)]


def test_of_a_line_that_is_not_there_yet_nothing_is_taken_for_granted() -> None:
    made = fields_of(market(SESSIONS, {"A": 1.0, "B": 1.0}, absent={"B": LATE}), SESSIONS)
    made.listing_days(*rows(made.market, ("B", "2020-01-31")))
    assert recorded(made) == {}


def test_an_assumed_listing_date_comes_before_the_rows() -> None:
    made = fields({"listing_date": "2018-01-02"}, securities=ON_FEB_3)
    asked = rows(made.market, ("A", "2020-03-02"), ("B", "2020-03-02"))
    assert made.listing_days(*asked).tolist() == [on("2020-02-03"), on("2018-01-02")]
    assert recorded(made) == {"listing_date=2018-01-02 where it is not known": 1}


@pytest.mark.parametrize(
    ("n", "unit", "first"),
    [
        (7, "days", "2020-03-25"),
        (1, "months", "2020-03-01"),  # after 29 February, the last day of its month
        (1, "years", "2019-04-01"),
        (1, "calendar months", "2020-03-01"),
        (3, "calendar months", "2020-01-01"),
        (15, "calendar months", "2019-01-01"),
    ],
)
def test_the_first_day_of_a_window(n: int, unit: Any, first: str) -> None:
    day = dt.date(2020, 3, 31)
    assert str(date_of(window_start(Duration(n, unit, ""), day))) == first


def test_rows_without_lines() -> None:
    made = fields(securities=SECURITIES)
    none = np.zeros(0, dtype=np.int32)
    assert made.column("sector", none, none).values.size == 0
    assert made.listing_days(none, none).size == 0


def test_what_the_values_of_a_column_are() -> None:
    """Text, flags, dates and numbers of both tables; daily rows on disk are not read."""
    extra = {"mood": "high", "halted": False, "score": 1}
    facts = {"symbol": "A", "board": "main", "pays": True, "founded": dt.date(1990, 1, 2)}
    over = small.market([{**row, **extra} for row in small.line("A", [1, 2])], securities=[facts])
    kinds = {"mood": "text", "halted": "flag", "score": "number", "market_cap": "number"}
    kinds |= {"board": "text", "pays": "flag", "founded": "date"}
    assert {name: kind_of(over, name) for name in kinds} == kinds
    assert kind_of(over, "valid_from") is kind_of(over, "nothing") is None
