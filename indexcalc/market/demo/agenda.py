"""Events of the demo market on sessions, without prices, and the agenda that keeps them apart.

Prices are made by ``walk``, session by session; an event here holds only what does not depend on
them (a ratio, a discount, how many sessions a halt lasts).  Events of one line are kept apart, so
that a base price, a listing of new shares and a halt each have one cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from msgspec import Struct, field

from indexcalc.market.demo.clock import Clock
from indexcalc.market.demo.lines import Line, Roster

Kind = Literal[
    "delist",
    "move",
    "halt",
    "resume",
    "split",
    "consolidation",
    "bonus",
    "stock_dividend",
    "rights",
    "list_shares",
    "spin_off",
    "list",
    "capital_reduction",
    "issue",
    "cancel",
    "agree",
    "merge",
    "tender",
    "drift",
]
# The order of what falls on one session; a parent's spin-off comes before its child lists.
ORDER = {kind: position for position, kind in enumerate(get_args(Kind))}


class Event(Struct, frozen=True):
    """One fact of one line on one session (a position); ``value`` and ``more`` by kind:

    split consolidation capital_reduction bonus stock_dividend: m; capital_reduction: and the log
    step of the opening auction.  rights: new shares per one held, discount.  spin_off: children per
    share, part of the value that leaves.  list_shares: m.  issue, cancel: part of the shares.
    agree (terms of a merger or tender become known): premium.  drift: log return a session.
    """

    session: int
    kind: Kind
    line: Line
    value: float = 0.0
    more: float = 0.0
    other: Line | None = None
    list_session: int | None = None  # where the table gives the day new shares list
    halted: bool = False


class Designation(Struct, frozen=True):
    """A line's special state from one session to another (not in it; None: to the end)."""

    line: Line
    kind: str
    start: int
    stop: int | None


class Plan(Struct):
    """Everything planned.  ``leaving`` maps a line to (announced session, successor)."""

    roster: Roster
    clock: Clock
    events: list[Event] = field(default_factory=list)
    designations: list[Designation] = field(default_factory=list)
    leaving: dict[int, tuple[int, Line | None]] = field(default_factory=dict)
    impaired: dict[int, int] = field(default_factory=dict)  # line index -> session it is known
    reclassified: list[tuple[Line, int, str]] = field(default_factory=list)


class Agenda:
    """Which sessions of a line are occupied by an event; draws free ones."""

    def __init__(self, rng: np.random.Generator, roster: Roster, n_sessions: int) -> None:
        self.rng = rng
        self.n_sessions = n_sessions
        self._taken: dict[int, list[tuple[int, int]]] = {line.index: [] for line in roster.lines}

    def free(self, line: Line, low: int, high: int) -> bool:
        """Is the line listed, and nothing planned, in all of [low, high)?"""
        first, last = line.alive(self.n_sessions)
        if low < first + (0 if line.start < 0 else 25) or high > last:
            return False
        return all(high <= start or low >= stop for start, stop in self._taken[line.index])

    def take(self, line: Line, low: int, high: int) -> None:
        """Keep [low, high) for one event."""
        self._taken[line.index].append((low, high))

    def can_end(self, line: Line, session: int) -> bool:
        """May the line leave on this session: no other reason to leave, and no later event of it?"""
        return line.end is None and all(stop <= session + 3 for _, stop in self._taken[line.index])

    def draw(
        self,
        candidates: Sequence[Line],
        count: int,
        before: int,
        after: int,
        sessions: Sequence[int] | None = None,
    ) -> list[tuple[Line, int]]:
        """Up to ``count`` places (line, session) with [session - before, session + after) free."""
        drawn: list[tuple[Line, int]] = []
        if not candidates or (sessions is not None and not sessions):
            return drawn
        for _ in range(30 * count):
            if len(drawn) == count:
                break
            line = candidates[int(self.rng.integers(len(candidates)))]
            if sessions is None:
                first, last = line.alive(self.n_sessions)
                if last - first <= before + after + 30:
                    continue
                session = int(self.rng.integers(first + before + 1, last - after))
            else:
                session = sessions[int(self.rng.integers(len(sessions)))]
            if self.free(line, session - before, session + after):
                self.take(line, session - before, session + after)
                drawn.append((line, session))
        return drawn
