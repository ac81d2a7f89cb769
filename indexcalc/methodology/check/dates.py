"""Checks dates on the real calendar: reviews that exist, days in order, windows, dated values."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from indexcalc.diagnostics import RuleError, quantity
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.methodology.check.findings_in_place import Checking
from indexcalc.methodology.check.names_used import names_used
from indexcalc.methodology.dates.schedules import (
    ReviewDates,
    rebalance_dates,
    resolve_in_review,
    review_dates,
    schedule_dates,
    unknown_spans,
)
from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.methodology.model.float_rules import FloatStep
from indexcalc.methodology.model.maintenance import Deletion
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.schedule import Schedule
from indexcalc.methodology.model.universe_and_measures import Measure
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.reading.block import Item
from indexcalc.methodology.values.date_phrases import KnownDay
from indexcalc.methodology.values.dated import BEGINNING, Dated, segments
from indexcalc.methodology.values.values import Special

_DAY: Final = dt.timedelta(days=1)
_MARGIN: Final = dt.timedelta(days=62)  # a month's review may take effect in the next one
_SHOWN: Final = 3
Span = tuple[dt.date, dt.date]


def check_items(checking: Checking) -> None:
    """DTE016 and DTE017 of items with ``from``, ``until`` and ``months``; needs no calendar."""
    rule = checking.rule
    months = _months_of(rule.review) | (_months_of(rule.rebalance) if rule.rebalance else set())
    for part in (rule.selection, rule.weighting, rule.maintenance, rule.float):
        for block in checking.blocks(part):
            if not isinstance(block, Item):
                continue
            if block.from_ and block.until and block.from_ >= block.until:
                checking.say(
                    "DTE017",
                    f"it begins on {block.from_} and ends before {block.until}",
                    f"{block.path}.until",
                    hint="`until` is the first day out: write a later one",
                    severity="error",
                )
            if block.months and months and not set(block.months) & months:
                checking.say(
                    "DTE017",
                    f"no review is in month {_listed(block.months)}: they are in "
                    f"{_listed(sorted(months))}",
                    f"{block.path}.months",
                    hint="write months of the review",
                )
        for items in _lists(checking, part):
            _neighbours(checking, items)


def _months_of(schedule: Schedule) -> set[int]:
    values = schedule.months.values if schedule.months is not None else ()
    return {month for months in values for month in months}


def _listed(months: Sequence[int]) -> str:
    return ", ".join(str(month) for month in months)


def _lists(checking: Checking, part: object) -> Iterator[Sequence[Item]]:
    for dated in checking.dated(part):
        for value in dated.values:
            if isinstance(value, tuple) and len(value) > 1 and isinstance(value[0], Item):
                yield value


def _alike(item: Item) -> Any:
    """What tells items of a list apart that follow each other in time; None: nothing does."""
    if isinstance(item, Cap | Check):
        return item.per, item.form
    if isinstance(item, FloatStep):
        return item.verb
    return tuple(sorted(item.on)) if isinstance(item, Deletion) else None


def _neighbours(checking: Checking, items: Sequence[Item]) -> None:
    """DTE016: the first says ``until``, the next of its kind ``from``: the same day?"""
    for position, first in enumerate(items):
        if first.until is None or _alike(first) is None:
            continue
        after = (item for item in items[position + 1 :] if _alike(item) == _alike(first))
        second = next(after, None)
        if second is None or second.from_ is None or second.from_ == first.until:
            continue
        gap = second.from_ > first.until
        if not gap and (first.from_ or BEGINNING) > second.from_:
            continue
        checking.say(
            "DTE016",
            f"neither holds from {first.until} to {second.from_ - _DAY}"
            if gap
            else f"both hold from {second.from_} to {first.until - _DAY}",
            f"{second.path}.from",
            hint=f"write {first.until}",
        )


def check_dates(checking: Checking, sessions: Sessions, *, between: bool = False) -> None:
    """DTE009, DTE012-DTE018 on every review the calendar has, from the base date to its end.

    ``between``: also DTE015, dated keys on which nothing is decided.
    """
    rule = checking.rule
    if not len(sessions):
        return
    last = sessions.date(len(sessions) - 1) - _MARGIN
    first = max(rule.base.date if rule.base else BEGINNING, sessions.date(0))
    reviews = _reviews(checking, sessions, (first, last))
    _other_schedules(checking, sessions, (first, last))
    if reviews is None:
        return
    _order(checking, reviews)
    _windows(checking, sessions, reviews)
    if not _every_session(rule, checking.family):
        _dated_values(checking, sessions, reviews, (first, last), between)


def _reviews(checking: Checking, sessions: Sessions, span: Span) -> tuple[ReviewDates, ...] | None:
    rule = checking.rule
    if rule.review.kind == "none":
        return ()
    first, last = span
    if _every_session(rule, checking.family):  # all alike: a few are enough
        first = max(first, sessions.date(max(0, sessions.at_or_before(last) - 30)))
    try:
        reviews = review_dates(rule, sessions, first, last, checking.family)
    except RuleError as error:
        _repeat(checking, error)
        return None
    if rule.review.kind == "scheduled":
        _complete(checking, rule.review, "review", reviews, span)
    return reviews


def _every_session(rule: Methodology, family: Mapping[str, Methodology]) -> bool:
    """Does it review on every session, or follow a rule that does?"""
    return rule.review.kind == "session" or any(
        _every_session(family[name], family) for name in rule.review.follows if name in family
    )


def _repeat(checking: Checking, error: RuleError) -> None:
    for item in error.diagnostics:
        checking.say(item.code, item.message, item.where, hint=item.hint)


def _other_schedules(checking: Checking, sessions: Sessions, span: Span) -> None:
    rule = checking.rule
    for path, schedule in (("rebalance", rule.rebalance), ("float.updated", rule.float.updated)):
        if schedule is None or schedule.months is None:
            continue
        try:
            days = schedule_dates(schedule, path, rule, sessions, *span)
        except RuleError as error:
            _repeat(checking, error)
            continue
        _complete(checking, schedule, path, days, span)


def _complete(
    checking: Checking, schedule: Schedule, path: str, found: Sequence[ReviewDates], span: Span
) -> None:
    """DTE014, DTE017, DTE018: does every month of a schedule have its day?"""
    assert schedule.months is not None
    have = {dates.month for dates in found}
    if not found:
        if not unknown_spans(schedule, *span):
            checking.say(
                "DTE018",
                f"between {span[0]} and {span[1]} nothing takes effect",
                f"{path}.effective",
                hint="the day must be a session the calendar has in these months",
            )
        return
    missing: list[tuple[int, int]] = []
    expected = 0
    for begin, stop in segments(schedule.months.dates):
        months = schedule.months.at(begin)
        if isinstance(months, Special):
            continue
        low = max(begin, span[0]) + _MARGIN
        high = min(stop or span[1], span[1]) - _MARGIN
        inside = [
            (year, month)
            for year in range(low.year, high.year + 1)
            for month in sorted(months)
            if low <= dt.date(year, month, 1) <= high
        ]
        expected += len(inside)
        missing += [month for month in inside if month not in have]
    known = not unknown_spans(schedule, *span)
    if missing and known:
        shown = ", ".join(f"{year}-{month:02d}" for year, month in missing[:_SHOWN])
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        checking.say(
            "DTE014",
            f"no such day in {len(missing)} of {quantity(expected, 'month')} ({shown}{more}): "
            "nothing takes effect in them",
            f"{path}.effective",
            hint="name a day every month has, such as `4th friday` or `last session of month`",
        )


def _order(checking: Checking, reviews: Sequence[ReviewDates]) -> None:
    """DTE012: cut-off, announcement and effective date come in this order."""
    if checking.rule.review.follows:
        return  # said of the rule that has the schedule
    for dates in reviews:
        day = dates.announcement
        if day is None:
            continue
        wrong = ""
        if day < dates.cutoff:
            wrong = f"before the cut-off {dates.cutoff}"
        elif day >= dates.effective:
            wrong = f"not before it takes effect on {dates.effective}"
        if wrong:
            checking.say(
                "DTE012",
                f"the review of {dates.effective} is announced on {day}, {wrong}",
                "review.announcement",
                on=dates.effective,
                hint="count from another day",
            )
            return


def may_lack_days(checking: Checking) -> bool:
    """May a window end on a day that a review does not have (DTE011)?  Only the announcement can lack."""
    measures = [item for _, dated, _ in _windows_of(checking) for item in dated.values]
    ends = [end.anchor for item in measures if item.to is not None for end in item.to.values]
    days = {end.name for end in ends if isinstance(end, KnownDay)}
    return bool(days - {"effective", "cutoff", "pricing"})


def _windows_of(checking: Checking) -> list[tuple[str, Dated[Measure], str]]:
    """(path, measure, the day that decides with it) of every window of a review."""
    rule = checking.rule
    selecting = names_used(checking, rule.universe, rule.eligibility, rule.selection)
    weighing = names_used(checking, rule.weighting) - selecting
    measures = [
        (f"measures.{name}.to", dated, "cutoff" if name in selecting else "pricing")
        for name, dated in rule.measures.items()
        if name in selecting or name in weighing
    ]
    for block in checking.blocks(rule.weighting):
        if isinstance(block, Cap | Weighting) and block.measured is not None:
            measures.append((f"{block.path}.measured.to", block.measured, "pricing"))
    return measures


def _windows(checking: Checking, sessions: Sessions, reviews: Sequence[ReviewDates]) -> None:
    """DTE013: no window ends after the day that decides with it."""
    for path, dated, limit in _windows_of(checking):
        for dates in reviews:
            measure = dated.at(dates.effective)
            if not isinstance(measure, Measure) or measure.to is None:
                continue
            if _reaches_past(checking, sessions, measure, path, dates, limit):
                break


def _reaches_past(
    checking: Checking,
    sessions: Sessions,
    measure: Measure,
    path: str,
    dates: ReviewDates,
    limit: str,
) -> bool:
    assert measure.to is not None
    phrase = measure.to.at(dates.effective)
    if isinstance(phrase, Special):
        return False
    if isinstance(phrase.anchor, KnownDay) and phrase.anchor.name not in dates.days:
        checking.say(
            "DTE011",
            f"a review has no `{phrase.anchor.name}` day",
            path,
            on=dates.effective,
            hint="count from one of: " + ", ".join(dates.days),
        )
        return True
    day = resolve_in_review(phrase, dates, checking.rule, sessions)
    known = dates.cutoff if limit == "cutoff" else dates.pricing
    if day is None or day <= known:
        return False
    name = "cut-off" if limit == "cutoff" else "pricing day"
    checking.say(
        "DTE013",
        f"at the review of {dates.effective} the window ends on {day}, after the {name} {known}",
        path,
        on=dates.effective,
        hint=f"end it on the {name}, or before",
    )
    return True


def _dated_values(
    checking: Checking,
    sessions: Sessions,
    reviews: Sequence[ReviewDates],
    span: Span,
    between: bool,
) -> None:
    """DTE015 and DTE017: dated keys against the days on which the value is read."""
    rule = checking.rule
    days = [dates.effective for dates in reviews]
    if not days:
        return
    weighed = reviews
    if rule.rebalance is not None:
        try:
            weighed = rebalance_dates(rule, sessions, *span, checking.family)
        except RuleError:
            return
    both = sorted({*days, *(dates.effective for dates in weighed)})
    outside = names_used(checking, rule.maintenance)
    measures = [dated for name, dated in rule.measures.items() if name not in outside]
    read: list[tuple[object, list[dt.date]]] = [
        (rule.eligibility, days),
        (rule.selection, days),
        (rule.weighting, both),
        *((measure, both) for measure in measures),
        *((group, both) for group in rule.groups.values()),
    ]
    unknown = unknown_spans(rule.review, *span)
    named = {path: node for path in rule.paths if (node := rule.node_of(path)) is not None}
    for part, when in read:
        seen: set[tuple[dt.date, ...]] = set()
        for dated in checking.dated(part):
            if len(dated.dates) > 0 and dated.dates not in seen:
                seen.add(dated.dates)
                for code, begin, message, hint in _read_late(dated, when, unknown):
                    path = _path_of(checking, begin, part, named)
                    if path and (between or code == "DTE017"):
                        checking.say(code, message, path, hint=hint)


def _read_late(
    dated: Dated[Any], days: Sequence[dt.date], unknown: Sequence[Span]
) -> Iterator[tuple[str, dt.date, str, str]]:
    """(code, date, message, hint) of the dates of a value on which no review takes effect.

    DTE017: no review reads the value at all; DTE015: the first that does is later.
    """
    ends = [*(date for date, _ in dated.entries[1:]), None]
    for (begin, _), following in zip(dated.entries, ends, strict=True):
        if begin <= days[0] or begin > days[-1]:
            continue  # before the first review; or so late that the calendar has none yet
        if any(low <= begin <= high for low, high in unknown):
            continue
        first = days[bisect.bisect_left(days, begin)]
        if following is not None and first >= following:
            message = f"no review takes effect from {begin} to {following - _DAY}"
            yield "DTE017", begin, message, f"the next review is on {first}"
        elif first != begin:
            message = f"no review takes effect on {begin}: it first counts on {first}"
            yield "DTE015", begin, message, f"write {first}, if that is meant"


def _path_of(checking: Checking, begin: dt.date, part: object, named: dict[str, Any]) -> str:
    """The rule path of a dated key: the first below a part of the rule that says this day."""
    roots = {block.path for block in checking.blocks(part) if block.path}
    for root in sorted(roots, key=len):
        top = root.split(".")[0]
        for path in named:
            if path.startswith(top) and path.endswith(f".{begin}"):
                return path
    return ""
