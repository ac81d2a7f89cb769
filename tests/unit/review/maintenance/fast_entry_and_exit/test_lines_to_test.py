"""Fast entries and exits: who is tested when, and what follows on which day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.review.maintenance.fast_entry_and_exit.lines_to_test import entry_and_exit_tests
from indexcalc.review.maintenance.trading_days import TradingDays
from tests.unit.review.data.fields_made import fields_of
from tests.unit.review.maintenance.between_reviews import (
    SIZES,
    before,
    changes,
    row,
    run,
    told,
)
from tests.unit.review.maintenance.fifth_line import EXIT, EXPIRY, FAST, LISTED, with_k
from tests.unit.review.small_reviews import market, rule, weekdays


def test_tested_on_the_fifth_session_after_the_listing() -> None:
    """Listed on Wednesday 04-01: the fifth session after it is Wednesday 04-08.  K is third with 85
    (A 100, B 90), so it enters on the 9th, for D, the smallest of the last review."""
    ran = with_k(FAST)
    assert changes(ran)[0] == ("2020-04-09", "fast_entry", "K", "D")
    into = row(ran, "2020-04-09", "K")
    assert (into["observed"], into["threshold"]) == (3.0, 3.0)
    assert into["rule_path"] == "maintenance.fast_entry[0]"
    assert into["detail"] == "fast entry, tested on 2020-04-08"
    assert row(ran, "2020-04-09", "D")["detail"] == (
        "the smallest by size at the last review makes room for K"
    )
    assert date_of(ran.results[1].cutoff) == dt.date(2020, 4, 8)


def test_a_transfer_is_a_listing() -> None:
    """J comes from another market on 2020-04-01 and grows: listed_by says transfer."""
    rows = told(J={"market": "other"}, **{n: {"market": "here"} for n in "ABCDEFGHI"})
    rows.append(
        {
            "symbol": "J",
            "valid_from": LISTED,
            "listing_date": "2010-01-04",
            "listed_by": "transfer",
            "market": "here",
        }
    )
    caps = {**SIZES, "J": before("2020-04-01", 10.0, 85.0)}
    ran = run(FAST, caps, rows, extra="universe: {where: {market: here}}\n")
    assert changes(ran)[0] == ("2020-04-09", "fast_entry", "J", "D")


def test_dated_terms_hold_for_the_dates_they_make() -> None:
    """From 2020-04-13 on nobody enters in between; the day before K would."""
    rule = FAST.replace("[{after", "{2020-01-01: [{after").replace(
        "smallest}]}", "smallest}], DAY: []}}"
    )
    assert changes(with_k(rule.replace("DAY", "2020-04-10")))[0][1] == "fast_entry"
    assert changes(with_k(rule.replace("DAY", "2020-04-09")))[0][1] == "regular"


def test_a_fast_exit_on_the_day_of_a_review_is_out_of_it() -> None:
    rule = EXIT.replace("1 session after test", "session after next expiry")
    ran = run(rule, {**SIZES, "B": before("2020-04-20", 90.0, 45.0)}, extra=EXPIRY)
    june = next(change for change in changes(ran) if change[0] == "2020-06-12")
    assert june == ("2020-06-12", "regular", "E", "B")


# --- the tests a rule makes, asked for directly -----------------------------------------------------

ASKED = weekdays("2020-01-02", "2020-06-30")


def made_tests(
    maintenance: str, first: str = "2020-01-02", last: str = "2020-06-30", **tables: Any
) -> list[tuple[str, str, str, str]]:
    """(what, day of the test, day it is effective, lines) of the tests of a rule."""
    return found_on(market(ASKED, dict.fromkeys("ABC", 1.0), **tables), maintenance, first, last)


def found_on(
    made: Market, maintenance: str, first: str, last: str, more: str = ""
) -> list[tuple[str, str, str, str]]:
    """The same of a market that is there."""
    found = entry_and_exit_tests(
        rule=rule(f"weighting: {{scheme: market_cap}}\nmaintenance: {maintenance}\n{more}"),
        fields=fields_of(made, ASKED),
        trading=TradingDays(made, ASKED, []),
        start=dt.date.fromisoformat(first),
        end=dt.date.fromisoformat(last),
    )
    return [
        (
            test.what,
            str(date_of(test.test)),
            str(date_of(test.day)),
            "".join(made.symbols[code] for code in test.codes),
        )
        for test in found
    ]


ENTRY = "{fast_entry: [{after: 5 sessions, effective: 1 session after test, replaces: none}]}"
ON_APRIL_1 = [{"symbol": name, "listing_date": "2020-04-01"} for name in "AC"]


def test_lines_listed_on_one_day_are_one_test() -> None:
    # The fifth session after Wednesday 04-01 is Wednesday 04-08.
    once = [("fast_entry", "2020-04-08", "2020-04-09", "AC")]
    assert made_tests(ENTRY, securities=ON_APRIL_1) == once
    assert made_tests(ENTRY, "2020-04-09", "2020-04-09", securities=ON_APRIL_1) == once
    assert made_tests(ENTRY, "2020-04-10", securities=ON_APRIL_1) == []
    assert made_tests(ENTRY, last="2020-04-08", securities=ON_APRIL_1) == []


def test_rules_of_one_market_have_their_own_dates() -> None:
    # The second Fridays are 04-10 and 05-08; of a test on the fourth session, Tuesday 04-07, too.
    made = market(ASKED, dict.fromkeys("ABC", 1.0), securities=ON_APRIL_1)
    entry = ENTRY.replace("1 session after test", "session after next expiry")
    for after, month, test, day in (
        (5, 4, "2020-04-08", "2020-04-13"),
        (5, 5, "2020-04-08", "2020-05-11"),
        (4, 5, "2020-04-07", "2020-05-11"),
    ):
        named = f"dates: {{expiry: {{months: [{month}], on: 2nd friday}}}}\n"
        text = entry.replace("after: 5", f"after: {after}")
        found = found_on(made, text, "2020-01-02", "2020-06-30", named)
        assert found == [("fast_entry", test, day, "AC")]


def test_a_line_without_a_listing_date_is_listed_with_its_first_row() -> None:
    absent = {"B": [str(day) for day in map(ASKED.date, range(len(ASKED))) if day.month < 4]}
    assert made_tests(ENTRY, absent=absent) == [("fast_entry", "2020-04-08", "2020-04-09", "B")]
    # Its action row says another day; who was there from the beginning was listed before.
    action = [{"symbol": "B", "ex_date": "2020-04-06", "type": "listing"}]
    assert made_tests(ENTRY, absent=absent, corporate_actions=action) == [
        ("fast_entry", "2020-04-13", "2020-04-14", "B")
    ]


def test_a_test_the_data_do_not_reach_is_not_made() -> None:
    late = [{"symbol": "A", "listing_date": "2020-06-24"}]
    assert made_tests(ENTRY, last="2020-12-31", securities=late) == []
    told = [
        {"symbol": "A", "listing_date": "2020-04-01", "valid_from": None, "known_at": "2020-05-04"}
    ]
    assert made_tests(ENTRY, securities=told) == []  # known only when it was past


def test_a_company_born_of_a_demerger_has_a_test_of_its_own() -> None:
    born = [{"symbol": "A", "listing_date": "2020-04-01", "listed_by": "demerger"}]
    assert len(made_tests(ENTRY, securities=born)) == 1
    joins = (
        "demerger: {new_company_joins: {require: {close: {min: 1}}, "
        "effective: 1 session after listing, replaces: none}}"
    )
    both = ENTRY[:-1] + f", {joins}}}"
    assert made_tests(both, securities=born) == []


def test_an_exit_is_checked_on_its_day_of_each_month() -> None:
    found = made_tests(
        EXIT.replace("size: {rank: {beyond: 5}}", "close: {min: 1}"), "2020-02-04", "2020-04-01"
    )
    # The check of January is effective on 02-03, before the first day asked for.
    assert found == [
        ("fast_exit", "2020-02-28", "2020-03-02", ""),
        ("fast_exit", "2020-03-31", "2020-04-01", ""),
    ]


def test_terms_that_begin_on_a_date_do_not_hold_before_it() -> None:
    for old, new in (
        ("after: 5 sessions", "after: {DAY: 5 sessions}"),
        ("effective: 1 session after test", "effective: {DAY: 1 session after test}"),
    ):
        dated = ENTRY.replace(old, new)
        assert len(made_tests(dated.replace("DAY", "2020-04-09"), securities=ON_APRIL_1)) == 1
        assert made_tests(dated.replace("DAY", "2020-04-10"), securities=ON_APRIL_1) == []


def test_another_market_from_a_day_on_is_a_listing_on_it() -> None:
    rows = [
        {"symbol": "A", "valid_from": None, "listing_date": "2010-01-04", "listed_by": "new"},
        {
            "symbol": "A",
            "valid_from": "2020-04-01",
            "listing_date": "2010-01-04",
            "listed_by": "transfer",
        },
    ]
    assert made_tests(ENTRY, securities=rows) == [("fast_entry", "2020-04-08", "2020-04-09", "A")]


@pytest.mark.parametrize(
    ("when", "days"),
    [
        ("{close: {min: 1}}", ["2020-03-02", "2020-04-01", "2020-05-01"]),
        # Before its first day, and where it is off, nobody leaves.
        ("{2020-04-01: {close: {min: 1}}}", ["2020-04-01", "2020-05-01"]),
        ("{2000-01-04: {close: {min: 1}}, 2020-04-01: none}", ["2020-03-02"]),
    ],
)
def test_an_exit_that_asks_nothing_takes_out_nobody(when: str, days: list[str]) -> None:
    text = (
        f"{{fast_exit: {{checked: last session of month, when: {when}, "
        "effective: 1 session after test, replace_from: none}}"
    )
    assert [day for _, _, day, _ in made_tests(text, "2020-02-04", "2020-05-04")] == days
