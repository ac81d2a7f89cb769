"""On which days something is decided of an index: reviews, rebalances, float updates, given lists.

What falls on one day is one event.  Readings chosen:

- A child without a selection of its own has an event on every day a parent's list changes.
- A float update on a day of its own (a schedule, or a step's new value) is an event of kind
  ``float``: the members stay.
- A committee decision that falls on no review is an event of kind ``committee``.
- A day on which the rule's ``maintenance`` may act (a deletion, a test) is one of kind
  ``maintenance``; where nothing comes of it, it is no change of the index.
- A list in ``memberships`` starts the history of an index that selects: the last one up to the
  session before the first review the data can make; where all are later, the first of them, and
  no review up to its day is made.  Where the selection is ``given``, each list is an event; the
  one in force when the data begin is one on their first day.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Codes, position_in
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import Sessions, date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import (
    ReviewDates,
    rebalance_dates,
    review_dates,
    schedule_dates,
)
from indexcalc.methodology.model.conditions import Condition
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.values import Special
from indexcalc.review.calendar.timeline import MemberLists
from indexcalc.weighting.float_factors.steps import step_dates

KINDS = ("regular", "given", "parent", "committee", "rebalance", "float", "maintenance", "test")


# The keys of a rule that say who is in; a variant without them has the members of its base.
_SAYS_MEMBERS = (
    r"(?m)^[\"']?(universe|review|selection|eligibility|measures|groups|maintenance|committee)"
    r"[\"']?\s*:"
)


class Event(Struct):
    """What happens on one effective day (days since 1970-01-01); ``before``: the session before.

    ``kinds``: of ``KINDS``.  ``given``: the list a table says, None where none does.  ``is_test``: a
    test between reviews, its cut-off being the day of the test; ``condition``: all that it reads beside
    the universe, None where it reads more; ``halt`` and ``parts``: of a demerger, see ``EntryExitTest``.
    """

    effective: int
    before: int
    cutoff: int
    pricing: int
    announcement: int | None = None
    month: tuple[int, int] = (0, 0)
    dates: ReviewDates | None = None
    kinds: set[str] = field(default_factory=set)
    given: Codes | None = None
    is_test: bool = False
    condition: Condition | None = None
    halt: int | None = None
    parts: Mapping[int, tuple[int, float]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The first of its kinds: what the event is called."""
        return next(kind for kind in KINDS if kind in self.kinds)

    @property
    def date(self) -> dt.date:
        """The effective date."""
        return date_of(self.effective)

    @property
    def reviews(self) -> bool:
        """Are the members chosen, or given, anew?"""
        return bool(self.kinds & {"regular", "parent"}) or self.given is not None

    def sets_weights(self, rule: Methodology) -> bool:
        """Are weights set: at the rule's rebalances, else at its reviews?"""
        if rule.rebalance is None:
            return "regular" in self.kinds or self.given is not None
        return "rebalance" in self.kinds

    def sets_floats(self, rule: Methodology) -> bool:
        """Are float factors set: on the rule's own days for them, else at its reviews?"""
        if rule.float.updated is not None:
            return "float" in self.kinds
        return bool(self.kinds & {"regular", "rebalance", "float", "given"})


