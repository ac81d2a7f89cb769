"""Turns date phrases into sessions: reviews, rebalances, float updates, fast entries, windows.

Months count from the schedule's month; a named day that is no session is the session before it; a
day the calendar does not reach is never guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from indexcalc.diagnostics import Findings, RuleError, quantity
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.methodology.dates.weekdays_and_anchors import (
    Context,
    Month,
    days_in,
    months_before,
    resolve,
)
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.schedule import Rebalance, Schedule
from indexcalc.methodology.values.date_phrases import DatePhrase, KnownDay, NamedDate
from indexcalc.methodology.values.dated import Dated, breakpoints, segments
from indexcalc.methodology.values.values import UNKNOWN, Duration, Special


class ReviewDates(Struct, frozen=True):
    """The days of one review: all are sessions.  ``month``: (year, month) of its schedule."""

    effective: dt.date
    cutoff: dt.date
    announcement: dt.date | None
    pricing: dt.date
    month: Month

    @property
    def days(self) -> dict[str, dt.date]:
        """The days by the name a phrase has for them."""
        named = {"effective": self.effective, "cutoff": self.cutoff, "pricing": self.pricing}
        return named if self.announcement is None else named | {"announcement": self.announcement}


def review_dates(
    rule: Methodology,
    sessions: Sessions,
    start: dt.date,
    end: dt.date,
    family: Mapping[str, Methodology] | None = None,
) -> tuple[ReviewDates, ...]:
    """The regular reviews with an effective date in ``start .. end`` (both in), ascending.

    A rule that follows others has the dates of all of them (``family``: rules by name); on a day
    that two of them share, the latest cut-off counts.  Dated months and phrases: dates are made
    under each dated value in turn, and count if the effective date lies in that value's span.
    Raises RuleError (DTE009) where a cut-off or pricing day is not before its effective date.
    """
    return _own_or_followed(rule, "review", sessions, start, end, family or {})


def rebalance_dates(
    rule: Methodology,
    sessions: Sessions,
    start: dt.date,
    end: dt.date,
    family: Mapping[str, Methodology] | None = None,
) -> tuple[ReviewDates, ...]:
    """The days on which weights are set anew, as ``review_dates``; without ``rebalance`` every
    review.  A rebalance that says no cut-off has the session before its effective date."""
    if rule.rebalance is None:
        return review_dates(rule, sessions, start, end, family)
    return _own_or_followed(rule, "rebalance", sessions, start, end, family or {})


def schedule_dates(
    schedule: Schedule,
    path: str,
    rule: Methodology,
    sessions: Sessions,
    start: dt.date,
    end: dt.date,
) -> tuple[ReviewDates, ...]:
    """The dates of any schedule with months or sessions of its own (``float.updated``).

    ``path``: where it stands in the rule.  Raises RuleError as ``review_dates`` does.
    """
    making = _DatedSchedule(schedule, path, rule, sessions)
    each = _every_session if schedule.every is not None else _in_months
    dates = list(each(making, start, end))
    _refuse_late(making)
    return tuple(sorted(dates, key=lambda item: item.effective))


def unknown_spans(
    schedule: Schedule, start: dt.date, end: dt.date
) -> tuple[tuple[dt.date, dt.date], ...]:
    """The parts of ``start .. end`` in which the rule does not know when reviews were (both days
    in); an index cannot be computed through them."""
    parts = [schedule.months, schedule.effective, schedule.cutoff]
    spans: list[tuple[dt.date, dt.date]] = []
    for begin, stop in segments(breakpoints(parts)):
        first = max(begin, start)
        last = end if stop is None else min(end, stop - dt.timedelta(days=1))
        unknown = any(value is not None and value.at(first) is UNKNOWN for value in parts)
        if first <= last and unknown:
            if spans and spans[-1][1] + dt.timedelta(days=1) == first:
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
    return tuple(spans)


def resolve_in_review(
    phrase: DatePhrase,
    review: ReviewDates,
    rule: Methodology,
    sessions: Sessions,
    others: Mapping[str, dt.date] | None = None,
) -> dt.date | None:
    """A phrase of a measure's or cap's window (``to``) at one review; ``others``: days it has beside
    those of the review."""
    days = {**review.days, **(others or {})}
    context = Context(sessions, rule.dates, review.month, days, review.effective, review.effective)
    return resolve(phrase, context)


def resolve_after(
    phrase: DatePhrase,
    rule: Methodology,
    sessions: Sessions,
    days: Mapping[str, dt.date],
    after: dt.date,
) -> dt.date | None:
    """A phrase of an event between reviews (fast entry, fast exit, demerger): ``days`` are those
    it has (``test``, ``listing``), months are those of ``after``, the day in hand."""
    context = Context(sessions, rule.dates, (after.year, after.month), days, after, after)
    return resolve(phrase, context)


def monthly_dates(
    phrase: Dated[DatePhrase], rule: Methodology, sessions: Sessions, start: dt.date, end: dt.date
) -> tuple[dt.date, ...]:
    """A phrase's day of every month in ``start .. end`` (``fast_exit.checked``), ascending."""
    days: set[dt.date] = set()
    for month in _months(start, end):
        for _, value in phrase:
            if isinstance(value, Special):
                continue
            day = resolve(value, Context(sessions, rule.dates, month, on=_middle(month)))
            if day is not None and start <= day <= end and phrase.at(day) is value:
                days.add(day)
    return tuple(sorted(days))


