"""Tests between reviews: who is tested, with the data up to which day, effective when.

Readings chosen where the reference leaves room:

- A listing is each listing date of a line; where ``listed_by: transfer`` comes without one of its
  own, the day of that row.  ``after: N sessions`` is the Nth session after it.
- A company born of a demerger is no fast entry where the rule says when new companies join.
- A test whose day the data do not reach is not made: nobody knows its outcome yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from indexcalc.market import arrow
from indexcalc.market.as_of import History
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import monthly_dates, resolve_after
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.date_phrases import DatePhrase
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Duration, Special
from indexcalc.notes import note
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.line_facts import position
from indexcalc.review.data.presence import presence
from indexcalc.review.maintenance.fast_entry_and_exit.demergers import demerger_tests, demergers_of
from indexcalc.review.maintenance.fast_entry_and_exit.entry_exit_test import (
    FAST_ENTRY,
    FAST_EXIT,
    EntryExitTest,
    Listing,
    condition_on,
    entry_test,
)
from indexcalc.review.maintenance.outcome import counts, in_turn, not_known
from indexcalc.review.maintenance.trading_days import TradingDays


def entry_and_exit_tests(
    rule: Methodology, fields: Fields, trading: TradingDays, start: dt.date, end: dt.date
) -> list[EntryExitTest]:
    """Every test of the rule's ``fast_entry``, ``fast_exit`` and ``demerger`` effective between two
    dates (both in), by day."""
    rules, market = rule.maintenance, fields.market
    tests: list[EntryExitTest] = []
    terms = () if rules.demerger is None else rules.demerger.values
    demergers = any(item.new_company_joins is not None for item in terms)
    entries = any(rules.fast_entry.values)
    listings = listings_of(fields) if entries or rules.demerger is not None else ()
    last = int(market.days[-1])
    if entries:
        tests += _fast_entries(rule, fields, listings, demergers)
    if rules.fast_exit is not None:
        tests += _fast_exits(rule, fields.sessions, start, end)
    if rules.demerger is not None:
        told = market.memo(("demergers", listings), lambda: demergers_of(market, listings))
        tests += demerger_tests(rule, told, trading, fields)
    low, high = day_number(start), day_number(end)
    inside = [test for test in tests if low <= test.day <= high and test.test <= last]
    return sorted(_joined(inside), key=lambda test: (test.day, test.test, test.path))


def _joined(tests: Sequence[EntryExitTest]) -> list[EntryExitTest]:
    """Tests of one item on the same days as one."""
    joined: dict[tuple[str, int, int, int | None], EntryExitTest] = {}
    for test in tests:
        same = joined.setdefault((test.path, test.test, test.day, test.halt), test)
        if same is not test:
            same.codes += [code for code in test.codes if code not in same.codes]
            same.needs.update(test.needs)
            same.parts.update(test.parts)
    return list(joined.values())


# --- listings and fast entries ----------------------------------------------------------------------


def listings_of(fields: Fields) -> tuple[Listing, ...]:
    """Every listing inside the data, by session and line."""
    market, sessions = fields.market, fields.sessions
    begin = int(market.days[0])
    listings: dict[tuple[int, int], Listing] = {}
    told, rows = market.memo(
        "listings told", lambda: (tuple(_listing_rows(market)), _first_rows(market))
    )
    for code, day, known, listed_by in told:
        if day > begin:
            first = position(sessions, day)
            listings.setdefault((code, first), Listing(code, first, max(known, day), listed_by))
    if fields.assumptions.given.get("listing_date") is None:
        with_date = {code for code, _, _, _ in told}
        without_date = [
            code for code, day in enumerate(rows) if code not in with_date and day > begin
        ]
        for code in without_date:
            first = position(sessions, rows[code])
            listings[code, first] = Listing(code, first, rows[code], "")
        fields.assumptions.record(
            note("listed_first_row"),
            np.array(without_date, dtype=np.int32),
        )
    return tuple(sorted(listings.values(), key=lambda listing: (listing.first, listing.code)))


def _first_rows(market: Market) -> list[int]:
    """The day of each line's ``listing`` row, else of its first daily row (0: none)."""
    days_of_lines = [0] * len(market.symbols)
    there = presence(market)
    for code, day in zip(there.codes.tolist(), there.days.tolist(), strict=True):
        days_of_lines[code] = days_of_lines[code] or day
    table = market.table("corporate_actions")
    if table is not None:
        codes = arrow.codes_into(table.column("symbol"), market.order).tolist()
        days = arrow.days(table.column("ex_date")).tolist()
        for code, day, word in zip(codes, days, arrow.texts(table.column("type")), strict=True):
            if word == "listing" and code >= 0:
                days_of_lines[code] = day
    return days_of_lines


