"""Facts of lines between reviews, each from the first day it is known."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.market.calendar.sessions import date_of
from indexcalc.review.data.line_facts import FOREVER, Fact, facts, position
from indexcalc.review.data.presence import presence
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import market, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
GONE = [
    str(SESSIONS.date(at)) for at in range(len(SESSIONS)) if str(SESSIONS.date(at)) >= "2020-03-02"
]


def day(number: int) -> str:
    return "" if number == FOREVER else str(date_of(number))


def found(stops: bool = False, **tables: Any) -> list[tuple[str, str, str, str, str, str]]:
    """(symbol, kind, known, gone, until, halt) of every fact of the lines A, B and C."""
    made = market(SESSIONS, {"A": 1.0, "B": 2.0, "C": 3.0}, **tables)
    return [
        (
            made.symbols[fact.code],
            fact.kind,
            day(fact.known),
            day(fact.gone),
            day(fact.until),
            day(fact.halt),
        )
        for fact in facts(made, presence(made), stops)
    ]


def row(symbol: str, since: str | None, gone: str | None = None, **more: Any) -> dict[str, Any]:
    return {"symbol": symbol, "valid_from": since, "delisting_date": gone, **more}


def test_a_delisting_is_known_from_the_row_that_says_it() -> None:
    lines = [row("A", None), row("A", "2020-02-03", "2020-03-02")]
    assert found(securities=lines) == [("A", "delisting", "2020-02-03", "2020-03-02", "", "")]


def test_a_date_in_the_first_row_of_a_line_counts_from_itself() -> None:
    once = [row("A", "2020-01-02", "2020-03-02")]
    assert found(securities=once) == [("A", "delisting", "2020-03-02", "2020-03-02", "", "")]
    told = [row("A", "2020-01-02", "2020-03-02", known_at="2020-02-10")]
    assert found(securities=told) == [("A", "delisting", "2020-02-10", "2020-03-02", "", "")]
    # Said again later, it is the same date; another one is another fact.
    lines = [row("A", None, "2020-03-02"), row("A", "2020-02-03", "2020-03-02")]
    assert len(found(securities=lines)) == 1
    moved = [row("A", None, "2020-03-02"), row("A", "2020-02-03", "2020-03-09")]
    assert [fact[3] for fact in found(securities=moved)] == ["2020-03-02", "2020-03-09"]


def test_a_delisting_with_a_successor_or_an_action_is_a_merger() -> None:
    lines = [row("A", None), row("A", "2020-02-03", "2020-03-02", successor="B")]
    assert [fact[:2] for fact in found(securities=lines)] == [("A", "merger")]
    action = {"symbol": "A", "ex_date": "2020-03-02", "type": "tender", "known_at": "2020-01-20"}
    plain = [row("A", None), row("A", "2020-02-03", "2020-03-02")]
    # Known from the earlier of the two.
    assert found(securities=plain, corporate_actions=[action]) == [
        ("A", "merger", "2020-01-20", "2020-03-02", "", "")
    ]


def test_the_successor_said_of_a_line_comes_before_that_of_its_action() -> None:
    action = {"symbol": "C", "ex_date": "2020-03-02", "type": "merger", "other_symbol": "B"}
    for said, expected in (("A", "A"), (None, "B")):
        lines = [row("C", None), row("C", "2020-02-03", "2020-03-02", successor=said)]
        made = market(
            SESSIONS, {"A": 1.0, "B": 2.0, "C": 3.0}, securities=lines, corporate_actions=[action]
        )
        (one,) = facts(made, presence(made), False)
        assert made.symbols[one.successor] == expected


def test_a_merger_alone_tells_of_the_end_and_a_tender_alone_does_not() -> None:
    rows = [
        {"symbol": "A", "ex_date": "2020-03-02", "type": "merger", "other_symbol": "B"},
        {"symbol": "C", "ex_date": "2020-03-03", "type": "tender", "other_symbol": "B"},
        {"symbol": "B", "ex_date": "2020-03-04", "type": "split", "other_symbol": None},
    ]
    assert found(corporate_actions=rows) == [("A", "merger", "2020-03-02", "2020-03-02", "", "")]
    made = market(SESSIONS, {"A": 1.0, "B": 2.0, "C": 3.0}, corporate_actions=rows)
    (one,) = facts(made, presence(made), False)
    assert one.successor == made.order["B"]


@pytest.mark.parametrize(
    ("begin", "end", "halt"),
    [
        ("2020-02-17", None, "2020-02-17"),
        ("2020-01-20", None, "2020-02-03"),  # halted before it was known: from then
        ("2020-02-17", "2020-03-02", "2020-02-17"),  # to the day it is gone
        ("2020-02-17", "2020-02-28", ""),  # it trades again before
        ("2020-03-02", None, ""),  # from the day it is gone on
    ],
)
def test_the_halt_of_a_merger(begin: str, end: str | None, halt: str) -> None:
    lines = [row("A", None), row("A", "2020-02-03", "2020-03-02", successor="B")]
    spells = [{"symbol": "A", "from": begin, "kind": "halted", "to": end}]
    merger, spell = found(securities=lines, designations=spells)
    assert merger[5] == halt
    assert spell == ("A", "halted", begin, "", end or "", "")


def test_a_designation_holds_from_the_day_it_is_known_to_its_end() -> None:
    spells = [
        {
            "symbol": "A",
            "from": "2020-02-03",
            "kind": "caution",
            "to": "2020-02-10",
            "known_at": None,
        },
        {
            "symbol": "B",
            "from": "2020-02-03",
            "kind": "caution",
            "to": None,
            "known_at": "2020-02-07",
        },
        # Known only when it was over.
        {
            "symbol": "C",
            "from": "2020-02-03",
            "kind": "x",
            "to": "2020-02-07",
            "known_at": "2020-02-07",
        },
    ]
    assert found(designations=spells) == [
        ("A", "caution", "2020-02-03", "", "2020-02-10", ""),
        ("B", "caution", "2020-02-07", "", "", ""),
    ]


def test_a_transfer_is_another_market_than_before() -> None:
    lines = [
        {"symbol": "A", "valid_from": None, "market": "KOSDAQ"},
        {"symbol": "A", "valid_from": "2020-02-03", "market": "KOSPI"},
        {"symbol": "A", "valid_from": "2020-03-02", "market": "KOSPI"},
        {"symbol": "B", "valid_from": None, "market": "KOSPI"},
    ]
    assert found(securities=lines) == [("A", "transfer", "2020-02-03", "", "", "")]


def test_rows_that_stop_are_a_delisting_that_no_table_tells_of() -> None:
    absent = {"A": GONE, "B": GONE}
    lines = [row("A", None), row("A", "2020-02-03", "2020-03-02"), row("B", None)]
    assert found(absent=absent, securities=lines, stops=True) == [
        ("A", "delisting", "2020-02-03", "2020-03-02", "", ""),
        ("B", "delisting", "2020-03-02", "2020-03-02", "", ""),
    ]
    assert len(found(absent=absent, securities=lines)) == 1


def test_words_of_the_ledger() -> None:
    known, gone = on("2020-02-03"), on("2020-03-02")
    assert Fact("merger", 0, known, gone).text == "merger on 2020-03-02, known on 2020-02-03"
    assert Fact("delisting", 0, known).text == "delisting, known on 2020-02-03"
    assert Fact("halted", 0, known, until=gone).text == "halted since 2020-02-03"


def test_the_session_on_or_after_a_day() -> None:
    days = ("2020-01-01", "2020-01-02", "2020-01-04", "2020-04-01")
    assert [position(SESSIONS, on(day)) for day in days] == [0, 0, 2, len(SESSIONS)]
