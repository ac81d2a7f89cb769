"""Tests between reviews: who is tested, with the data up to which day, effective when.

Readings chosen where the reference leaves room:

- A listing is each listing date of a line; where ``listed_by: transfer`` comes without one of its
  own, the day of that row.  ``after: N sessions`` is the Nth session after it.
- A company born of a demerger is no fast entry where the rule says when new companies join.
- A demerged company trades again on the first session from the ex-date on that lies in no ``halted``
  spell and on which it trades (has volume, where that is known).
- The new company is tested at the close of its first session.
- A test whose day the data do not reach is not made: nobody knows its outcome yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from indexcalc.market import arrow
from indexcalc.market.as_of import History, known_days
from indexcalc.market.calendar.sessions import Sessions, date_of, day_number
from indexcalc.market.market import Market
from indexcalc.market.panel import row_groups
from indexcalc.methodology.dates.schedules import monthly_dates, resolve_after
from indexcalc.methodology.model.conditions import Condition
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.block import Block
from indexcalc.methodology.values.date_phrases import DatePhrase
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Duration, Special
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.presence import Presence
from indexcalc.review.maintenance.facts import HALTED, Fact, position
from indexcalc.review.maintenance.outcome import counts, in_turn

FAST_ENTRY, FAST_EXIT = "fast_entry", "fast_exit"
PARENT_STAYS, NEW_COMPANY = "parent_stays", "new_company_joins"


@dataclass(slots=True)
class EntryExitTest:
    """One test: ``codes`` are tested on day ``test``; what follows is effective on ``day``.

    ``require``: the condition (of an exit: what makes a member leave); None: nothing is asked.
    ``needs`` (by code): the line that must have been a member on a day, or the code is not tested.
    """

    what: str
    test: int
    day: int
    codes: list[int]
    require: Condition | None
    path: str
    line: int
    replaces: str = "none"
    replace_from: str = "none"
    leaver: str = "none"
    if_below: int | None = None
    needs: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing of a line: the position of its first session; how it came to be listed."""

    code: int
    first: int
    known: int
    listed_by: str


def trials(
    rule: Methodology,
    market: Market,
    sessions: Sessions,
    fields: Fields,
    there: Presence,
    spells: Sequence[Fact],
    start: dt.date,
    end: dt.date,
) -> list[EntryExitTest]:
    """Every test of the rule's ``fast_entry``, ``fast_exit`` and ``demerger`` effective between two
    dates (both in), by day."""
    rules = rule.maintenance
    made: list[EntryExitTest] = []
    demergers = any(item.new_company_joins is not None for item in _demergers(rule))
    listings = listings_of(market, sessions, fields, there) if _needs_listings(rule) else []
    last = int(market.days[-1])
    if any(rules.fast_entry.values):
        made += _fast_entries(rule, sessions, listings, demergers)
    if rules.fast_exit is not None:
        made += _fast_exits(rule, sessions, start, end)
    if rules.demerger is not None:
        found = splits(market, listings)
        made += _demerged(rule, sessions, found, _resumed(market, sessions, spells, found))
    low, high = day_number(start), day_number(end)
    kept = [one for one in made if low <= one.day <= high and one.test <= last]
    return sorted(_joined(kept), key=lambda one: (one.day, one.test, one.path))


def _joined(made: Sequence[EntryExitTest]) -> list[EntryExitTest]:
    """Tests of one item on the same days as one."""
    found: dict[tuple[str, int, int], EntryExitTest] = {}
    for one in made:
        same = found.setdefault((one.path, one.test, one.day), one)
        if same is not one:
            same.codes += [code for code in one.codes if code not in same.codes]
            same.needs.update(one.needs)
    return list(found.values())


def _needs_listings(rule: Methodology) -> bool:
    return any(rule.maintenance.fast_entry.values) or rule.maintenance.demerger is not None


def _demergers(rule: Methodology) -> tuple[Any, ...]:
    dated = rule.maintenance.demerger
    return () if dated is None else dated.values


# --- listings and fast entries ----------------------------------------------------------------------


