"""From which day on a line has been what it is: the last event of some kinds in a span."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.market.calendar.sessions import date_of
from indexcalc.review.measures.line_events import LineEvents
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import market, weekdays

SESSIONS = weekdays("2020-01-02", "2020-12-31")
SPAN = on("2020-02-03"), on("2020-06-30")


def begins(*kinds: str, span: tuple[int, int] = SPAN, **tables: Any) -> dict[str, str]:
    """The day by line, for the lines that have one."""
    made = market(SESSIONS, dict.fromkeys("ABC", 1.0), **tables)
    days = LineEvents(made).begins(kinds, *span)
    never = np.iinfo(np.int32).min
    return {
        symbol: str(date_of(int(day)))
        for symbol, day in zip(made.symbols, days, strict=True)
        if day != never
    }


def test_the_last_event_inside_the_span_counts_with_both_ends() -> None:
    rows = [
        {"symbol": "A", "valid_from": None, "listing_date": "2020-02-03"},
        {"symbol": "A", "valid_from": "2020-04-01", "listing_date": "2020-04-01"},
        {"symbol": "B", "valid_from": None, "listing_date": "2020-06-30"},
        {"symbol": "C", "valid_from": None, "listing_date": "2020-07-01"},
    ]
    assert begins("listing", securities=rows) == {"A": "2020-04-01", "B": "2020-06-30"}
    assert begins("listing", span=(SPAN[0], on("2020-03-31")), securities=rows) == {
        "A": "2020-02-03"
    }
    assert begins("merger", "demerger", securities=rows) == {}


def test_how_a_line_came_to_be_listed_is_an_event_of_its_own() -> None:
    rows = [
        {"symbol": "A", "valid_from": None, "listing_date": "2020-03-02", "listed_by": "demerger"},
        {
            "symbol": "B",
            "valid_from": "2020-05-04",
            "listing_date": "2010-01-04",
            "listed_by": "merger",
        },
    ]
    assert begins("demerger", securities=rows) == {"A": "2020-03-02"}
    assert begins("merger", securities=rows) == {"B": "2020-05-04"}  # the day of the row
    assert begins("listing", securities=rows) == {"A": "2020-03-02"}


def test_a_merger_is_of_the_line_that_took_over_when_its_new_shares_are_listed() -> None:
    rows = [
        {
            "symbol": "A",
            "ex_date": "2020-03-02",
            "type": "merger",
            "other_symbol": "B",
            "list_date": None,
        },
        {
            "symbol": "A",
            "ex_date": "2020-03-03",
            "type": "merger",
            "other_symbol": "C",
            "list_date": "2020-03-23",
        },
    ]
    assert begins("merger", corporate_actions=rows) == {"B": "2020-03-02", "C": "2020-03-23"}


def test_of_a_demerger_the_company_that_stays_begins_anew() -> None:
    rows = [{"symbol": "A", "ex_date": "2020-03-02", "type": "spin_off", "other_symbol": "B"}]
    assert begins("demerger", corporate_actions=rows) == {"A": "2020-03-02"}
    assert begins("merger", corporate_actions=rows) == {}


def test_trading_is_resumed_when_the_review_of_a_delisting_ends() -> None:
    rows = [
        {"symbol": "A", "from": "2020-02-03", "kind": "delisting_review", "to": "2020-03-02"},
        {"symbol": "B", "from": "2020-02-03", "kind": "delisting_review", "to": None},
        {"symbol": "C", "from": "2020-02-03", "kind": "caution", "to": "2020-03-02"},
    ]
    assert begins("resumption", designations=rows) == {"A": "2020-03-02"}
    assert begins("resumption") == {}
