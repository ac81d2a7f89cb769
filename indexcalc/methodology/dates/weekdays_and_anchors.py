"""What one date phrase means: the session it names in a calendar, month and context."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from msgspec import Struct, field

from indexcalc.market.calendar.sessions import Sessions
from indexcalc.methodology.model.schedule import NamedDates
from indexcalc.methodology.values.date_phrases import (
    LAST,
    Anchor,
    DatePhrase,
    KnownDay,
    MonthEdge,
    NthWeekday,
    WeekdayBefore,
)
from indexcalc.methodology.values.values import Special

Month = tuple[int, int]


class Context(Struct, frozen=True):
    """Where a phrase is read: the calendar, the rule's named dates, the schedule's month, the days
    known so far, and the date at which dated names are read."""

    sessions: Sessions
    names: Mapping[str, NamedDates]
    month: Month | None = None
    days: Mapping[str, dt.date] = field(default_factory=dict)
    on: dt.date | None = None
    """Dated names hold what they say on this day."""
    after: dt.date | None = None
    """What ``next`` is strictly after."""


def resolve(phrase: DatePhrase, context: Context) -> dt.date | None:
    """The session a phrase means; None where the calendar does not reach it (or a name is not
    known on that date).

    Raises KeyError for a day the context does not have (the reader refuses such rules before).
    """
    position = (_next if phrase.next else _anchor)(phrase.anchor, context)
    if position is None:
        return None
    position += phrase.sessions
    if not 0 <= position < len(context.sessions):
        return None
    return context.sessions.date(position)


def _anchor(anchor: Anchor, context: Context) -> int | None:
    """The position of an anchor's session in the context's month."""
    if isinstance(anchor, KnownDay):
        return _session_of(context.days[anchor.name], context.sessions)
    assert context.month is not None
    if isinstance(anchor, NthWeekday):
        day = nth_weekday(context.month, anchor)
        return None if day is None else _session_of(day, context.sessions)
    if isinstance(anchor, WeekdayBefore):
        day = nth_weekday(context.month, anchor.before)
        if day is None:
            return None
        back = (day.weekday() - anchor.weekday - 1) % 7 + 1
        return _session_of(day - dt.timedelta(days=back), context.sessions)
    if isinstance(anchor, MonthEdge):
        return _edge(anchor, context.month, context.sessions)
    return _named(anchor.name, context.month, context)


def nth_weekday(month: Month, anchor: NthWeekday) -> dt.date | None:
    """The day itself (a session or not); None where the month has no fifth."""
    first = dt.date(month[0], month[1], 1)
    if anchor.n == LAST:
        end = first.replace(day=days_in(*month))
        return end - dt.timedelta(days=(end.weekday() - anchor.weekday) % 7)
    day = 1 + (anchor.weekday - first.weekday()) % 7 + 7 * (anchor.n - 1)
    if day > days_in(*month):
        return None
    return first.replace(day=day)


def _session_of(day: dt.date, sessions: Sessions) -> int | None:
    """A day, or the session before it; None outside the calendar."""
    position = sessions.at_or_before(day)
    if position < 0 or day > sessions.date(len(sessions) - 1):
        return None
    return position


def _edge(anchor: MonthEdge, month: Month, sessions: Sessions) -> int | None:
    """First or last session of a month the calendar covers whole."""
    year, number = months_before(month, anchor.months_before)
    if not len(sessions) or year < 1:
        return None
    first = dt.date(year, number, 1)
    last = first.replace(day=days_in(year, number))
    if anchor.edge == "first":
        position = sessions.at_or_after(first)
        if position == len(sessions) or (position == 0 and sessions.date(0).day > 7):
            return None
        return position if sessions.date(position) <= last else None
    position = sessions.at_or_before(last)
    if position < 0 or sessions.date(position) < first:
        return None
    # Which session is a month's last is known once the calendar has a later one (or no weekday
    # of the month is left).
    rest = (last - sessions.date(position)).days
    left = [sessions.date(position) + dt.timedelta(days=n) for n in range(1, rest + 1)]
    if position == len(sessions) - 1 and any(day.weekday() < 5 for day in left):
        return None
    return position


def _named(name: str, month: Month, context: Context) -> int | None:
    """The day of a name in ``dates`` in a month, as it stands on the context's date."""
    named = context.names[name]
    on = context.on or dt.date(month[0], month[1], 1)
    months, phrase = named.months.at(on), named.on.at(on)
    if isinstance(months, Special) or isinstance(phrase, Special) or month[1] not in months:
        return None
    day = resolve(phrase, Context(context.sessions, context.names, month, on=on))
    return None if day is None else context.sessions.at_or_before(day)


def _next(anchor: Anchor, context: Context) -> int | None:
    """The first session of an anchor strictly after the day in hand."""
    assert context.after is not None
    month = (context.after.year, context.after.month)
    for _ in range(15):
        here = Context(context.sessions, context.names, month, context.days, context.on)
        position = _anchor(anchor, here)
        if position is not None and context.sessions.date(position) > context.after:
            return position
        month = months_before(month, -1)
    return None


def days_in(year: int, month: int) -> int:
    """Days of a month.  Not from ``calendar``, whose locales cost more to import than all of this."""
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if leap else 28
    return 30 if month in (4, 6, 9, 11) else 31


def months_before(month: Month, n: int) -> Month:
    total = month[0] * 12 + month[1] - 1 - n
    return total // 12, total % 12 + 1
