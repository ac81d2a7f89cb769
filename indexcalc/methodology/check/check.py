"""Checks what a rule means, before any data: mistakes that read well and cannot work.

The reader (``load``) refuses what is no rule; this finds rules that contradict themselves.  Errors
are what cannot be computed as written, warnings what is most likely not meant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import numpy as np

from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.packaged import names, packaged, sessions_of, weekdays_between
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.methodology.check.conditions import check_conditions
from indexcalc.methodology.check.counts import check_counts
from indexcalc.methodology.check.dates import check_dates, check_items
from indexcalc.methodology.check.findings_in_place import Checking, pieces
from indexcalc.methodology.check.maintenance import check_maintenance
from indexcalc.methodology.check.names_used import check_use
from indexcalc.methodology.check.overlay import check_overlay
from indexcalc.methodology.check.weights import check_weights
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.reader import nearest
from indexcalc.methodology.values.dated import BEGINNING
from indexcalc.notes import note

_YEARS_AFTER: Final = 6
_YEARS_BEFORE: Final = 3


def check(
    rule: Methodology,
    family: Mapping[str, Methodology],
    sessions: Sessions | None = None,
    *,
    between: bool = False,
) -> Findings:
    """All findings about one rule as resolved by ``load_family``; pure, and never raises for them.

    ``family``: rules by index, parents among them.  ``sessions``: the calendar to make dates with
    (None: checks that need one are left out; ``expected_sessions`` makes one without a market).
    ``between``: also warn of dated keys on which nothing is decided (DTE015).
    """
    checking = Checking(rule, family)
    check_weights(checking)
    check_counts(checking)
    check_conditions(checking)
    check_use(checking)
    check_maintenance(checking)
    check_overlay(checking)
    check_items(checking)
    _calendar(checking)
    _before_the_calendar(checking)
    if sessions is not None:
        _base_date(checking, sessions)
        check_dates(checking, sessions, between=between)
    return checking.findings


def near_calendar(name: str) -> str:
    """The packaged calendar that a name without a table is written almost like, or ''."""
    return "" if not name or name in names() else nearest(name.upper(), names())


def _calendar(checking: Checking) -> None:
    """RUL116: a calendar without a packaged table whose name is almost that of one with."""
    close = near_calendar(checking.rule.calendar)
    if close:
        message = f"there is no packaged table of the sessions of `{checking.rule.calendar}`"
        checking.say("RUL116", message, "calendar", hint=f"did you mean `{close}`?")


def _before_the_calendar(checking: Checking) -> None:
    """DTE008: a base date or an anchor before the packaged sessions of the rule's calendar."""
    rule = checking.rule
    if rule.base is None or rule.calendar not in names():
        return
    first = packaged(rule.calendar).date(0)
    days = [("base.date", rule.base.date)]
    days += [(f"base.anchors[{n}].on", item.on) for n, item in enumerate(rule.base.anchors)]
    for path, day in days:
        if day < first:
            checking.say(
                "DTE008",
                f"{day} lies before the first session of {rule.calendar}, {first}",
                path,
                hint="begin later, or give the market a `sessions` table that reaches back",
            )


def _base_date(checking: Checking, sessions: Sessions) -> None:
    """DTE019: the base date is inside the sessions and none of them."""
    base = checking.rule.base
    if base is None or not len(sessions) or sessions.is_session(base.date):
        return
    if not sessions.date(0) < base.date < sessions.date(len(sessions) - 1):
        return
    following = sessions.date(sessions.at_or_after(base.date))
    checking.say(
        "DTE019",
        f"{base.date:%A} {base.date} is no session of {sessions.name}: the series begins on {following}",
        "base.date",
        hint=f"write {following}, or the session before",
    )


def expected_sessions(rule: Methodology, until: dt.date | None = None) -> tuple[Sessions, str]:
    """Sessions to make the rule's dates with, without a market, and what was taken for granted.

    The packaged table of its calendar, else Mondays to Fridays from before its base date; at least
    to ``until``, else to some years after the last date the rule names.
    """
    dates = [
        date
        for dated in Checking(rule, {}).dated(*pieces(rule))
        for date in dated.dates
        if date != BEGINNING
    ]
    if rule.base is not None:
        dates.append(rule.base.date)
    first = min(dates, default=dt.date(2000, 1, 1)) - dt.timedelta(days=366 * _YEARS_BEFORE)
    last = max(dates, default=dt.date(2020, 1, 1)) + dt.timedelta(days=366 * _YEARS_AFTER)
    last = max(last, until or last)
    if rule.calendar in names():
        return reaching(packaged(rule.calendar), last)
    days = weekdays_between(day_number(first), day_number(last))
    close = near_calendar(rule.calendar)
    meant = f" (did you mean {close}?)" if close else ""
    said = f"no session table of {rule.calendar or 'its calendar'}{meant}: Mondays to Fridays are taken"
    return sessions_of("Mondays to Fridays", days), said


def reaching(sessions: Sessions, until: dt.date) -> tuple[Sessions, str]:
    """Sessions that reach a day: continued with Mondays to Fridays where they end before it."""
    end = int(sessions.days[-1])
    if end >= day_number(until):
        return sessions, ""
    more = weekdays_between(end + 1, day_number(until))
    joined = sessions_of(sessions.name, np.concatenate([sessions.days, more]))
    last = sessions.date(len(sessions) - 1)
    return joined, note("weekdays_after", day=last)