def listings_of(
    market: Market, sessions: Sessions, fields: Fields, there: Presence
) -> list[Listing]:
    """Every listing inside the data, by session and line."""
    begin = int(market.days[0])
    found: dict[tuple[int, int], Listing] = {}
    for code, day, known, listed_by in _listing_rows(market):
        if day > begin:
            first = position(sessions, day)
            found.setdefault((code, first), Listing(code, first, max(known, day), listed_by))
    if fields.assumptions.given.get("listing_date") is None:
        told = {code for code, _, _, _ in _listing_rows(market)}
        rows = _first_rows(market, there)
        untold = [code for code, day in enumerate(rows) if code not in told and day > begin]
        for code in untold:
            first = position(sessions, rows[code])
            found[code, first] = Listing(code, first, rows[code], "")
        fields.assumptions.record(
            "listed on its first daily row where listing_date is not known",
            np.array(untold, dtype=np.int32),
        )
    return sorted(found.values(), key=lambda one: (one.first, one.code))


def _first_rows(market: Market, there: Presence) -> list[int]:
    """The day of each line's ``listing`` row, else of its first daily row (0: none)."""
    made = [0] * len(market.symbols)
    for code, day in zip(there.codes.tolist(), there.days.tolist(), strict=True):
        made[code] = made[code] or day
    table = market.table("corporate_actions")
    if table is not None:
        codes = arrow.codes_into(table.column("symbol"), market.order).tolist()
        days = arrow.days(table.column("ex_date")).tolist()
        for code, day, word in zip(codes, days, arrow.texts(table.column("type")), strict=True):
            if word == "listing" and code >= 0:
                made[code] = day
    return made


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
    rule: Methodology, sessions: Sessions, listings: Sequence[Listing], demergers: bool
) -> Iterator[EntryExitTest]:
    for item, begin, stop in in_turn(rule.maintenance.fast_entry):
        after = value_on(item.after, begin)
        phrase = value_on(item.effective, begin)
        assert isinstance(after, Duration)
        assert isinstance(phrase, DatePhrase)
        for listing in listings:
            at = listing.first + after.n
            if demergers and listing.listed_by == "demerger":
                continue
            if at >= len(sessions) or listing.known > int(sessions.days[at]):
                continue
            test = sessions.date(at)
            days = {"test": test, "listing": sessions.date(listing.first)}
            effective = resolve_after(phrase, rule, sessions, days, test)
            if effective is None or effective <= test:
                continue
            if not counts(item, effective, begin, stop):
                continue
            yield EntryExitTest(
                what=FAST_ENTRY,
                test=day_number(test),
                day=day_number(effective),
                codes=[listing.code],
                require=_condition(item.require, effective),
                path=item.path,
                line=item.line,
                replaces=str(value_on(item.replaces, effective) or "none"),
                leaver=str(value_on(item.leaver, effective) or "none"),
            )


def _condition(dated: Any, date: dt.date) -> Condition | None:
    value = value_on(dated, date)
    assert value is None or isinstance(value, Block)
    return value  # type: ignore[return-value]


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None


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
            yield EntryExitTest(
                what=FAST_EXIT,
                test=day_number(check),
                day=day_number(effective),
                codes=[],
                require=_condition(value.when, effective),
                path=value.path,
                line=value.line,
                replaces="none",
                replace_from=str(value_on(value.replace_from, effective) or "none"),
            )


# --- demergers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Split:
    """A demerger: its companies, the ex-date and the day it is known, the child's first session."""

    parent: int
    child: int
    ex_day: int
    known: int
    listed: int | None


def splits(market: Market, listings: Sequence[Listing]) -> list[Split]:
    """Demergers the tables tell of: ``spin_off`` rows, and lines ``listed_by: demerger`` that are
    the ``successor`` of a line."""
    first = {one.code: one.first for one in reversed(listings)}
    found: dict[tuple[int, int], Split] = {}
    table = market.table("corporate_actions")
    if table is not None and "other_symbol" in table.column_names:
        parents = arrow.codes_into(table.column("symbol"), market.order)
        children = arrow.codes_into(table.column("other_symbol"), market.order)
        days, known = arrow.days(table.column("ex_date")), known_days(table)
        for row, word in enumerate(arrow.texts(table.column("type"))):
            if word == "spin_off" and parents[row] >= 0:
                pair = (int(parents[row]), int(children[row]))
                at = max(int(known[row]), int(days[row]))
                found.setdefault(pair, Split(*pair, int(days[row]), at, first.get(pair[1])))
    securities = market.table("securities")
    if securities is not None and "successor" in securities.column_names:
        parents = arrow.codes_into(securities.column("symbol"), market.order)
        children = arrow.codes_into(securities.column("successor"), market.order)
        if "delisting_date" in securities.column_names:
            # Who is delisted has been taken over, by whomever.
            parents[~arrow.null_mask(securities.column("delisting_date"))] = -1
        born = {one.code: one for one in listings if one.listed_by == "demerger"}
        for parent, child in zip(parents.tolist(), children.tolist(), strict=True):
            if parent >= 0 and child in born and (parent, child) not in found:
                day = born[child].known
                found[parent, child] = Split(parent, child, day, day, born[child].first)
    return sorted(found.values(), key=lambda one: (one.ex_day, one.parent, one.child))


