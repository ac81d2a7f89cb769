"""The members of an index over time: what children, ``among`` and ``member_of`` ask of it."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Codes, Days, position_in
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.methodology.dates.schedules import ReviewDates
from indexcalc.review.data.line_states import StateRows


class MemberLists(Protocol):
    """What is asked of another index: its members on a day, its reviews, the days it changed."""

    index: str

    def members(self, day: int) -> Codes:
        """Codes in force on a day, ascending; none before the first list."""

    @property
    def reviews(self) -> Sequence[ReviewDates]:
        """Its regular reviews, ascending."""

    @property
    def change_days(self) -> Days:
        """The days from which its list is another one, ascending."""


class Timeline(Struct):
    """Lists of members, each in force from a day until the next.

    A line whose rows stop stays in the list: whoever asks for a day looks at what is listed then.
    """

    index: str
    reviews: Sequence[ReviewDates] = ()
    upcoming: Sequence[dt.date] = ()
    """Effective dates of its regular reviews after those of ``reviews``."""
    _days: list[int] = field(default_factory=list)
    _lists: list[Codes] = field(default_factory=list)
    _kinds: list[str] = field(default_factory=list)

    def record(self, day: int, codes: Codes, kind: str = "regular") -> None:
        """The list in force from ``day`` on; lists come in the order of their days.

        ValueError: a day before the last one.  The same day again replaces its list.
        """
        if self._days and day < self._days[-1]:
            raise ValueError(f"{self.index}: a list of day {day} after one of {self._days[-1]}")
        if self._days and day == self._days[-1]:
            self._lists[-1] = codes
            self._kinds[-1] = kind
            return
        self._days.append(day)
        self._lists.append(codes)
        self._kinds.append(kind)

    def members(self, day: int) -> Codes:
        """Codes in force on a day, ascending; none before the first list."""
        position = bisect_right(self._days, day) - 1
        return self._lists[position] if position >= 0 else np.zeros(0, dtype=np.int32)

    def since(self, day: int) -> int:
        """The day from which the list in force on a day holds; that day itself before the first."""
        position = bisect_right(self._days, day) - 1
        return self._days[position] if position >= 0 else day

    def kind_at(self, day: int) -> str:
        """Why the list of exactly that day was made ('': none was)."""
        position = bisect_right(self._days, day) - 1
        return self._kinds[position] if position >= 0 and self._days[position] == day else ""

    @property
    def change_days(self) -> Days:
        """The days from which another list holds, ascending."""
        return np.array(self._days, dtype=np.int32)


class StateTimeline:
    """The members of a composite: lines whose state makes them eligible, from ``StateRows``.

    ``of`` and ``except_``: the composites it is made from, where it is not of the whole market.
    """

    def __init__(
        self,
        index: str,
        rows: StateRows,
        sessions: Sessions,
        n_symbols: int,
        of: Iterable[MemberLists] = (),
        except_: Iterable[MemberLists] = (),
    ) -> None:
        self.index = index
        self.reviews: Sequence[ReviewDates] = ()
        self._rows = rows
        self._n = n_symbols
        self._of, self._except = tuple(of), tuple(except_)
        self._days = sessions.days[np.minimum(rows.session, len(sessions) - 1)]
        self._by_day = np.argsort(self._days, kind="stable")
        self._ordered_days = self._days[self._by_day]
        self._state, self._read = np.zeros(n_symbols, dtype=np.bool_), 0
        self._asked: tuple[int, Codes] | None = None

    def members(self, day: int) -> Codes:
        """Codes whose last state up to ``day`` is eligible; not all of them need be listed then."""
        if self._asked is None or self._asked[0] != day:
            self._asked = (day, self._members(day))  # a day is asked for several times on end
        return self._asked[1]

    def _members(self, day: int) -> Codes:
        until = position_in(self._ordered_days, day, "right")
        if until < self._read:  # an earlier day than the last: begin anew
            self._state[:], self._read = False, 0
        # The order is stable, so that of the rows of a line the last one stands.
        rows = self._by_day[self._read : until]
        self._state[self._rows.codes[rows]] = self._rows.eligible[rows]
        self._read = until
        state = self._state.copy()
        if self._of:
            inside = np.zeros(self._n, dtype=np.bool_)
            for parent in self._of:
                inside[parent.members(day)] = True
            state &= inside
        for parent in self._except:
            state[parent.members(day)] = False
        return np.flatnonzero(state).astype(np.int32)

    @property
    def change_days(self) -> Days:
        """The days on which some line's state changes, or a list it is made from."""
        others = [lists.change_days for lists in (*self._of, *self._except)]
        days: Days = np.unique(np.concatenate((self._days, *others)).astype(np.int32))
        return days

    @property
    def has_parents(self) -> bool:
        """Is it made from other lists?"""
        return bool(self._of or self._except)

    def changes(self) -> tuple[Codes, Days, Bools]:
        """(codes, days, joined) of every change of a line's state, by day; of its own states alone."""
        codes, days, eligible = self._rows.codes, self._days, self._rows.eligible
        # The last row of a day stands.
        stands = np.concatenate(((codes[1:] != codes[:-1]) | (days[1:] != days[:-1]), [True]))
        rows = np.flatnonzero(stands[: codes.size])
        codes, days, eligible = codes[rows], days[rows], eligible[rows]
        same = np.concatenate(([False], codes[1:] == codes[:-1]))[: codes.size]
        was = same & np.concatenate(([False], eligible[:-1]))[: codes.size]
        moved = np.flatnonzero(was != eligible)
        order = moved[np.lexsort((codes[moved], days[moved]))]
        return codes[order], days[order], eligible[order]