def window(duration: Duration, sessions: Sessions, to: dt.date) -> tuple[int, int]:
    """Positions ``[first, stop)`` of the sessions of a window that ends with ``to``.

    ``N sessions`` are the last N; ``N calendar months`` are whole months, the last being that of
    ``to``; ``N days|months|years`` run back from ``to``, which is in.  ``first`` is cut at the
    calendar's beginning (compare ``stop - first`` with N).
    """
    stop = sessions.at_or_before(to) + 1
    if duration.unit == "sessions":
        return max(0, stop - duration.n), stop
    if duration.unit == "days":
        begin = to - dt.timedelta(days=duration.n - 1)
    elif duration.unit == "calendar months":
        year, month = months_before((to.year, to.month), duration.n - 1)
        begin = dt.date(year, month, 1)
    else:
        months = duration.n * (12 if duration.unit == "years" else 1)
        begin = months_back(to, months) + dt.timedelta(days=1)
    return min(sessions.at_or_after(begin), stop), stop


def months_back(day: dt.date, months: int) -> dt.date:
    """The same day ``months`` before, or the last of that month where it is shorter."""
    year, month = months_before((day.year, day.month), months)
    return dt.date(year, month, min(day.day, days_in(year, month)))


# --- schedules ------------------------------------------------------------------------------------


def _own_or_followed(
    rule: Methodology,
    path: Literal["review", "rebalance"],
    sessions: Sessions,
    start: dt.date,
    end: dt.date,
    family: Mapping[str, Methodology],
) -> tuple[ReviewDates, ...]:
    """The dates of ``review`` or ``rebalance``: its own, or those of all indices it follows."""
    schedule: Rebalance = getattr(rule, path)
    if not schedule.follows:
        return schedule_dates(schedule, path, rule, sessions, start, end)
    by_day: dict[dt.date, ReviewDates] = {}
    for name in schedule.follows:
        for dates in review_dates(family[name], sessions, start, end, family):
            other = by_day.get(dates.effective)
            if other is None or dates.cutoff > other.cutoff:
                by_day[dates.effective] = dates
    return tuple(by_day[day] for day in sorted(by_day))


class _DatedSchedule(Struct, frozen=True):
    """A schedule whose dates are made: where it stands in its rule, on which sessions, and the days
    that are not before their effective date, as (day, effective date) by the word of their phrase."""

    schedule: Schedule
    path: str
    rule: Methodology
    sessions: Sessions
    late: dict[str, list[tuple[dt.date, dt.date]]] = msgspec.field(default_factory=dict)


def _every_session(making: _DatedSchedule, start: dt.date, end: dt.date) -> Iterator[ReviewDates]:
    sessions = making.sessions
    offsets = _offsets(making.schedule)
    for position in range(sessions.at_or_after(start), sessions.at_or_before(end) + 1):
        effective = sessions.date(position)
        month = (effective.year, effective.month)
        if offsets is not None and min(offsets.values()) + position >= 0:
            days = {word: sessions.date(position + n) for word, n in offsets.items()}
            yield ReviewDates(
                effective, days["cutoff"], days.get("announcement"), days["pricing"], month
            )
            continue
        dates = _complete(making, effective, month)
        if dates is not None:
            yield dates


def _offsets(schedule: Schedule) -> dict[str, int] | None:
    """Days as sessions before the effective date, where all are said so (a composite has ten
    thousand dates); None: each must be made by its phrase."""
    offsets: dict[str, int] = {}
    for word in ("cutoff", "pricing", "announcement"):
        phrases: Dated[DatePhrase] | None = getattr(schedule, word, None)
        if phrases is None:
            if word != "announcement":
                offsets[word] = -1
            continue
        phrase = phrases.entries[0][1]
        if not phrases.is_constant or isinstance(phrase, Special) or phrase.next:
            return None
        if phrase.anchor != KnownDay("effective") or phrase.sessions >= 0:
            return None
        offsets[word] = phrase.sessions
    return offsets