def _resumed(
    market: Market, sessions: Sessions, spells: Sequence[Fact], found: Sequence[Split]
) -> dict[tuple[int, int], int]:
    """(parent, ex-date) -> position of the first session on which the parent trades again."""
    halted: dict[int, list[Fact]] = {}
    for spell in spells:
        if spell.kind == HALTED:
            halted.setdefault(spell.code, []).append(spell)
    waiting = {(one.parent, one.ex_day) for one in found}
    made: dict[tuple[int, int], int] = {}
    if not waiting:
        return made
    parents = np.zeros(len(market.symbols), dtype=np.bool_)
    parents[[parent for parent, _ in waiting]] = True
    for group in row_groups(market, ("volume",), threads=2):
        codes = arrow.codes_into(group.column("symbol"), market.order)
        rows = np.flatnonzero(parents[codes])
        days = arrow.days(group.column("date"))[rows]
        volume = np.full(rows.size, np.nan)
        if "volume" in group.column_names:
            volume = arrow.floats(group.column("volume"))[rows]
        for parent, ex_day in sorted(waiting - made.keys()):
            for at in np.flatnonzero((codes[rows] == parent) & (days >= ex_day)).tolist():
                day = int(days[at])
                # A volume that is not known says nothing.
                open_ = not any(s.known <= day < s.until for s in halted.get(parent, ()))
                if volume[at] != 0 and open_:
                    made[parent, ex_day] = position(sessions, day)
                    break
        if len(made) == len(waiting):
            break
    return made


def _demerged(
    rule: Methodology,
    sessions: Sessions,
    found: Sequence[Split],
    resumed: dict[tuple[int, int], int],
) -> Iterator[EntryExitTest]:
    dated = rule.maintenance.demerger
    assert dated is not None
    for begin, value in dated:
        if isinstance(value, Special):
            continue
        for one in found:
            eve = position(sessions, one.ex_day) - 1
            if eve < 0:
                continue
            before = int(sessions.days[eve])
            stays, joins = value.parent_stays, value.new_company_joins
            after = None if stays is None else value_on(stays.after, begin)
            again = resumed.get((one.parent, one.ex_day))
            if stays is not None and isinstance(after, Duration) and again is not None:
                at = again + after.n
                late = at >= len(sessions) or one.known > int(sessions.days[at])
                if not late and at + 1 < len(sessions) and dated.at(sessions.date(at + 1)) is value:
                    day = int(sessions.days[at + 1])
                    yield EntryExitTest(
                        what=PARENT_STAYS,
                        test=int(sessions.days[at]),
                        day=day,
                        codes=[one.parent],
                        require=_condition(stays.require, date_of(day)),
                        path=stays.path,
                        line=stays.line,
                        replace_from=str(value_on(stays.replace_from, begin) or "none"),
                        if_below=_count(value_on(stays.if_below, begin)),
                        needs={one.parent: (one.parent, before)},
                    )
            if joins is None or one.child < 0 or one.listed is None:
                continue
            if one.listed >= len(sessions) or one.known > int(sessions.days[one.listed]):
                continue
            test = sessions.date(one.listed)
            phrase = value_on(joins.effective, test)
            if not isinstance(phrase, DatePhrase):
                continue
            days = {"test": test, "listing": test}
            effective = resolve_after(phrase, rule, sessions, days, test)
            if effective is None or effective <= test or dated.at(effective) is not value:
                continue
            yield EntryExitTest(
                what=NEW_COMPANY,
                test=day_number(test),
                day=day_number(effective),
                codes=[one.child],
                require=_condition(joins.require, effective),
                path=joins.path,
                line=joins.line,
                replaces=str(value_on(joins.replaces, effective) or "none"),
                leaver=str(value_on(joins.leaver, effective) or "none"),
                needs={one.child: (one.parent, before)},
            )
