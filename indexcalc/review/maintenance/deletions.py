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

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Ints
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
_LINE = 2**32


class DueDeletion(Struct, frozen=True, gc=False):
    """A deletion of a line, should it be a member, effective on ``day``.

    Between the days on which its ``fact`` is known and holds no longer (that one out) the line may not
    enter either.  ``terms``: the move of any line that leaves so.  Many are kept, none in a circle: like
    facts and moves they are nothing that a collection must walk.
    """

    day: int
    fact: Fact
    terms: Move

    @property
    def code(self) -> int:
        """The line."""
        return self.fact.code

    @property
    def left_parents(self) -> bool:
        """Is the fact that the line is in no list of the parents?"""
        return self.fact.kind == LEAVES_PARENT

    @property
    def text(self) -> str:
        """What the ledger says of it."""
        left = f"left the parent's list on {date_of(self.fact.known)}"
        return self.terms.text or (left if self.left_parents else self.fact.text)

    @property
    def move(self) -> Move:
        """The line leaving, as the day takes it."""
        kind = "transfer" if self.fact.kind == TRANSFER else "deletion"
        return replace(
            self.terms, code=self.code, kind=kind, text=self.text, successor=self.fact.successor
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
    by_kind: dict[str, list[Fact]] = {}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact)
    by_kind[LEAVES_PARENT] = [Fact(LEAVES_PARENT, code, day, until=day) for code, day in departures]
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
            for fact in of_item
        }
    )
    for (item, begin, stop), of_item in zip(spans, causes, strict=True):
        terms = _terms(item, begin)
        days = _days(item, of_item, begin, presence, trading)
        for fact, day in zip(of_item, days, strict=True):
            if day >= 0 and counts(item, date_of(day), begin, stop):
                deletions.append(DueDeletion(day=day, fact=fact, terms=terms))
    if rule.selection is not None and rule.universe.of is not None:
        deletions += _passed_on(rule, by_kind[LEAVES_PARENT], trading.sessions)
    return sorted(deletions, key=lambda due: (due.day, due.code))


def _of(item: Deletion, by_kind: dict[str, list[Fact]], mergers_apart: bool) -> Iterator[Fact]:
    for kind in item.on if item.when is None else (item.path,):
        yield from by_kind.get(kind, ())
        if kind == DELISTING and not mergers_apart:
            yield from by_kind.get(MERGER, ())


def _days(
    item: Deletion, facts: list[Fact], begin: dt.date, presence: Presence, trading: TradingDays
) -> list[int]:
    """The day on which an item takes out the line of each fact; -1: the calendar does not reach it."""
    sessions = trading.sessions
    told = [(fact.code, fact.known, fact.gone, fact.halt) for fact in facts]
    codes, known, gone, halt = np.array(told, dtype=np.int64).reshape(-1, 4).T
    first = sessions.days.searchsorted(known)
    at = first
    after = value_on(item.after, begin)
    if isinstance(after, Duration) and value_on(item.counted, begin) == "own":
        most = value_on(item.at_most, begin)
        limit = most.n if isinstance(most, Duration) else None
        places = zip(codes.tolist(), first.tolist(), strict=True)
        at = np.array([trading.after(*place, after.n, limit) for place in places], dtype=np.int64)
    elif isinstance(after, Duration):
        at = first + after.n
    elif value_on(item.effective, begin) == "halt":
        ends = np.array([fact.kind in (MERGER, DELISTING) for fact in facts], dtype=np.bool_)
        at = np.where(ends, sessions.days.searchsorted(halt), first)
    # Never past the last trade.
    last = np.minimum(np.where(gone >= known, gone, FOREVER), _next_stops(presence, codes, known))
    at = np.maximum(np.minimum(at, sessions.days.searchsorted(last)), first)
    days: list[int] = np.append(sessions.days, -1)[np.minimum(at, len(sessions))].tolist()
    return days


def _next_stops(presence: Presence, codes: Ints, days: Ints) -> Ints:
    """The first day from each of ``days`` (n,) on on which the rows of a line stop; else ``FOREVER``."""
    of_lines, stops = presence.stops
    keys = np.sort(of_lines.astype(np.int64) * _LINE + stops)
    ordered = np.append(keys, np.iinfo(np.int64).max)
    following = ordered[ordered.searchsorted(codes * _LINE + days)]
    found: Ints = np.where(following // _LINE == codes, following % _LINE, FOREVER)
    return found


def _terms(item: Deletion, begin: dt.date) -> Move:
    """The move of any line that an item takes out, from a day on."""
    unless = value_on(item.unless_review_within, begin)
    below = value_on(item.if_below, begin)
    return Move(
        code=-1,
        kind="deletion",
        text="",
        path=item.path,
        line=item.line,
        replace_from=str(value_on(item.replace_from, begin) or "none"),
        unless=unless if isinstance(unless, Duration) else None,
        if_below=below if isinstance(below, int) else None,
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
        terms = Move(code=fact.code, kind="deletion", text=text, path="universe.of", line=line)
        yield DueDeletion(day=day, fact=fact, terms=terms)