def _in_months(making: _DatedSchedule, start: dt.date, end: dt.date) -> Iterator[ReviewDates]:
    schedule, rule = making.schedule, making.rule
    assert schedule.months is not None
    assert schedule.effective is not None
    names = _names_of(schedule, rule)
    changing = [schedule.months, schedule.effective]
    changing += [
        dated for name in names for dated in (rule.dates[name].months, rule.dates[name].on)
    ]
    for begin, stop in segments(breakpoints(changing)):
        if begin > end or (stop is not None and stop <= start):
            continue
        months = schedule.months.get(begin)
        if months is None or schedule.effective.get(begin) is None:
            continue
        low = max(start, begin)
        high = end if stop is None else min(end, stop - dt.timedelta(days=1))
        for month in _months(low, high):
            if month[1] not in months:
                continue
            effective = _day("effective", making, {}, month, begin)
            if effective is None or not low <= effective <= high:
                continue
            dates = _complete(making, effective, month)
            if dates is not None:
                yield dates


def _complete(making: _DatedSchedule, effective: dt.date, month: Month) -> ReviewDates | None:
    """All days of one review, read at its effective date; None where one cannot be made."""
    known = {"effective": effective}
    if making.sessions.at_or_before(effective) < 1:
        return None
    days: dict[str, dt.date | None] = {}
    for word in ("pricing", "cutoff", "announcement"):
        days[word] = _day(word, making, known, month, effective)
    pricing, cutoff = days["pricing"], days["cutoff"]
    if pricing is None or cutoff is None:
        return None
    good = True
    for word, day in (("cutoff", cutoff), ("pricing", pricing)):
        if day >= effective:
            making.late.setdefault(word, []).append((day, effective))
            good = False
    return ReviewDates(effective, cutoff, days["announcement"], pricing, month) if good else None


def _refuse_late(making: _DatedSchedule) -> None:
    """RuleError (DTE009): a phrase makes days that are not before their effective dates; said once."""
    findings = Findings()
    for word, found in making.late.items():
        path = f"{making.path}.{word}"
        day, effective = min(found, key=lambda pair: pair[1])
        more = f" (and {quantity(len(found) - 1, 'more review')})" if len(found) > 1 else ""
        findings.add(
            "DTE009",
            f"the {word} {day} is not before the effective date {effective}{more}",
            span=making.rule.span_of(path),
            where=path,
            hint="count from an earlier day",
        )
    findings.raise_errors(RuleError)


def _day(
    word: str, making: _DatedSchedule, known: Mapping[str, dt.date], month: Month, on: dt.date
) -> dt.date | None:
    """One day of a schedule, made from the others where its phrase says so; None: there is none."""
    if word in known:
        return known[word]
    phrases: Dated[DatePhrase] | None = getattr(making.schedule, word, None)
    if phrases is None:
        if word == "announcement":
            return None
        effective = _day("effective", making, known, month, on)
        before = -1 if effective is None else making.sessions.at_or_before(effective) - 1
        return making.sessions.date(before) if before >= 0 else None
    phrase = phrases.get(on)
    if phrase is None:
        return None
    days = dict(known)
    if isinstance(phrase.anchor, KnownDay):
        needed = _day(phrase.anchor.name, making, known, month, on)
        if needed is None:
            return None
        days[phrase.anchor.name] = needed
    after = days.get("effective")
    return resolve(phrase, Context(making.sessions, making.rule.dates, month, days, on, after))


def _names_of(schedule: Schedule, rule: Methodology) -> list[str]:
    phrases = schedule.effective.values if schedule.effective is not None else ()
    anchors = [phrase.anchor for phrase in phrases]
    return [a.name for a in anchors if isinstance(a, NamedDate) and a.name in rule.dates]


def _months(start: dt.date, end: dt.date) -> Iterator[Month]:
    """All months whose review could take effect in ``start .. end``: a little beyond both ends."""
    month = months_before((start.year, start.month), 2)
    last = months_before((end.year, end.month), -2)
    while month <= last:
        if month[0] >= 1:
            yield month
        month = months_before(month, -1)


def _middle(month: Month) -> dt.date:
    return dt.date(month[0], month[1], 15)