def _listing_rows(market: Market) -> Iterator[tuple[int, int, int, str]]:
    table = market.table("securities")
    if table is None:
        return
    history = History(table, "valid_from", market.order)
    days = np.full(table.num_rows, arrow.NULL_DAY, dtype=np.int32)
    if "listing_date" in table.column_names:
        days = arrow.days(table.column("listing_date"))
    words: list[str | None] = [None] * table.num_rows
    if "listed_by" in table.column_names:
        words = arrow.texts(table.column("listed_by"))
    order = np.lexsort((history.from_days, history.codes))
    previous: tuple[int, str | None] = (-1, None)
    for row in order.tolist():
        code, word, from_ = int(history.codes[row]), words[row], int(history.from_days[row])
        if code < 0:
            continue
        day = int(days[row])
        if word == "transfer" and previous[0] == code and previous[1] != word and day < from_:
            day = from_
        previous = (code, word)
        if day != arrow.NULL_DAY:
            yield code, day, int(history.known_days[row]), word or ""


def _fast_entries(
    rule: Methodology, fields: Fields, listings: tuple[Listing, ...], demergers: bool
) -> Iterator[EntryExitTest]:
    sessions, names = fields.sessions, tuple(rule.dates.items())
    for item, begin, stop in in_turn(rule.maintenance.fast_entry):
        after = value_on(item.after, begin)
        phrase = value_on(item.effective, begin)
        assert isinstance(after, Duration)
        assert isinstance(phrase, DatePhrase)
        tested = partial(_test_days, after.n, phrase, rule, sessions, listings)
        key = ("fast entries", after.n, phrase, names, sessions.days.tobytes(), listings)
        for listing, test, effective in fields.market.memo(key, tested):
            if demergers and listing.listed_by == "demerger":
                continue
            if counts(item, effective, begin, stop):
                yield entry_test(FAST_ENTRY, item, listing.code, test, effective)


def _test_days(
    after: int,
    phrase: DatePhrase,
    rule: Methodology,
    sessions: Sessions,
    listings: tuple[Listing, ...],
) -> list[tuple[Listing, dt.date, dt.date]]:
    """(listing, day of its test, day on which the line enters) of tests so many sessions after it."""
    found: list[tuple[Listing, dt.date, dt.date]] = []
    for listing in listings:
        at = listing.first + after
        if at >= len(sessions) or listing.known > int(sessions.days[at]):
            continue
        test = sessions.date(at)
        days = {"test": test, "listing": sessions.date(listing.first)}
        effective = resolve_after(phrase, rule, sessions, days, test)
        if effective is not None and effective > test:
            found.append((listing, test, effective))
    return found


# --- fast exits -------------------------------------------------------------------------------------


def _fast_exits(
    rule: Methodology, sessions: Sessions, start: dt.date, end: dt.date
) -> Iterator[EntryExitTest]:
    dated = rule.maintenance.fast_exit
    assert dated is not None
    early = start - dt.timedelta(days=92)
    for begin, value in dated:
        if isinstance(value, Special):
            continue
        for check in monthly_dates(value.checked, rule, sessions, early, end):
            phrase = value_on(value.effective, check)
            if not isinstance(phrase, DatePhrase):
                continue
            effective = resolve_after(phrase, rule, sessions, {"test": check}, check)
            if effective is None or effective <= check or dated.at(effective) is not value:
                continue
            assert begin <= effective
            when = condition_on(value.when, effective)
            if when is None or not_known(value, effective):
                continue
            yield EntryExitTest(
                what=FAST_EXIT,
                test=day_number(check),
                day=day_number(effective),
                codes=[],
                require=when,
                path=value.path,
                line=value.line,
                replaces="none",
                replace_from=str(value_on(value.replace_from, effective) or "none"),
            )
