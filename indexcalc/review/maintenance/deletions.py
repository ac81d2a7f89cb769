"""When members are deleted between reviews, by rule and fact.

A deletion goes on the session that follows the ``after: N sessions`` which pass from the first
session on which its fact is known and in force (that session is the first of them): N sessions after
it.  It never comes later than the first session without the line.  Readings chosen:

- ``counted: own``: the sessions that pass are those on which the line trades, from the fact's on; a
  halt is waited for over ``at_most`` sessions, counted from the session after the fact's.
- ``when``: its fact is that the condition becomes true of a line, of whatever it was before.
- A designation that is lifted while the sessions pass deletes all the same.
- A merger counts as a delisting where no item in force names mergers.
- A line leaves its parent's list: the index with a selection of its own passes that on the same
  session, with nobody in its place, where no item says ``leaves_parent``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from msgspec import Struct

from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.methodology.model.maintenance import Deletion
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Duration
from indexcalc.review.data.line_facts import DELISTING, FOREVER, MERGER, TRANSFER, Fact, position
from indexcalc.review.data.presence import Presence
from indexcalc.review.maintenance.outcome import Move, counts, in_turn
from indexcalc.review.maintenance.trading_days import TradingDays

LEAVES_PARENT = "leaves_parent"


class DueDeletion(Struct, frozen=True):
    """A deletion of a line, should it be a member, effective on ``day``.

    ``known``, ``until``: between these days (the last one out) the line may not enter either.
    ``unless``: the place stays vacant where a regular review follows within it.  ``left_parents``: the
    fact is that it is in no list of the parents.
    """

    day: int
    code: int
    kind: str
    text: str
    path: str
    line: int
    replace_from: str
    known: int
    until: int
    unless: Duration | None = None
    if_below: int | None = None
    successor: int = -1
    left_parents: bool = False

    @property
    def move(self) -> Move:
        """The line leaving, as the day takes it."""
        return Move(
            self.code,
            self.kind,
            self.text,
            self.path,
            self.line,
            replace_from=self.replace_from,
            if_below=self.if_below,
            unless=self.unless,
            successor=self.successor,
        )


def due_deletions(
    rule: Methodology,
    facts: Sequence[Fact],
    departures: Sequence[tuple[int, int]],
    presence: Presence,
    trading: TradingDays,
) -> list[DueDeletion]:
    """Every deletion the rule's items make of the facts and of the lines that leave the parents.

    ``departures``: (code, day) from which a line is in none of the parents' lists.
    """
    sessions = trading.sessions
    by_kind: dict[str, list[Fact]] = {}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact)
    by_kind[LEAVES_PARENT] = [Fact(LEAVES_PARENT, code, day, until=day) for code, day in departures]
    stops: dict[int, list[int]] = {}
    for code, day in zip(*(part.tolist() for part in presence.stops), strict=True):
        stops.setdefault(code, []).append(day)
    deletions: list[DueDeletion] = []
    spans = list(in_turn(rule.maintenance.deletions))
    named = {begin: set[str]() for _, begin, _ in spans}
    for item, begin, _ in spans:
        named[begin] |= set(item.on)
    causes = [list(_of(item, by_kind, MERGER in named[begin])) for item, begin, _ in spans]
    trading.read(
        {
            fact.code
            for (item, begin, _), of_item in zip(spans, causes, strict=True)
            if value_on(item.counted, begin) == "own"
            for _, fact in of_item
        }
    )
    for (item, begin, stop), of_item in zip(spans, causes, strict=True):
        for kind, fact in of_item:
            day = _day(item, fact, begin, stops.get(fact.code, ()), trading)
            if day is None or not counts(item, date_of(day), begin, stop):
                continue
            deletions.append(_due(item, kind, fact, day, begin))
    if rule.selection is not None and rule.universe.of is not None:
        deletions += _passed_on(rule, by_kind[LEAVES_PARENT], sessions)
    return sorted(deletions, key=lambda due: (due.day, due.code))


def _of(
    item: Deletion, by_kind: dict[str, list[Fact]], mergers_apart: bool
) -> Iterator[tuple[str, Fact]]:
    for kind in item.on if item.when is None else (item.path,):
        for fact in by_kind.get(kind, ()):
            yield kind, fact
        if kind == DELISTING and not mergers_apart:
            for fact in by_kind.get(MERGER, ()):
                yield kind, fact


def _day(
    item: Deletion, fact: Fact, begin: dt.date, stops: Sequence[int], trading: TradingDays
) -> int | None:
    """The day an item takes a line out; None: the calendar does not reach it."""
    sessions = trading.sessions
    first = position(sessions, fact.known)
    after = value_on(item.after, begin)
    if isinstance(after, Duration) and value_on(item.counted, begin) == "own":
        most = value_on(item.at_most, begin)
        limit = most.n if isinstance(most, Duration) else None
        at = trading.after(fact.code, first, after.n, limit)
    elif isinstance(after, Duration):
        at = first + after.n
    elif value_on(item.effective, begin) == "halt" and fact.kind in (MERGER, DELISTING):
        at = position(sessions, fact.halt) if fact.halt < FOREVER else len(sessions)
    else:
        at = first
    # Never past the last trade.
    last = [day for day in (fact.gone, *stops) if day < FOREVER and day >= fact.known]
    if last:
        at = min(at, position(sessions, min(last)))
    at = max(at, first)
    return int(sessions.days[at]) if at < len(sessions) else None


def _due(item: Deletion, kind: str, fact: Fact, day: int, begin: dt.date) -> DueDeletion:
    unless = value_on(item.unless_review_within, begin)
    below = value_on(item.if_below, begin)
    text = fact.text
    if kind == LEAVES_PARENT:
        text = f"left the parent's list on {date_of(fact.known)}"
    return DueDeletion(
        day=day,
        code=fact.code,
        kind="transfer" if kind == TRANSFER else "deletion",
        text=text,
        path=item.path,
        line=item.line,
        replace_from=str(value_on(item.replace_from, begin) or "none"),
        known=fact.known,
        until=fact.until,
        unless=unless if isinstance(unless, Duration) else None,
        if_below=below if isinstance(below, int) else None,
        successor=fact.successor,
        left_parents=kind == LEAVES_PARENT,
    )


def _passed_on(
    rule: Methodology, departures: Sequence[Fact], sessions: Sessions
) -> Iterator[DueDeletion]:
    """What an index with a selection passes on of its parents' deletions without being told."""
    said_items = [
        (item, begin, stop)
        for item, begin, stop in in_turn(rule.maintenance.deletions)
        if LEAVES_PARENT in item.on
    ]
    line = rule.line_of("universe.of")
    for fact in departures:
        at = position(sessions, fact.known)
        if at >= len(sessions):
            continue
        day = int(sessions.days[at])
        if any(counts(item, date_of(day), begin, stop) for item, begin, stop in said_items):
            continue
        text = f"left the parent's list on {date_of(day)}"
        yield DueDeletion(
            day=day,
            code=fact.code,
            kind="deletion",
            text=text,
            path="universe.of",
            line=line,
            replace_from="none",
            known=fact.known,
            until=fact.known,
            left_parents=True,
        )
