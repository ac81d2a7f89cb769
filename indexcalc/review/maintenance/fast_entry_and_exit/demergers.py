"""Demergers the tables tell of, and the tests of both companies.

Readings chosen where the reference leaves room:

- A demerged company trades again on the first session from the ex-date on that lies in no ``halted``
  spell and on which it trades (has volume, where that is known).
- Its halt begins after the last session before the ex-date on which it trades.
- The new company is tested at the close of its first session.
- The new company is the ``part`` of the undivided company that its row says.  Without one, where the
  demerged company's listed shares shrink (both companies' shares have one par value), that is
  the part of the shares it keeps, and the new company is what its row's ``ratio`` says, else the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.market import arrow
from indexcalc.market.as_of import known_days
from indexcalc.market.calendar.sessions import Sessions, date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import resolve_after
from indexcalc.methodology.model.maintenance import NewCompanyJoins, ParentStays
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.date_phrases import DatePhrase
from indexcalc.methodology.values.dated import value_on
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.line_facts import position
from indexcalc.review.maintenance.fast_entry_and_exit.entry_exit_test import (
    NEW_COMPANY,
    PARENT_STAYS,
    EntryExitTest,
    Listing,
    condition_on,
    entry_test,
)
from indexcalc.review.maintenance.outcome import not_known
from indexcalc.review.maintenance.trading_days import TradingDays


class Demerger(Struct, frozen=True):
    """A demerger: its companies, the ex-date and the day it is known, the child's first session.

    ``part``: of the undivided company's value that the new company is; ``ratio``: new shares for each
    share held (NaN: not said).
    """

    parent: int
    child: int
    ex_day: int
    known: int
    listed: int | None
    part: float = float("nan")
    ratio: float = float("nan")


def demergers_of(market: Market, listings: Sequence[Listing]) -> list[Demerger]:
    """Demergers the tables tell of: ``spin_off`` rows, and lines ``listed_by: demerger`` that are
    the ``successor`` of a line."""
    first = {item.code: item.first for item in reversed(listings)}
    demergers: dict[tuple[int, int], Demerger] = {}
    table = market.table("corporate_actions")
    if table is not None and "other_symbol" in table.column_names:
        parents = arrow.codes_into(table.column("symbol"), market.order)
        children = arrow.codes_into(table.column("other_symbol"), market.order)
        days, known = arrow.days(table.column("ex_date")), known_days(table)
        part, ratio = (
            arrow.floats(table.column(name))
            if name in table.column_names
            else np.full(parents.size, np.nan)
            for name in ("part", "ratio")
        )
        for row, word in enumerate(arrow.texts(table.column("type"))):
            if word == "spin_off" and parents[row] >= 0:
                pair = (int(parents[row]), int(children[row]))
                at = max(int(known[row]), int(days[row]))
                demerger = Demerger(
                    *pair,
                    int(days[row]),
                    at,
                    first.get(pair[1]),
                    float(part[row]),
                    float(ratio[row]),
                )
                demergers.setdefault(pair, demerger)
    securities = market.table("securities")
    if securities is not None and "successor" in securities.column_names:
        parents = arrow.codes_into(securities.column("symbol"), market.order)
        children = arrow.codes_into(securities.column("successor"), market.order)
        if "delisting_date" in securities.column_names:
            # Who is delisted has been taken over, by whomever.
            parents[~arrow.null_mask(securities.column("delisting_date"))] = -1
        born = {item.code: item for item in listings if item.listed_by == "demerger"}
        for parent, child in zip(parents.tolist(), children.tolist(), strict=True):
            if parent >= 0 and child in born and (parent, child) not in demergers:
                day = born[child].known
                demergers[parent, child] = Demerger(parent, child, day, day, born[child].first)
    return sorted(demergers.values(), key=lambda item: (item.ex_day, item.parent, item.child))


def _parts(demerger: Demerger, before: int, fields: Fields) -> tuple[float, float]:
    """(part of the undivided company that stays, part that is the new company); NaN: not known."""
    if not math.isnan(demerger.part):
        return 1.0 - demerger.part, demerger.part
    codes = np.array([demerger.parent, demerger.parent], dtype=np.int32)
    days = np.array([before, demerger.ex_day], dtype=np.int32)
    shares = fields.column("shares_outstanding", codes, days).values
    stays = float(shares[1] / shares[0])
    if not 0.0 < stays < 1.0:
        return math.nan, math.nan
    return stays, 1.0 - stays if math.isnan(demerger.ratio) else demerger.ratio


def demerger_tests(
    rule: Methodology, demergers: Sequence[Demerger], trading: TradingDays, fields: Fields
) -> Iterator[EntryExitTest]:
    """Every test of both companies of the demergers ``demergers``."""
    sessions = trading.sessions
    trading.read({demerger.parent for demerger in demergers})
    dated = rule.maintenance.demerger
    assert dated is not None
    for value in dated.values:
        for demerger in demergers:
            eve = position(sessions, demerger.ex_day) - 1
            if eve < 0:
                continue
            before = int(sessions.days[eve])
            halt = int(sessions.days[trading.halted_before(demerger.parent, eve)])
            stays_part, new_part = _parts(demerger, before, fields)
            parts = {demerger.parent: (demerger.parent, stays_part)}
            if demerger.child >= 0:
                parts[demerger.child] = (demerger.parent, new_part)
            stays, joins = value.parent_stays, value.new_company_joins
            tests = [
                *(() if stays is None else _of_parent(stays, demerger, trading)),
                *(() if joins is None else _of_child(joins, demerger, rule, sessions)),
            ]
            for test in tests:
                if dated.at(date_of(test.day)) is value:
                    needs = {code: (demerger.parent, before) for code in test.codes}
                    yield replace(test, needs=needs, halt=halt, parts=parts)


def _of_parent(
    stays: ParentStays, demerger: Demerger, trading: TradingDays
) -> Iterator[EntryExitTest]:
    """The test of the company that stays, under the terms of the day on which it is effective."""
    sessions = trading.sessions
    again = trading.first_trade(demerger.parent, demerger.ex_day)
    if again is None:
        return
    for after in dict.fromkeys(stays.after.values):
        at = again + after.n
        if at + 1 >= len(sessions) or demerger.known > int(sessions.days[at]):
            continue
        on = sessions.date(at + 1)
        if value_on(stays.after, on) != after or not_known(stays, on):
            continue
        yield EntryExitTest(
            what=PARENT_STAYS,
            test=int(sessions.days[at]),
            day=day_number(on),
            codes=[demerger.parent],
            require=condition_on(stays.require, on),
            path=stays.path,
            line=stays.line,
            replace_from=str(value_on(stays.replace_from, on) or "none"),
            if_below=_count(value_on(stays.if_below, on)),
        )


def _of_child(
    joins: NewCompanyJoins, demerger: Demerger, rule: Methodology, sessions: Sessions
) -> Iterator[EntryExitTest]:
    """The test of the new company at the close of its first session."""
    first = demerger.listed
    if demerger.child < 0 or first is None or first >= len(sessions):
        return
    if demerger.known > int(sessions.days[first]):
        return
    test = sessions.date(first)
    phrase = value_on(joins.effective, test)
    if not isinstance(phrase, DatePhrase):
        return
    on = resolve_after(phrase, rule, sessions, {"test": test, "listing": test}, test)
    if on is None or on <= test or not_known(joins, on):
        return
    yield entry_test(NEW_COMPANY, joins, demerger.child, test, on)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None
