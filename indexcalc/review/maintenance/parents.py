"""Who joins and leaves the lists an index is made from, day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.values import Special
from indexcalc.review.calendar.timeline import MemberLists, StateTimeline, Timeline
from indexcalc.review.maintenance.outcome import KINDS


class ParentLists(Struct, frozen=True):
    """The lists of ``universe.of`` together, without those of ``universe.except``."""

    rule: Methodology
    lists: Mapping[str, MemberLists]
    n: int

    def names(self, word: str, date: dt.date) -> tuple[str, ...]:
        """The indices named under ``of`` or ``except`` on a date."""
        dated: Dated[tuple[str, ...]] | None = getattr(self.rule.universe, word)
        return value_on(dated, date, ())

    def members(self, day: int) -> Bools:
        """Lines (n,) in the lists on a day; all of them where the universe is the market."""
        date = date_of(day)
        of = self.names("of", date)
        inside = np.full(self.n, not of, dtype=np.bool_)
        for name in of:
            inside[self.lists[name].members(day)] = True
        for name in self.names("except_", date):
            inside[self.lists[name].members(day)] = False
        return inside

    def entering(self, test: int, day: int) -> Bools:
        """Lines (n,) that are in the list of a parent with reviews on ``day`` and not yet on ``test``."""
        entering = np.zeros(self.n, dtype=np.bool_)
        for name in self.names("of", date_of(day)):
            index = self.lists[name]
            if isinstance(index, Timeline):
                entering[index.members(day)] = True
                entering[index.members(test)] = False
        return entering & self.members(day) if entering.any() else entering

    def changes(self, first: int, last: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """(joins, departures) after day ``first`` up to ``last``: (code, day) each, by day."""
        alone = self._alone()
        if alone is not None:
            codes, days, joined = alone.changes()
            inside = (days > first) & (days <= last)
            pairs = list(zip(codes[inside].tolist(), days[inside].tolist(), strict=True))
            flags = joined[inside].tolist()
            return (
                [pair for pair, flag in zip(pairs, flags, strict=True) if flag],
                [pair for pair, flag in zip(pairs, flags, strict=True) if not flag],
            )
        joins: list[tuple[int, int]] = []
        departures: list[tuple[int, int]] = []
        before = self.members(first)
        for day in self._change_days(first, last):
            now = self.members(day)
            joins += [(int(code), day) for code in np.flatnonzero(now & ~before)]
            departures += [(int(code), day) for code in np.flatnonzero(before & ~now)]
            before = now
        return joins, departures

    def kind_of_change(self, day: int) -> str:
        """Why a list of the parents changed on a day, as an event between reviews; '' if not so."""
        return kind_of_change(self.names("of", date_of(day)), self.lists, day)

    def _alone(self) -> StateTimeline | None:
        """The one composite the index is made from, where it is that for all time."""
        universe = self.rule.universe
        if universe.except_ is not None or universe.of is None or not universe.of.is_constant:
            return None
        names = universe.of.value
        if isinstance(names, Special) or len(names) != 1:
            return None
        lists = self.lists[names[0]]
        return lists if isinstance(lists, StateTimeline) and not lists.has_parents else None

    def _change_days(self, first: int, last: int) -> list[int]:
        universe = self.rule.universe
        days: set[int] = set()
        for dated in (universe.of, universe.except_):
            if dated is None:
                continue
            days.update(day_number(date) for date in dated.dates)
            for names in dated.values:
                for name in names:
                    days.update(self.lists[name].change_days.tolist())
        return sorted(day for day in days if first < day <= last)


def kind_of_change(names: Sequence[str], lists: Mapping[str, MemberLists], day: int) -> str:
    """The kind of event, of ``outcome.KINDS``, that changed the first of the lists ``names`` to
    change on a day between its reviews; '' where none did."""
    for name in names:
        index = lists[name]
        kind = index.kind_at(day) if isinstance(index, Timeline) else ""
        if kind in KINDS:
            return kind
    return ""