class Agenda:
    """All events of a rule with an effective date in ``start .. end``, ascending.

    ``between``: days on which something may happen between reviews; ``float_days``: on which float factors
    of the index it is chosen from change.
    """

    def __init__(
        self,
        rule: Methodology,
        market: Market,
        sessions: Sessions,
        start: dt.date,
        end: dt.date,
        parents: Mapping[str, MemberLists],
        between: Iterable[int] = (),
        float_days: Iterable[int] = (),
    ) -> None:
        self.rule = rule
        self.sessions = sessions
        self.start, self.end = start, end
        self._first, self._last = day_number(start), day_number(end)
        self.events: dict[int, Event] = {}
        self.initial: tuple[int, Codes] | None = None
        """A list in force before the data: (day, codes)."""
        self.unused: tuple[int, ...] = ()
        """Days of lists that an index which selects does not take: those after its first."""
        self._first_day = int(market.days[0]) if market.days.size else 0
        for dates in self._regular(parents):
            self._add(dates, "regular")
        lists = given_lists(rule, market)
        if self._is_given():
            self._given_lists(lists)
        else:
            self._first_list(lists)
        if rule.selection is None and rule.review.follows:
            for name in rule.review.follows:
                for day in parents[name].change_days:
                    self._on(int(day), "parent")
        if rule.rebalance is not None:
            for dates in self._rebalances(parents):
                self._add(dates, "rebalance")
        for item in rule.committee:
            self._on(day_number(item.effective), "committee")
        self._float_updates()
        for day in float_days:
            self._on(day, "float")
        for day in between:
            self._on(day, "maintenance")

    def in_order(self) -> list[Event]:
        """The events by effective day."""
        return [self.events[day] for day in sorted(self.events)]

    def _is_given(self) -> bool:
        selection = self.rule.selection
        return selection is not None and any(value is True for _, value in selection.given)

    def _regular(self, parents: Mapping[str, MemberLists]) -> list[ReviewDates]:
        rule = self.rule
        if rule.review.follows:
            return self._followed(rule.review.follows, parents)
        if rule.review.kind != "scheduled":
            return []
        return list(review_dates(rule, self.sessions, self.start, self.end))

    def _rebalances(self, parents: Mapping[str, MemberLists]) -> list[ReviewDates]:
        assert self.rule.rebalance is not None
        if self.rule.rebalance.follows:
            return self._followed(self.rule.rebalance.follows, parents)
        return list(rebalance_dates(self.rule, self.sessions, self.start, self.end))

    def _followed(
        self, names: tuple[str, ...], parents: Mapping[str, MemberLists]
    ) -> list[ReviewDates]:
        by_day: dict[dt.date, ReviewDates] = {}
        for name in names:
            for dates in parents[name].reviews:
                known = by_day.get(dates.effective)
                if self.start <= dates.effective <= self.end and (
                    known is None or dates.cutoff > known.cutoff
                ):
                    by_day[dates.effective] = dates
        return [by_day[day] for day in sorted(by_day)]

    def _given_lists(self, lists: Mapping[int, Codes]) -> None:
        """Each list on its day; the one in force when the data begin, on their first day."""
        begin = max(self._first_day, day_number(self.start))
        in_force = max((day for day in lists if day <= begin), default=begin)
        for day, codes in lists.items():
            event = self._on(max(day, begin), "given") if day >= in_force else None
            if event is not None:
                event.given = codes

    def _first_list(self, lists: Mapping[int, Codes]) -> None:
        """Begin the history with a list a table says; no review up to its day is made."""
        reviews = [event for event in self.events.values() if self._can_be_made(event)]
        first = min(reviews, key=lambda event: event.effective, default=None)
        last = first.before if first is not None else day_number(self.end)
        early = [day for day in lists if day <= last]
        if not early and not lists:
            return
        day = max(early) if early else min(lists)
        self.unused = tuple(sorted(later for later in lists if later > day))
        for event in reviews:
            if event.effective <= day:
                del self.events[event.effective]
        if day <= self._first_day:
            self.initial = (day, lists[day])
            return
        given_events = self._on(day, "given", early=True)
        if given_events is not None:
            given_events.given = lists[day]

    def _can_be_made(self, event: Event) -> bool:
        """A regular review whose cut-off is in the data."""
        begin = self._first_day
        return "regular" in event.kinds and event.cutoff >= begin and event.before >= begin

    def _float_updates(self) -> None:
        schedule = self.rule.float.updated
        if schedule is not None:
            for dates in schedule_dates(
                schedule, "float.updated", self.rule, self.sessions, self.start, self.end
            ):
                self._add(dates, "float")
        for steps in self.rule.float.steps.values:
            for date in step_dates(steps):
                self._on(day_number(date), "float")
        for date, steps_or_none in self.rule.float.steps:
            if date != dt.date.min and not isinstance(steps_or_none, Special):
                self._on(day_number(date), "float")

    def _add(self, dates: ReviewDates, kind: str) -> None:
        day = day_number(dates.effective)
        known = self.events.get(day)
        announcement = None if dates.announcement is None else day_number(dates.announcement)
        if known is not None and "regular" in known.kinds:
            known.kinds.add(kind)
            if kind == "rebalance":
                known.pricing = day_number(dates.pricing)
            return
        before = int(self.sessions.days[self.sessions.at_or_before(dates.effective) - 1])
        event = Event(
            effective=day,
            before=before,
            cutoff=day_number(dates.cutoff),
            pricing=day_number(dates.pricing),
            announcement=announcement,
            month=dates.month,
            dates=dates,
            kinds={kind} if known is None else known.kinds | {kind},
            given=None if known is None else known.given,
        )
        self.events[day] = event

    def _on(self, day: int, kind: str, early: bool = False) -> Event | None:
        """The event of the first session on or after a day; None outside the run."""
        position = position_in(self.sessions.days, day)
        if position >= len(self.sessions):
            return None
        at = int(self.sessions.days[position])
        if at > self._last or (at < self._first and not early):
            return None
        event = self.events.get(at)
        if event is None:
            # On the first session of a calendar made from the data there is none before.
            before = int(self.sessions.days[position - 1]) if position else at - 1
            date = date_of(at)
            event = Event(at, before, before, before, None, (date.year, date.month))
            self.events[at] = event
        event.kinds.add(kind)
        return event


def weight_events(rule: Methodology, events: Sequence[Event]) -> list[Event]:
    """The events at which weights may be set: the first list sets them whatever the schedule."""
    first = next((at for at, item in enumerate(events) if item.sets_weights(rule)), 0)
    return [event for at, event in enumerate(events) if at <= first or event.sets_weights(rule)]


def list_names(rule: Methodology) -> tuple[str, ...]:
    """Under which names the lists of a rule may be given: its own, then those it shares members with.

    A variant has the members of its base unless it says itself who is in.
    """
    names = [rule.index]
    for file, base in itertools.pairwise(rule.files):
        if re.search(_SAYS_MEMBERS, file.text):
            break
        names.append(PurePath(base.path).stem)
    return tuple(names)


def given_lists(rule: Methodology, market: Market) -> dict[int, Codes]:
    """The lists of an index in ``memberships`` by effective day; codes ascending.

    Those of the first of ``list_names`` that has any.
    """
    table = market.table("memberships")
    if table is None:
        return {}
    names = arrow.texts(table.column("index"))
    known = set(names)
    index = next((name for name in list_names(rule) if name in known), rule.index)
    of_index = np.array([name == index for name in names], dtype=np.bool_)
    codes = arrow.codes_into(table.column("symbol"), market.order)
    days = arrow.days(table.column("effective_date"))
    lists: dict[int, Codes] = {}
    for day in np.unique(days[of_index]):
        rows = of_index & (days == day) & (codes >= 0)
        lists[int(day)] = np.sort(codes[rows])
    return lists
